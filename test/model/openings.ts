import { agree, begins, daysGoBy, ofOffers, ofSealed, ofSecrets } from './openings-of-others.ts';
import type { Operation } from './operation.ts';
import type { LifeKind, Step } from './steps.ts';

const minute = 60_000;
const toTheEnd = 99;

const ask = begins({ op: 'ask', asked: 'housing', known: true });
const askPlan = (calls: number) => begins({ op: 'ask', asked: 'plan', known: true }, calls);
const collect = (calls: number) => begins({ op: 'collect', which: 0 }, calls);
const look = (calls: number) => begins({ op: 'look' }, calls);
/** Of the facts with which a life begins: where the person lives, which all of it rests on. */
const ends = (days: number) => begins({ op: 'end fact', which: 1, days });
const anotherYes = [
  begins({ op: 'ask consent', to: 'housing', days: 20 }),
  begins({ op: 'decide', which: 0, yes: true }),
];
const twoPeople: Step = { step: 'accept', party: 'gemeente', set: 'two persons' };

/** How far some requests are when chance takes over, which would seldom bring them there by itself. */
const ofAll: readonly (readonly Step[])[] = [
  [],
  [askPlan(2)],
  [ends(1), askPlan(2)],
  [ends(1), askPlan(2), daysGoBy(1)],
  [ask],
  [ask, look(3), ends(0)],
  // The yes with which a life begins lasts for twenty days.
  [daysGoBy(19), ask, agree(1), ...anotherYes, daysGoBy(1)],
  [ends(1), ask, look(toTheEnd)],
  [ask, agree(1)],
  [ask, agree(1), collect(4)],
  [ends(1), ask, agree(1), collect(3)],
  [twoPeople, ask, agree(1)],
  [twoPeople, ask, agree(1), agree(2)],
  [ask, agree(1), twoPeople],
  [ask, begins({ op: 'approve', which: 0, person: 1, yes: true, strikes: true })],
];

const hourBack: Step = { step: 'clock jumps', gateway: 1, ms: -60 * minute };
const elsewhere = (operation: Operation): Step => ({ step: 'begin', gateway: 1, operation, calls: toTheEnd });
const takenBack = elsewhere({ op: 'withdraw', which: 0, by: 'subject' });

/** A no that is said at a gateway whose clock is behind. */
const openingsUnderJumps: readonly (readonly Step[])[] = [
  [
    hourBack,
    elsewhere({ op: 'ask consent', to: 'housing', days: 20 }),
    elsewhere({ op: 'decide', which: 0, yes: false }),
  ],
  [
    hourBack,
    elsewhere({ op: 'ask consent', to: 'housing', days: 20 }),
    elsewhere({ op: 'decide', which: 0, yes: true }),
    takenBack,
    ask,
  ],
  [
    ask,
    agree(1),
    hourBack,
    elsewhere({ op: 'ask consent', to: 'housing', days: 20 }),
    elsewhere({ op: 'decide', which: 0, yes: false }),
  ],
];

const answer = (what: (Operation & { op: 'answer' })['what'], calls = toTheEnd) =>
  begins({ op: 'answer', which: 0, what }, calls);

/** What people answered lies ready, whole or in part, or is on its way. */
const withPeople: readonly (readonly Step[])[] = [
  [askPlan(toTheEnd), answer('a part')],
  [askPlan(toTheEnd), answer('all')],
  [ends(1), askPlan(toTheEnd), answer('all')],
  [askPlan(toTheEnd), answer('a part', 4)],
  [askPlan(toTheEnd), answer('a part'), answer('a part', 4), answer('a part')],
  [askPlan(toTheEnd), answer('a part'), collect(3), answer('a part')],
  [ask, agree(1), answer('all')],
  [ask, agree(1), answer('all'), collect(3)],
  [ask, agree(1), answer('a part'), ends(1)],
  [twoPeople, ask, agree(1), agree(2), answer('all')],
  [ask, agree(1), answer('all'), twoPeople],
  [daysGoBy(19), ask, agree(1), answer('all'), ...anotherYes, daysGoBy(1)],
];

const breaks = (calls = toTheEnd) => begins({ op: 'break glass', known: true, role: 'physician' }, calls);
const standsBehind = (calls: number) => begins({ op: 'stand behind', which: 0, person: 1, role: 'physician' }, calls);
const anHourGoesBy: Step = { step: 'time goes by', ms: 61 * minute };

/** Somebody is in danger, and whoever helped has yet to answer for it. */
const ofEmergencies: readonly (readonly Step[])[] = [
  [],
  [breaks()],
  [breaks(2)],
  [breaks(), standsBehind(toTheEnd)],
  [breaks(), standsBehind(2), anHourGoesBy],
  [breaks(), standsBehind(2), anHourGoesBy, begins({ op: 'revoke' }, 1)],
  [breaks(), anHourGoesBy, begins({ op: 'revoke' }, 2)],
  [
    { step: 'activate', set: 'no housing' },
    { step: 'accept', party: 'medisch', set: 'no housing' },
    { step: 'poll', gateway: 0 },
    breaks(),
  ],
  [breaks(), begins({ op: 'review', which: 0, verdict: 'unclear' })],
];

export function openings({ sources, clocksJump, about }: LifeKind): readonly (readonly Step[])[] {
  if (about === 'emergencies') return ofEmergencies;
  if (about === 'offers') return ofOffers;
  if (about === 'secrets') return sources === 'people who seal' ? [...ofSecrets, ...ofSealed] : ofSecrets;
  const all = sources === 'people' ? [...ofAll, ...withPeople] : ofAll;
  return clocksJump ? [...all, ...openingsUnderJumps] : all;
}
