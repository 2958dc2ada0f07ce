import fc from 'fast-check';
import type { Said } from './agreements.ts';
import type { Operation } from './operation.ts';
import { housekeeping, often, which } from './some-operation.ts';

const asked = fc.constantFrom('risk' as const, 'incidents' as const);
const person = fc.nat(2);
const more = often([5, fc.constant(false)], [1, fc.constant(true)]);
const role = often([4, fc.constant('probationOfficer')], [1, fc.constant('designatedOfficer')]);

const offering: fc.Arbitrary<Operation> = often<Operation>(
  [6, fc.record({ op: fc.constant('offer'), asked, known: fc.constant(true), person, more })],
  [1, fc.record({ op: fc.constant('offer'), asked, known: fc.constant(false), person, more })],
  [1, fc.record({ op: fc.constant('ask again'), which })],
  // Also whoever offered it, who is the first already.
  [6, fc.record({ op: fc.constant('approve'), which, person, yes: fc.constant(true) })],
  [1, fc.record({ op: fc.constant('approve'), which, person, yes: fc.boolean(), strikes: fc.constant(true) })],
  [1, fc.record({ op: fc.constant('approve'), which, person, yes: fc.constant(false) })],
);

const accepting: fc.Arbitrary<Operation> = often<Operation>(
  [6, fc.record({ op: fc.constant('collect'), which, taker: fc.record({ person, role }) })],
  [1, fc.record({ op: fc.constant('collect'), which })],
  [2, fc.record({ op: fc.constant('decline offer'), which })],
  [1, fc.record({ op: fc.constant('confirm'), which })],
);

const said = fc.constantFrom<Said[]>('prison', 'supervisor', 'supervision', 'risk');
const onThePerson: fc.Arbitrary<Operation> = often<Operation>(
  [3, fc.record({ op: fc.constant('attest'), said, days: fc.constantFrom(1, 10, null) })],
  [1, fc.record({ op: fc.constant('attest'), said: fc.constant('restriction'), days: fc.constantFrom(1, 10) })],
  [2, fc.record({ op: fc.constant('end fact'), which: fc.nat(5), days: fc.constantFrom(0, 0, 1) })],
  [1, fc.record({ op: fc.constant('dispute fact'), which: fc.nat(5) })],
  [2, fc.record({ op: fc.constant('confirm fact'), which: fc.nat(2) })],
  [2, fc.record({ op: fc.constant('correct'), asked, as: fc.constantFrom('rectified', 'restricted') })],
  [1, fc.record({ op: fc.constant('correct'), asked, as: fc.constant('restriction-lifted') })],
);

/** What happens where sources begin: offered, agreed to by a second person, accepted or not, and no longer founded. */
export const inOffers: fc.Arbitrary<Operation> = often(
  [7, offering],
  [6, accepting],
  [2, housekeeping],
  [3, onThePerson],
);
