import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Permit } from '../../src/core/policy/decision.ts';
import { anyLife } from './live.ts';
import { inMemory, type Plant } from './memory-gateways.ts';
import { numRuns, patienceMs } from './number-of-runs.ts';

/** Always the same lives: whether a mistake is found is no matter of luck. */
const seed = 2_026;

const planted = vi.hoisted(() => ({ mistake: '' }));
vi.mock(import('../../src/core/disclosure/sealed-as-a-whole.ts'), async (original) => {
  const real = await original();
  const permitForParts: typeof real.permitForParts = (ports, request, consultation, parts) => {
    if (planted.mistake !== 'acceptance without deciding again')
      return real.permitForParts(ports, request, consultation, parts);
    const { permitted, obligations } = request.decision;
    return { ...consultation.decision, outcome: 'permit', permitted, obligations } as Permit;
  };
  return { ...real, permitForParts };
});
vi.mock(import('../../src/core/disclosure/approvals-needed.ts'), async (original) => {
  const real = await original();
  const isApproved: typeof real.isApproved = (asked, approvals) =>
    planted.mistake === 'one is enough'
      ? approvals.length > 0 || real.isApproved(asked, [])
      : real.isApproved(asked, approvals);
  const mayApproveAs: typeof real.mayApproveAs = (asked, role) =>
    planted.mistake === 'anybody at the source may agree' || real.mayApproveAs(asked, role);
  return { ...real, isApproved, mayApproveAs };
});
vi.mock(import('../../src/core/disclosure/accept-offer.ts'), async (original) => {
  const real = await original();
  const acceptanceProblem: typeof real.acceptanceProblem = (request, user) =>
    planted.mistake === 'an offer for anybody' ? null : real.acceptanceProblem(request, user);
  const isNeverOffered: typeof real.isNeverOffered = (request, unit) =>
    planted.mistake !== 'an offer that is there too soon' && real.isNeverOffered(request, unit);
  return { ...real, acceptanceProblem, isNeverOffered };
});
vi.mock(import('../../src/core/disclosure/decide-for-taker.ts'), async (original) => {
  const real = await original();
  const decideForTaker: typeof real.decideForTaker = (ports, request, asked, user) =>
    planted.mistake === 'an answer for anybody there' ? asked : real.decideForTaker(ports, request, asked, user);
  return { ...real, decideForTaker };
});
vi.mock(import('../../src/core/correction/end-offers.ts'), async (original) => {
  const real = await original();
  const endOffers: typeof real.endOffers = (ports, correction, unheard) =>
    real.endOffers(ports, correction, planted.mistake === 'an offer that outlives its correction' ? [] : unheard);
  return { ...real, endOffers };
});
vi.mock(import('../../src/core/correction/restrict-fields.ts'), async (original) => {
  const real = await original();
  const restrictFields: typeof real.restrictFields = async (...args) =>
    planted.mistake === 'a restriction that is only said' ? { entries: [], changes: [] } : real.restrictFields(...args);
  return { ...real, restrictFields };
});

/** Mistakes in the program itself, each of which somebody could make: about what is offered, and about secrets. */
const inOffers: Readonly<Record<string, RegExp>> = {
  'acceptance without deciding again': /(disclosed|handed over again), although/,
  'one is enough': /may know of it, although 1 of 2 people agreed/,
  'an offer for anybody': /although (it is not for somebody who is designatedOfficer|nobody accepted it)/,
  'an offer that is there too soon': /who must not know of it|and must not know of it/,
  'an offer that outlives its correction': /is still offered, although it was wrong/,
  'a restriction that is only said': /although its source says that nobody may use it for now/,
};
const inSecrets: Readonly<Record<string, RegExp>> = {
  'acceptance without deciding again': /(disclosed|handed over again), although/,
  'anybody at the source may agree': /approved, although nobody in that role may/,
  'an answer for anybody there': /although it is not for somebody who is experienceAdviser/,
};

/** Promises of the ports that are not kept. */
const brokenInOffers: Readonly<Record<string, readonly [Plant, RegExp]>> = {
  'the first person is the second too': [
    (ports, gateways) => ({
      ...ports,
      marks: { person: (text) => ports.marks.person(`${text} ${gateways.clock.now(0)}`) },
    }),
    /although 1 of 2 people agreed/,
  ],
  'a correction that does not look for what was offered meanwhile': [
    (ports) => ({
      ...ports,
      journal: {
        ...ports.journal,
        commit: (work) => {
          const changes = work.changes.map((change) => {
            if (change.type !== 'correction-made') return change;
            const { given: _, ...unseeing } = change;
            return unseeing;
          });
          return ports.journal.commit({ ...work, changes });
        },
      },
    }),
    /is still offered, although it was wrong/,
  ],
  'a registry that does not say who was shut out': [
    (ports) => ({
      ...ports,
      registry: {
        ...ports.registry,
        current() {
          const { version, units } = ports.registry.current();
          return { version, units: new Map([...units].map(([id, unit]) => [id, { ...unit, state: 'active' }])) };
        },
      },
    }),
    /although (pi|politie|reclassering) is suspended/,
  ],
};
const brokenInSecrets: Readonly<Record<string, readonly [Plant, RegExp]>> = {
  'a record that forgets what was taken back': [
    (ports) => ({
      ...ports,
      snapshots: {
        async read(query) {
          const reading = await ports.snapshots.read(query);
          const consents = reading.snapshot.consents.map((consent) =>
            consent.state === 'withdrawn' ? ({ ...consent, state: 'given' } as const) : consent,
          );
          return { ...reading, snapshot: { ...reading.snapshot, consents } };
        },
      },
    }),
    /although the person did not say yes, or took it back/,
  ],
};

async function isFound(about: 'offers' | 'secrets', expected: RegExp, plant?: Plant): Promise<void> {
  const kind = about === 'offers' ? ({ sources: 'people', offers: true } as const) : secrets;
  const lives = anyLife({ world: inMemory(plant), clocksJump: false, ...kind, met: [] });
  const details = await fc.check(lives, { numRuns, seed, endOnFailure: true });
  expect(details.failed).toBe(true);
  expect(String(details.errorInstance)).toMatch(expected);
}
const secrets = { sources: 'people who seal', secrets: true } as const;

afterEach(() => {
  planted.mistake = '';
});

describe.each([
  ['offers', inOffers, brokenInOffers],
  ['secrets', inSecrets, brokenInSecrets],
] as const)('is found in %s within the usual number of lives', (about, mistakes, broken) => {
  it.each(Object.entries(mistakes))(
    '%s',
    async (mistake, expected) => {
      planted.mistake = mistake;
      await isFound(about, expected);
    },
    patienceMs,
  );

  it.each(Object.entries(broken))('%s', (_, [plant, expected]) => isFound(about, expected, plant), patienceMs);
});
