import fc from 'fast-check';
import { verdicts } from '../../src/core/emergency/emergency.ts';
import type { Said } from './agreements.ts';
import type { SourcesBy } from './life-partners.ts';
import { emergencyRoles, type Operation } from './operation.ts';

export const which = fc.nat(3);

/** One of these, as often as its number says. */
export function often<T>(...weighted: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> {
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

const role = often([4, fc.constant('physician' as const)], [1, fc.constantFrom(...emergencyRoles)]);
const inEmergencies: fc.Arbitrary<Operation> = often<Operation>(
  [4, fc.record({ op: fc.constant('break glass'), known: fc.constant(true), role })],
  [1, fc.record({ op: fc.constant('break glass'), known: fc.constant(false), role })],
  [1, fc.record({ op: fc.constant('ask again'), which })],
  [5, fc.record({ op: fc.constant('stand behind'), which, person: fc.nat(2), role })],
  [3, fc.record({ op: fc.constant('revoke') })],
  [2, fc.record({ op: fc.constant('review'), which, verdict: fc.constantFrom(...verdicts) })],
  [1, fc.record({ op: fc.constant('tell overdue reviews') })],
);

export const housekeeping: fc.Arbitrary<Operation> = fc.record({
  op: fc.constantFrom('look', 'look after a change', 'abandon', 'expire consents'),
});

const said = fc.constantFrom<Said[]>('detention', 'phase', 'prison', 'municipality', 'applicant', 'treated');
const onThePerson: fc.Arbitrary<Operation> = often<Operation>(
  [2, fc.record({ op: fc.constant('ask consent'), to: fc.constant('housing'), days: fc.constantFrom(1, 20) })],
  [3, fc.record({ op: fc.constant('decide'), which, yes: fc.constant(true) })],
  [1, fc.record({ op: fc.constant('decide'), which, yes: fc.constant(false) })],
  [2, fc.record({ op: fc.constant('withdraw'), which, by: fc.constantFrom('subject', 'source', 'recipient') })],
  [3, fc.record({ op: fc.constant('attest'), said, days: fc.constantFrom(1, 10, null) })],
  [1, fc.record({ op: fc.constant('attest'), said: fc.constant('restriction'), days: fc.constantFrom(1, 10) })],
  [1, fc.record({ op: fc.constant('end fact'), which: fc.nat(8), days: fc.constantFrom(0, 0, 1) })],
  [1, fc.record({ op: fc.constant('dispute fact'), which: fc.nat(8) })],
  [2, fc.record({ op: fc.constant('confirm fact'), which: fc.nat(2) })],
);

/** Of what happens in lives in which is asked, as a rule or in an emergency. */
export function someOperation(about: 'requests' | 'emergencies', sources: SourcesBy): fc.Arbitrary<Operation> {
  const isEmergency = about === 'emergencies';
  return often(
    [isEmergency ? 3 : 9, asking],
    [sources === 'people' ? 7 : 0, answering],
    [2, housekeeping],
    [4, onThePerson],
    [isEmergency ? 14 : 0, inEmergencies],
  );
}
