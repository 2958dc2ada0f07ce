import { beforeEach, describe, expect, it } from 'vitest';
import type { ConsentId, SubjectId } from '../../../src/core/brand.ts';
import { admitRepresentative } from '../../../src/core/consent/admit-representative.ts';
import { decideConsent } from '../../../src/core/consent/decide-consent.ts';
import { requestConsent } from '../../../src/core/consent/request-consent.ts';
import { withdrawOwnConsent } from '../../../src/core/consent/withdraw-consent.ts';
import type { ConsentBody, ConsentOutcome } from '../../../src/core/disclosure/operations.ts';
import { consentNotice, restsOn } from '../../../src/core/policy/consent-notice.ts';
import { at, type MemoryWorld, memoryUnit, memoryWorld } from '../../world/memory-world.ts';
import { detain, planRequest, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();
const care = [memoryUnit('zorg', 'careProvider'), memoryUnit('medische-dienst', 'prisonMedicalService')];

let world: MemoryWorld;
let subject: SubjectId;
beforeEach(async () => {
  world = memoryWorld(set, [...units, ...care]);
  await detain(world.ports, () => world.call('pi'));
  subject = world.know('bsn', planRequest().subject.value);
});

function asked(caller: string, body: Partial<ConsentBody>): Promise<ConsentOutcome> {
  return requestConsent(world.ports, world.call(caller), {
    subject: planRequest().subject,
    kind: 'consent',
    source: 'gemeente',
    recipient: 'corporatie',
    purpose: 'housing-placement',
    categories: ['housing'],
    validUntil: at('2027-06-01T00:00:00.000Z'),
    language: 'nl',
    caseReference: null,
    ...body,
  });
}
const housing = (kind: ConsentBody['kind'] = 'consent') => asked('gemeente', { kind });
const waiver = (kind: ConsentBody['kind']) => {
  const purpose = 'care-continuity';
  const [category] = consentNotice(set, purpose as never, 'prisonMedicalService', 'careProvider')?.categories ?? [];
  return asked('zorg', {
    kind,
    source: 'medische-dienst',
    recipient: 'zorg',
    purpose,
    categories: [category ?? ''],
  });
};
async function open(): Promise<ConsentId> {
  const outcome = await housing();
  if (outcome.kind !== 'requested') throw new Error(`not requested: ${outcome.kind}`);
  return outcome.consent.id;
}

describe('the kind of a consent', () => {
  it('is asked only where a rule rests on exactly that kind', async () => {
    expect(await housing('consent')).toMatchObject({ kind: 'requested', consent: { kind: 'consent' } });
    expect(await housing('waiver')).toEqual({ kind: 'may-not-request' });
    expect(await waiver('waiver')).toMatchObject({ kind: 'requested', consent: { kind: 'waiver' } });
    expect(await waiver('consent')).toEqual({ kind: 'may-not-request' });
  });

  it('stands in the entry', async () => {
    await waiver('waiver');
    expect(world.entries.at(-1)).toMatchObject({ kind: 'consent-requested', body: { consentKind: 'waiver' } });
  });

  it.each([
    ['required', 'consent', true],
    ['required', 'waiver', false],
    ['waiver', 'waiver', true],
    ['waiver', 'consent', false],
    ['invalid', 'either', false],
    ['irrelevant', 'either', false],
    ['required', 'either', true],
  ] as const)('a rule with %s rests on %s: %s', (role, kind, rests) => {
    expect(restsOn(role, kind)).toBe(rests);
  });
});

describe('who decided', () => {
  it('is the subject, where nothing else is said', async () => {
    const id = await open();
    await decideConsent(world.ports, subject, id, 'given', world.ports.entropy.trace());
    expect(world.consents.get(id)).toMatchObject({ state: 'given', decidedBy: 'subject' });
  });

  it('is the representative whose session it was, on record, and stays so after a withdrawal', async () => {
    const id = await open();
    await decideConsent(world.ports, subject, id, 'given', world.ports.entropy.trace(), 'representative');
    expect(world.consents.get(id)).toMatchObject({ state: 'given', decidedBy: 'representative' });
    expect(world.entries.at(-1)).toMatchObject({ kind: 'consent-given', body: { by: 'representative' } });
    await withdrawOwnConsent(world.ports, subject, id, world.ports.entropy.trace(), 'subject');
    expect(world.consents.get(id)).toMatchObject({ state: 'withdrawn', decidedBy: 'representative' });
  });

  it('was admitted on a ground that is on record, or not at all', async () => {
    const ports = { ...world.ports, policySet: async () => set.digest };
    const admitted = { subject, name: 'J. de Boer', ground: 'curatele, beschikking van 3 maart' };
    world.breakNextCommit = 'before';
    await expect(admitRepresentative(ports, admitted)).rejects.toThrow();
    await admitRepresentative(ports, admitted);
    expect(world.entries.filter(({ kind }) => kind === 'representative-admitted')).toMatchObject([
      { subject, body: {}, personal: { representative: 'J. de Boer', ground: admitted.ground } },
    ]);
  });
});
