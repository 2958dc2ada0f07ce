import type { Operation } from './operation.ts';
import type { Step } from './steps.ts';

const day = 86_400_000;
const toTheEnd = 99;

/** On the first gateway. */
export function begins(operation: Operation, calls = toTheEnd): Step {
  return { step: 'begin', gateway: 0, operation, calls };
}

export const agree = (person: number, calls = toTheEnd) =>
  begins({ op: 'approve', which: 0, person, yes: true }, calls);
export const daysGoBy = (days: number): Step => ({ step: 'time goes by', ms: days * day });

const offer = (asked: 'risk' | 'incidents', calls = toTheEnd) =>
  begins({ op: 'offer', asked, known: true, person: 0, more: false }, calls);
const takes = (calls = toTheEnd) =>
  begins({ op: 'collect', which: 0, taker: { person: 1, role: 'probationOfficer' } }, calls);
const corrects = (asked: 'risk' | 'incidents', as: 'rectified' | 'restricted', calls = toTheEnd) =>
  begins({ op: 'correct', asked, as }, calls);
/** The latest that was said: in lives in which is offered the risk, before it the supervision, before that who supervises. */
const ends = (which: number, days: number) => begins({ op: 'end fact', which, days });
const accepts = (party: 'pi' | 'politie', set: 'two persons' | 'people for the plan'): Step => ({
  step: 'accept',
  party,
  set,
});

/** How far some offers are when chance takes over. */
export const ofOffers: readonly (readonly Step[])[] = [
  [],
  [offer('risk')],
  [offer('risk', 1)],
  [offer('risk'), agree(1)],
  [offer('risk'), agree(1, 1)],
  [offer('risk'), agree(0), takes()],
  [offer('risk'), begins({ op: 'approve', which: 0, person: 1, yes: true, strikes: true })],
  [offer('risk'), agree(1), takes(2)],
  [offer('risk'), corrects('risk', 'rectified', 2)],
  // On its way to its commit, with all that it will end read already.
  [corrects('risk', 'rectified', 3), offer('risk')],
  [offer('incidents'), corrects('incidents', 'restricted')],
  [offer('risk'), agree(1), daysGoBy(2)],
  [offer('risk'), daysGoBy(3)],
  [ends(0, 1), offer('risk'), agree(1)],
  [accepts('pi', 'people for the plan'), offer('risk'), accepts('pi', 'two persons')],
  [offer('incidents')],
  [offer('incidents'), takes(2)],
  [offer('incidents'), takes(), begins({ op: 'end fact', which: 1, days: 0 }), takes(3)],
  [offer('incidents'), accepts('politie', 'two persons')],
  [accepts('politie', 'two persons'), offer('incidents'), agree(1)],
];

const ask = begins({ op: 'ask', asked: 'notes', known: true, role: 'physician' });
const collect = (calls = toTheEnd) => begins({ op: 'collect', which: 0 }, calls);
/** Who only advises from experience, and treats nobody. */
const adviserCollects = begins({ op: 'collect', which: 0, taker: { person: 2, role: 'experienceAdviser' } });
const takenBack = begins({ op: 'withdraw', which: 0, by: 'subject' });
const joins = (days: number | null) => begins({ op: 'attest', said: 'joining', days });
const anotherWaiver = [
  begins({ op: 'ask consent', to: 'notes', days: 20 }),
  begins({ op: 'decide', which: 0, yes: true }),
];

/** The person lifted the secrecy for twenty days, and somebody asks by virtue of that, or because they join in. */
export const ofSecrets: readonly (readonly Step[])[] = [
  [],
  [ask],
  [ask, agree(1)],
  [ask, agree(1), collect(3)],
  [ask, begins({ op: 'approve', which: 0, person: 1, yes: true, role: 'nurse' })],
  [ask, agree(1), adviserCollects],
  [ask, agree(1), takenBack],
  [joins(null), ask, agree(1), takenBack],
  [joins(1), ask, agree(1), takenBack],
  [takenBack, joins(1), ask, agree(1)],
  [takenBack, ...anotherWaiver, ask, agree(1)],
  [ask, takenBack, ...anotherWaiver],
  [daysGoBy(19), ask, agree(1)],
  [{ step: 'accept', party: 'medisch', set: 'two persons' }, ask, agree(1)],
];

const seal = (calls = toTheEnd) => begins({ op: 'answer', which: 0, what: 'all' }, calls);

/** What was sealed lies ready, or is on its way. */
export const ofSealed: readonly (readonly Step[])[] = [
  [ask, agree(1), seal()],
  [ask, agree(1), seal(3)],
  [ask, agree(1), seal(), collect(3)],
  [ask, agree(1), seal(), adviserCollects],
  [ask, agree(1), begins({ op: 'answer', which: 0, what: 'in clear' })],
  [ask, agree(1), begins({ op: 'answer', which: 0, what: 'somebody else' })],
  [ask, agree(1), seal(), collect(), takenBack],
  [joins(1), ask, agree(1), seal(), takenBack],
  [ask, agree(1), seal(), joins(1), takenBack],
  [ask, agree(1), seal(), { step: 'accept', party: 'medisch', set: 'two persons' }],
];
