import { beforeEach, describe, expect, it } from 'vitest';
import type { Instant, RequestId, UnitId } from '../../../src/core/brand.ts';
import { decideConsent } from '../../../src/core/consent/decide-consent.ts';
import { requestConsent } from '../../../src/core/consent/request-consent.ts';
import { withdrawOwnConsent } from '../../../src/core/consent/withdraw-consent.ts';
import type { FactBody } from '../../../src/core/disclosure/operations.ts';
import { wakeAfterChange } from '../../../src/core/disclosure/wake.ts';
import { attestFact } from '../../../src/core/fact/attest-fact.ts';
import { correctFact } from '../../../src/core/fact/correct-fact.ts';
import { disputeFact } from '../../../src/core/fact/dispute-fact.ts';
import { endFact } from '../../../src/core/fact/end-fact.ts';
import type { Unit } from '../../../src/core/partner/partner.ts';
import { at } from '../../world/memory-world.ts';
import { WaitingWorld } from '../../world/waiting-world.ts';

let world: WaitingWorld;
beforeEach(async () => {
  world = await WaitingWorld.open();
});

const becauseOf = (id: RequestId) =>
  world.memory.entries.find(({ kind, body }) => kind === 'request-stopped' && body.request === id)?.personal.because;

async function restrict(): Promise<void> {
  const body: FactBody = {
    subject: { type: 'bsn', value: '900000041' },
    type: 'restriction',
    from: at('2026-11-10T00:00:00.000Z'),
    until: null,
    unit: null,
    reference: null,
    attributes: {},
    caseReference: null,
  };
  expect(await attestFact(world.memory.ports, world.memory.call('pi'), body)).toMatchObject({ kind: 'attested' });
}

async function refuseAnother(): Promise<void> {
  const asked = await requestConsent(world.memory.ports, world.memory.call('gemeente'), {
    subject: { type: 'bsn', value: '900000041' },
    kind: 'consent',
    source: 'gemeente',
    recipient: 'corporatie',
    purpose: 'housing-placement',
    categories: ['housing'],
    validUntil: at('2027-06-01T00:00:00.000Z'),
    language: 'nl',
    caseReference: null,
  });
  if (asked.kind !== 'requested') throw new Error(asked.kind);
  const { subject } = world.consent();
  expect(
    await decideConsent(world.memory.ports, subject, asked.consent.id, 'refused', world.memory.ports.entropy.trace()),
  ).toBe(true);
}

function suspend(unit: string): void {
  const registered = world.memory.ports.registry.current().units as Map<UnitId, Unit>;
  const found = registered.get(unit as UnitId);
  if (found === undefined) throw new Error(unit);
  registered.set(found.id, { ...found, state: 'suspended' });
}

/** What takes away what a request rests on, and the word by which its source is told. */
const causes: Readonly<Record<string, readonly [() => Promise<unknown>, string]>> = {
  'a consent that is withdrawn': [
    () =>
      withdrawOwnConsent(
        world.memory.ports,
        world.consent().subject,
        world.consent().id,
        world.memory.ports.entropy.trace(),
      ),
    'consent',
  ],
  'a consent that is refused': [refuseAnother, 'consent'],
  'an involvement that is ended': [
    () => endFact(world.memory.ports, world.memory.call('gemeente'), world.factOf('housing-applicant').id, nowish()),
    'facts',
  ],
  'an involvement that is disputed': [
    () =>
      disputeFact(
        world.memory.ports,
        world.memory.call('gemeente'),
        world.factOf('residence-municipality').id,
        'woont hier niet',
      ),
    'facts',
  ],
  'an involvement that is corrected': [
    () => {
      const { from, until, unit, reference } = world.factOf('residence-municipality');
      const right = { from, until, unit, reference, attributes: { role: 'return-municipality' }, caseReference: null };
      const wrong = { ...right, unit: 'buurgemeente', attributes: { role: 'residence-municipality' } };
      return correctFact(world.memory.ports, world.memory.call('pi'), world.factOf('residence-municipality').id, wrong);
    },
    'facts',
  ],
  'a restriction': [restrict, 'restriction'],
  'policies that its source accepts no more': [
    async () => {
      world.memory.bound.set('gemeente' as UnitId, null);
    },
    'policy',
  ],
  'a recipient that is suspended': [
    async () => {
      suspend('corporatie');
    },
    'party',
  ],
  'a source that is suspended': [
    async () => {
      suspend('gemeente');
    },
    'party',
  ],
};

function nowish(): Instant {
  return at(new Date(world.memory.nowMs).toISOString());
}

describe.each(Object.entries(causes))('%s', (_, [happens, because]) => {
  it.each([
    ['waits for its source', () => world.waiting()],
    ['was approved', () => world.approved()],
  ] as const)(
    'stops a request that %s: an entry of its own, its source told why, its recipient not',
    async (_of, make) => {
      const id = await make();
      const before = { source: world.told('gemeente').length, recipient: world.told('corporatie').length };
      await happens();
      await wakeAfterChange(world.memory.ports);
      expect(world.memory.requests.get(id)).toMatchObject({ state: 'withdrawn', stoppedFor: because });
      expect(world.kindsOf(id).filter((kind) => kind === 'request-stopped')).toHaveLength(1);
      expect(becauseOf(id)).toBe(because);
      expect(world.told('gemeente').slice(before.source)).toEqual(['stopped']);
      expect(world.told('corporatie').slice(before.recipient)).toEqual(['ended']);
      // Once, however often somebody looks.
      await world.look();
      expect(world.kindsOf(id).filter((kind) => kind === 'request-stopped')).toHaveLength(1);
      expect(world.fetched).toBe(0);
    },
  );

  it('gives nothing while nobody looks: the approval and the collection decide themselves', async () => {
    const [wanted, ready] = [await world.waiting(), await world.approved()];
    await happens();
    const approval = await world.agree(wanted).catch(() => ({ kind: 'fault' }));
    const collection = await world.collected(ready).catch(() => ({ kind: 'fault' }));
    expect(approval.kind).not.toBe('recorded');
    expect(collection.kind).not.toBe('delivered');
    expect(world.memory.entries.map(({ kind }) => kind)).not.toContain('disclosure');
  });
});
