import { beforeEach, describe, expect, it } from 'vitest';
import type { SubjectId } from '../../../src/core/brand.ts';
import type { Consent } from '../../../src/core/consent/consent.ts';
import { decideConsent } from '../../../src/core/consent/decide-consent.ts';
import { expireConsents } from '../../../src/core/consent/expire-consents.ts';
import { requestConsent } from '../../../src/core/consent/request-consent.ts';
import { withdrawConsent } from '../../../src/core/consent/withdraw-consent.ts';
import { at, type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planRequest, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const until = at('2027-02-01T00:00:00.000Z');
const set = shippedSet();

let world: MemoryWorld;
let subject: SubjectId;
beforeEach(async () => {
  world = memoryWorld(set, units);
  world.nowMs = Date.parse('2026-11-02T09:00:00.000Z');
  await detain(world.ports, () => world.call('pi'));
  subject = world.know('bsn', planRequest().subject.value);
});

async function requested(reference = planRequest().subject): Promise<Consent> {
  const outcome = await requestConsent(world.ports, world.call('gemeente'), {
    subject: reference,
    kind: 'consent',
    source: 'gemeente',
    recipient: 'corporatie',
    purpose: 'housing-placement',
    categories: ['housing'],
    validUntil: until,
    language: 'nl',
    caseReference: null,
  });
  if (outcome.kind !== 'requested') throw new Error(`not requested: ${outcome.kind}`);
  return outcome.consent;
}

async function given(): Promise<Consent> {
  const consent = await requested();
  await decideConsent(world.ports, subject, consent.id, 'given', world.call('pi').trace);
  return consent;
}

const onItsLastMoment = () => {
  world.nowMs = Date.parse(until);
};
const expiries = () => world.entries.filter(({ kind }) => kind === 'consent-expired');
const stateOf = ({ id }: Consent) => world.consents.get(id);

describe('a consent whose validity ended', () => {
  it('is put on record once, with what it was and when it ended, and moves the epoch', async () => {
    const consent = await given();
    const { decidedAt } = stateOf(consent) ?? {};
    onItsLastMoment();
    const epoch = world.epochs.get(subject) ?? 0;
    expect(await expireConsents(world.ports)).toBe(1);
    expect(await expireConsents(world.ports)).toBe(0);
    expect(expiries()).toMatchObject([
      {
        source: 'gemeente',
        recipient: 'corporatie',
        purpose: 'housing-placement',
        subject,
        body: { consent: consent.id, consentKind: 'consent', categories: ['housing'], was: 'given', until },
      },
    ]);
    expect(world.epochs.get(subject)).toBe(epoch + 1);
    // When it was given stays.
    expect(stateOf(consent)).toMatchObject({ state: 'expired', decidedAt });
  });

  it('ends too where nobody ever answered', async () => {
    const consent = await requested();
    onItsLastMoment();
    expect(await expireConsents(world.ports)).toBe(1);
    expect(expiries()).toMatchObject([{ body: { was: 'requested' } }]);
    expect(stateOf(consent)).toMatchObject({ state: 'expired', decidedAt: null });
  });

  it('ends not a moment before', async () => {
    const consent = await given();
    world.nowMs = Date.parse(until) - 1;
    expect(await expireConsents(world.ports)).toBe(0);
    expect(stateOf(consent)?.state).toBe('given');
    expect(expiries()).toEqual([]);
  });

  it('about nobody ends with the same entry, and moves nothing', async () => {
    await requested({ type: 'bsn', value: '900000099' });
    onItsLastMoment();
    const epochs = new Map(world.epochs);
    expect(await expireConsents(world.ports)).toBe(1);
    const [entry] = expiries();
    expect(entry).toMatchObject({ subject: null, body: { was: 'requested' } });
    expect(Object.keys(entry?.personal ?? {})).toEqual(['subject']);
    expect(world.epochs).toEqual(epochs);
  });

  it('that was withdrawn stays withdrawn, and one that ended is not said to be withdrawn afterwards', async () => {
    const [withdrawn, expired] = [await given(), await given()];
    await withdrawConsent(world.ports, world.call('gemeente'), withdrawn.id);
    onItsLastMoment();
    expect(await expireConsents(world.ports)).toBe(1);
    expect(stateOf(withdrawn)?.state).toBe('withdrawn');
    await withdrawConsent(world.ports, world.call('gemeente'), expired.id);
    expect(stateOf(expired)?.state).toBe('expired');
  });

  it('keeps no later one waiting where its end cannot be put on record, and ends at the next look', async () => {
    const [first, second] = [await given(), await given()];
    onItsLastMoment();
    world.breakNextCommit = 'before';
    await expect(expireConsents(world.ports)).rejects.toMatchObject({ code: 'ledger-unavailable' });
    expect([first, second].map((consent) => stateOf(consent)?.state)).toEqual(['given', 'expired']);
    expect(await expireConsents(world.ports)).toBe(1);
  });

  it('that another gateway decided meanwhile is left alone', async () => {
    const consent = await given();
    onItsLastMoment();
    const { consents } = world.ports;
    const late = { ...consents, find: async () => ({ ...consent, state: 'requested' as const }) };
    expect(await expireConsents({ ...world.ports, consents: late })).toBe(0);
    expect(stateOf(consent)?.state).toBe('given');
    expect(expiries()).toEqual([]);
  });
});
