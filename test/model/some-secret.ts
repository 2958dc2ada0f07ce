import fc from 'fast-check';
import type { Said } from './agreements.ts';
import type { Operation } from './operation.ts';
import { housekeeping, often, which } from './some-operation.ts';

const person = fc.nat(2);
const physician = fc.constant('physician');
const asked = fc.constant('notes' as const);
const adviser = fc.constant('experienceAdviser');

const asking: fc.Arbitrary<Operation> = often<Operation>(
  [6, fc.record({ op: fc.constant('ask'), asked, known: fc.constant(true), role: physician })],
  [1, fc.record({ op: fc.constant('ask'), asked, known: fc.constant(true), role: adviser })],
  [1, fc.record({ op: fc.constant('ask'), asked, known: fc.constant(false), role: physician })],
  [1, fc.record({ op: fc.constant('ask again'), which })],
  [6, fc.record({ op: fc.constant('approve'), which, person: fc.integer({ min: 1, max: 2 }), yes: fc.constant(true) })],
  [1, fc.record({ op: fc.constant('approve'), which, person, yes: fc.boolean(), role: fc.constant('nurse') })],
  [1, fc.record({ op: fc.constant('approve'), which, person, yes: fc.boolean() })],
  [6, fc.record({ op: fc.constant('collect'), which })],
  [
    2,
    fc.record({
      op: fc.constant('collect'),
      which,
      taker: fc.record({ person, role: fc.constantFrom('physician', 'treatingClinician', 'experienceAdviser') }),
    }),
  ],
);

const sealing: fc.Arbitrary<Operation> = often<Operation>(
  [4, fc.record({ op: fc.constant('answer'), which, what: fc.constant('all') })],
  [1, fc.record({ op: fc.constant('answer'), which, what: fc.constantFrom('somebody else', 'in clear') })],
  [1, fc.record({ op: fc.constantFrom('decline', 'confirm'), which })],
);

const said = fc.constantFrom<Said[]>('treated', 'treatedOutside', 'joining');
const onThePerson: fc.Arbitrary<Operation> = often<Operation>(
  [2, fc.record({ op: fc.constant('ask consent'), to: asked, days: fc.constantFrom(1, 20) })],
  [4, fc.record({ op: fc.constant('decide'), which, yes: fc.constant(true) })],
  [1, fc.record({ op: fc.constant('decide'), which, yes: fc.constant(false) })],
  [3, fc.record({ op: fc.constant('withdraw'), which, by: fc.constantFrom('subject', 'source', 'recipient') })],
  [3, fc.record({ op: fc.constant('attest'), said, days: fc.constantFrom(1, 10, null) })],
  [1, fc.record({ op: fc.constant('attest'), said: fc.constant('restriction'), days: fc.constantFrom(1, 10) })],
  [2, fc.record({ op: fc.constant('end fact'), which: fc.nat(4), days: fc.constantFrom(0, 0, 1) })],
  [1, fc.record({ op: fc.constant('dispute fact'), which: fc.nat(4) })],
  [2, fc.record({ op: fc.constant('confirm fact'), which: fc.nat(2) })],
);

/** What happens where a doctor must be silent, unless the person lifts that or somebody joins in the treatment. */
export function inSecrets(peopleAnswer: boolean): fc.Arbitrary<Operation> {
  return often([9, asking], [peopleAnswer ? 6 : 0, sealing], [2, housekeeping], [5, onThePerson]);
}
