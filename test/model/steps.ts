import fc from 'fast-check';
import { type Party, parties, partiesToOffers, partiesToSecrets } from './life-model.ts';
import type { SourcesBy } from './life-partners.ts';
import { openings } from './openings.ts';
import type { Operation } from './operation.ts';
import { inOffers } from './some-offer.ts';
import { often, someOperation } from './some-operation.ts';
import { inSecrets } from './some-secret.ts';
import { cuts, type Release, releases } from './task.ts';

/**
 * Sets of policies by name: as shipped, with two people where one is enough, with people where the law needs none and fewer for
 * what is offered, and without housing, incidents and what doctors know.
 */
export const setNames = ['shipped', 'two persons', 'people for the plan', 'no housing'] as const;
export type SetName = (typeof setNames)[number];

/** What lives are about: what is asked, whether life or limb is at stake or not, what is offered, and what doctors know. */
export type About = 'requests' | 'emergencies' | 'offers' | 'secrets';

interface Cast {
  readonly all: readonly Party[];
  /** Who gives, and accepts under which policies. */
  readonly givers: readonly Party[];
}

const inRequests: Cast = { all: parties, givers: ['pi', 'gemeente', 'medisch'] };
const casts: Readonly<Record<About, Cast>> = {
  requests: inRequests,
  emergencies: inRequests,
  offers: { all: partiesToOffers, givers: ['pi', 'politie'] },
  secrets: { all: partiesToSecrets, givers: ['medisch'] },
};

export type Step =
  /** Begins on one gateway, and lets so many calls on ports go. */
  | { readonly step: 'begin'; readonly gateway: number; readonly operation: Operation; readonly calls: number }
  /** Begins, and is let go on through its first commit, which ends as `how` says. */
  | {
      readonly step: 'begin and commit';
      readonly gateway: number;
      readonly operation: Operation;
      readonly how: Release;
    }
  /** Lets one that is under way go on; the last of these calls ends as `how` says. */
  | { readonly step: 'go on'; readonly which: number; readonly calls: number; readonly how: Release }
  /** A gateway is killed with all that it was doing, and is there again with nothing in mind. */
  | { readonly step: 'kill'; readonly gateway: number }
  /** All its connections to the record end, and it lives on. */
  | { readonly step: 'disconnect'; readonly gateway: number }
  /** A gateway reads the registry and the policies, as it does from time to time. */
  | { readonly step: 'poll'; readonly gateway: number }
  | { readonly step: 'suspend' | 'resume'; readonly party: Party }
  | { readonly step: 'accept'; readonly party: Party; readonly set: SetName | null }
  | { readonly step: 'activate'; readonly set: SetName }
  | { readonly step: 'time goes by'; readonly ms: number }
  /** The clock of one gateway is put forward or back. */
  | { readonly step: 'clock jumps'; readonly gateway: number; readonly ms: number };

const minute = 60_000;
const day = 86_400_000;
const toTheEnd = 99;

const gateway = fc.nat(1);

function operationIn({ about, sources }: LifeKind): fc.Arbitrary<Operation> {
  if (about === 'offers') return inOffers;
  return about === 'secrets' ? inSecrets(sources === 'people who seal') : someOperation(about, sources);
}

const begun = (kind: LifeKind): fc.Arbitrary<Step> =>
  fc.record({
    step: fc.constant('begin'),
    gateway,
    operation: operationIn(kind),
    calls: often([2, fc.constant(toTheEnd)], [1, fc.nat(6)]),
  });

const begunToCommit = (kind: LifeKind): fc.Arbitrary<Step> =>
  fc.record({
    step: fc.constant('begin and commit'),
    gateway,
    operation: operationIn(kind),
    how: fc.constantFrom(...releases, ...cuts),
  });

const goesOn = (connectionsBreak: boolean): fc.Arbitrary<Step> =>
  fc.record({
    step: fc.constant('go on'),
    which: fc.nat(5),
    calls: often([2, fc.integer({ min: 1, max: 4 })], [1, fc.constant(toTheEnd)]),
    how: often<Release>(
      [3, fc.constant('go')],
      [1, fc.constantFrom(...releases)],
      [connectionsBreak ? 1 : 0, fc.constantFrom(...cuts)],
    ),
  });

function fromOutside({ about }: LifeKind): fc.Arbitrary<Step> {
  const { all, givers } = casts[about];
  const [party, source] = [fc.constantFrom(...all), fc.constantFrom(...givers)];
  return often<Step>(
    [2, fc.record({ step: fc.constant('kill'), gateway })],
    [2, fc.record({ step: fc.constant('poll'), gateway })],
    [1, fc.record({ step: fc.constant('suspend'), party })],
    [3, fc.record({ step: fc.constant('resume'), party })],
    [3, fc.record({ step: fc.constant('accept'), party: source, set: fc.constantFrom(...setNames) })],
    [1, fc.record({ step: fc.constant('accept'), party: source, set: fc.constant(null) })],
    [1, fc.record({ step: fc.constant('activate'), set: fc.constantFrom(...setNames) })],
    [3, fc.record({ step: fc.constant('time goes by'), ms: fc.constantFrom(minute, 3 * minute, day) })],
    [1, fc.record({ step: fc.constant('time goes by'), ms: fc.constantFrom(11 * day, 15 * day) })],
  );
}

const anHourGoesBy: fc.Arbitrary<Step> = fc.record({
  step: fc.constant('time goes by'),
  ms: fc.constantFrom(30 * minute, 61 * minute),
});

const jump: fc.Arbitrary<Step> = fc.record({
  step: fc.constant('clock jumps'),
  gateway,
  ms: fc.constantFrom(-60 * minute, 60 * minute, -day, day),
});

const disconnected: fc.Arbitrary<Step> = fc.record({ step: fc.constant('disconnect'), gateway });

/** What kind of life it is. Clocks jump in some lives only: where they never do, more can be expected. */
export interface LifeKind {
  readonly sources: SourcesBy;
  readonly clocksJump: boolean;
  readonly connectionsBreak: boolean;
  readonly about: About;
}

/** The steps of one life. */
export function someLife(kind: LifeKind): fc.Arbitrary<readonly Step[]> {
  const { clocksJump, connectionsBreak, about } = kind;
  const step = often(
    [12, begun(kind)],
    [6, goesOn(connectionsBreak)],
    [3, fromOutside(kind)],
    [clocksJump ? 1 : 0, jump],
    [about === 'emergencies' ? 3 : 0, anHourGoesBy],
    [connectionsBreak ? 6 : 0, begunToCommit(kind)],
    [connectionsBreak ? 1 : 0, disconnected],
  );
  const steps = fc.array(step, { minLength: 1, maxLength: 40, size: 'max' });
  return fc.tuple(fc.constantFrom(...openings(kind)), steps).map(([opening, then]) => [...opening, ...then]);
}
