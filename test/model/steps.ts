import fc from 'fast-check';
import type { RequestId } from '../../src/core/brand.ts';
import { type Verdict, verdicts } from '../../src/core/emergency/emergency.ts';
import { roles } from './emergency-operations.ts';
import { type Asked, type Party, parties, type Said } from './life-model.ts';
import type { SourcesBy } from './life-partners.ts';
import { openings } from './openings.ts';
import { cuts, type Release, releases } from './task.ts';

/** Sets of policies by name: as shipped, with two people, with people where the law needs none, and without housing. */
export const setNames = ['shipped', 'two persons', 'people for the plan', 'no housing'] as const;
export type SetName = (typeof setNames)[number];

/** What partners, people and gateways do. Numbers choose among what there is, the latest first. */
export type Operation =
  | { readonly op: 'ask'; readonly asked: Asked; readonly known: boolean }
  /** The same question under the same key, as a caller does that got no answer. */
  | { readonly op: 'ask again'; readonly which: number }
  | {
      readonly op: 'approve';
      readonly which: number;
      readonly person: number;
      readonly yes: boolean;
      readonly strikes?: true;
    }
  | { readonly op: 'collect'; readonly which: number | RequestId }
  | {
      readonly op: 'answer';
      readonly which: number;
      readonly what: 'all' | 'a part' | 'the rest' | 'somebody else' | 'more than asked';
    }
  | { readonly op: 'decline' | 'question' | 'reply' | 'confirm'; readonly which: number }
  | { readonly op: 'look' | 'look after a change' | 'abandon' | 'expire consents' }
  | { readonly op: 'break glass'; readonly known: boolean; readonly role: (typeof roles)[number] }
  | {
      readonly op: 'stand behind';
      readonly which: number;
      readonly person: number;
      readonly role: (typeof roles)[number];
    }
  | { readonly op: 'review'; readonly which: number; readonly verdict: Verdict }
  | { readonly op: 'revoke' | 'tell overdue reviews' }
  | { readonly op: 'ask consent'; readonly days: number }
  | { readonly op: 'decide'; readonly which: number; readonly yes: boolean }
  | { readonly op: 'withdraw'; readonly which: number; readonly by: 'subject' | 'gemeente' | 'corporatie' }
  | { readonly op: 'attest'; readonly said: Said; readonly days: number | null }
  | { readonly op: 'end fact'; readonly which: number; readonly days: number }
  | { readonly op: 'dispute fact' | 'confirm fact'; readonly which: number };

/** Who gives, and accepts under which policies. */
const givers = ['pi', 'gemeente', 'medisch'] as const;
type Source = (typeof givers)[number];

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
  | { readonly step: 'accept'; readonly party: Source; readonly set: SetName | null }
  | { readonly step: 'activate'; readonly set: SetName }
  | { readonly step: 'time goes by'; readonly ms: number }
  /** The clock of one gateway is put forward or back. */
  | { readonly step: 'clock jumps'; readonly gateway: number; readonly ms: number };

const minute = 60_000;
const day = 86_400_000;
const toTheEnd = 99;

const which = fc.nat(3);
const gateway = fc.nat(1);

/** One of these, as often as its number says. */
function often<T>(...weighted: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> {
  return fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

const asked = fc.constantFrom('plan' as const, 'housing' as const);

const asking: fc.Arbitrary<Operation> = often<Operation>(
  [6, fc.record({ op: fc.constant('ask'), asked, known: fc.constant(true) })],
  [1, fc.record({ op: fc.constant('ask'), asked, known: fc.constant(false) })],
  [1, fc.record({ op: fc.constant('ask again'), which })],
  [6, fc.record({ op: fc.constant('approve'), which, person: fc.integer({ min: 1, max: 2 }), yes: fc.constant(true) })],
  [
    2,
    fc.record({
      op: fc.constant('approve'),
      which,
      person: fc.nat(2),
      yes: fc.constant(true),
      strikes: fc.constant(true),
    }),
  ],
  [1, fc.record({ op: fc.constant('approve'), which, person: fc.nat(2), yes: fc.boolean() })],
  [6, fc.record({ op: fc.constant('collect'), which })],
);

const answering: fc.Arbitrary<Operation> = often<Operation>(
  [3, fc.record({ op: fc.constant('answer'), which, what: fc.constantFrom('all', 'a part', 'the rest') })],
  [1, fc.record({ op: fc.constant('answer'), which, what: fc.constantFrom('somebody else', 'more than asked') })],
  [1, fc.record({ op: fc.constantFrom('decline', 'question', 'reply'), which })],
  [1, fc.record({ op: fc.constant('confirm'), which })],
);

const role = often([4, fc.constant('physician' as const)], [1, fc.constantFrom(...roles)]);
const inEmergencies: fc.Arbitrary<Operation> = often<Operation>(
  [4, fc.record({ op: fc.constant('break glass'), known: fc.constant(true), role })],
  [1, fc.record({ op: fc.constant('break glass'), known: fc.constant(false), role })],
  [1, fc.record({ op: fc.constant('ask again'), which })],
  [5, fc.record({ op: fc.constant('stand behind'), which, person: fc.nat(2), role })],
  [3, fc.record({ op: fc.constant('revoke') })],
  [2, fc.record({ op: fc.constant('review'), which, verdict: fc.constantFrom(...verdicts) })],
  [1, fc.record({ op: fc.constant('tell overdue reviews') })],
);

const housekeeping: fc.Arbitrary<Operation> = fc.record({
  op: fc.constantFrom('look', 'look after a change', 'abandon', 'expire consents'),
});

const said = fc.constantFrom<Said[]>('detention', 'phase', 'prison', 'municipality', 'applicant', 'treated');
const onThePerson: fc.Arbitrary<Operation> = often<Operation>(
  [2, fc.record({ op: fc.constant('ask consent'), days: fc.constantFrom(1, 20) })],
  [3, fc.record({ op: fc.constant('decide'), which, yes: fc.constant(true) })],
  [1, fc.record({ op: fc.constant('decide'), which, yes: fc.constant(false) })],
  [2, fc.record({ op: fc.constant('withdraw'), which, by: fc.constantFrom('subject', 'gemeente', 'corporatie') })],
  [3, fc.record({ op: fc.constant('attest'), said, days: fc.constantFrom(1, 10, null) })],
  [1, fc.record({ op: fc.constant('attest'), said: fc.constant('restriction'), days: fc.constantFrom(1, 10) })],
  [1, fc.record({ op: fc.constant('end fact'), which: fc.nat(8), days: fc.constantFrom(0, 0, 1) })],
  [1, fc.record({ op: fc.constant('dispute fact'), which: fc.nat(8) })],
  [2, fc.record({ op: fc.constant('confirm fact'), which: fc.nat(2) })],
);

const operationIn = ({ sources, emergencies }: LifeKind) =>
  often(
    [emergencies ? 3 : 9, asking],
    [sources === 'people' ? 7 : 0, answering],
    [2, housekeeping],
    [4, onThePerson],
    [emergencies ? 14 : 0, inEmergencies],
  );

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

const party = fc.constantFrom(...parties);
const source = fc.constantFrom(...givers);
const fromOutside: fc.Arbitrary<Step> = often<Step>(
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
  /** Whether life or limb is at stake more often than not. */
  readonly emergencies: boolean;
}

/** The steps of one life. */
export function someLife(kind: LifeKind): fc.Arbitrary<readonly Step[]> {
  const { clocksJump, connectionsBreak, emergencies } = kind;
  const step = often(
    [12, begun(kind)],
    [6, goesOn(connectionsBreak)],
    [3, fromOutside],
    [clocksJump ? 1 : 0, jump],
    [emergencies ? 3 : 0, anHourGoesBy],
    [connectionsBreak ? 6 : 0, begunToCommit(kind)],
    [connectionsBreak ? 1 : 0, disconnected],
  );
  const steps = fc.array(step, { minLength: 1, maxLength: 40, size: 'max' });
  return fc.tuple(fc.constantFrom(...openings(kind)), steps).map(([opening, then]) => [...opening, ...then]);
}
