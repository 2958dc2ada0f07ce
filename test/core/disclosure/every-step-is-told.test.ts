import { expect, it } from 'vitest';
import type { UnitId } from '../../../src/core/brand.ts';
import { abandonInterrupted } from '../../../src/core/disclosure/abandon.ts';
import { approve } from '../../../src/core/disclosure/approve.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import type { Change } from '../../../src/core/disclosure/change.ts';
import { type RequestState, requestStates, transitions } from '../../../src/core/disclosure/state.ts';
import { wakeRequests } from '../../../src/core/disclosure/wake.ts';
import { Fault } from '../../../src/core/fault.ts';
import { desk, oneHuman, twoPersons } from '../../world/approval-desk.ts';
import { InboxWorld, planner } from '../../world/inbox-world.ts';
import { type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { OfferWorld } from '../../world/offer-world.ts';
import { detain, planRequest, stranger, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';
import { withObligations } from '../../world/with-obligations.ts';

type Step = { [From in RequestState]: `${From}>${(typeof transitions)[From][number]}` }[RequestState];

const stopped = ['stopped to source', 'ended to recipient'];
const expired = ['expired to source', 'ended to recipient'];
const failed = ['failed to source'];

/** Who is told of each step of the table, in the transaction that makes it. */
const told: Readonly<Record<Exclude<Step, keyof typeof silent>, readonly string[]>> = {
  'received>awaiting-approval': ['awaiting-approval to source'],
  'received>awaiting-source': ['awaiting-answer to source'],
  'received>answered': ['offered to recipient'],
  'awaiting-approval>awaiting-approval': ['awaiting-approval to source'],
  'awaiting-approval>permitted': ['approved to recipient'],
  'awaiting-approval>awaiting-source': ['approved to recipient', 'awaiting-answer to source'],
  'awaiting-approval>answered': ['offered to recipient'],
  'awaiting-approval>declined': ['declined to recipient'],
  'awaiting-approval>withdrawn': stopped,
  'awaiting-approval>expired': expired,
  'awaiting-source>partly-answered': ['partly-answered to recipient'],
  'awaiting-source>answered': ['answered to recipient'],
  'awaiting-source>awaiting-approval': ['awaiting-approval to source'],
  'awaiting-source>declined': ['declined to recipient'],
  'awaiting-source>withdrawn': stopped,
  'awaiting-source>expired': expired,
  'permitted>awaiting-approval': ['awaiting-approval to source'],
  'permitted>refused': ['stopped to source'],
  'permitted>withdrawn': stopped,
  'permitted>expired': expired,
  'fetching>delivered': ['delivered to source'],
  'fetching>refused': ['stopped to source'],
  'fetching>failed': failed,
  'fetching>permitted': failed,
  'partly-answered>partly-answered': ['partly-answered to recipient'],
  'partly-answered>answered': ['answered to recipient'],
  'partly-answered>delivered': ['delivered to source'],
  'partly-answered>withdrawn': stopped,
  'answered>delivered': ['delivered to source'],
  'answered>declined': ['declined to source'],
  'answered>withdrawn': stopped,
  'answered>expired': expired,
  'delivered>collected': ['collected to source'],
};

/** Steps of which nobody is told, with the reason. */
const silent = {
  'received>refused':
    'whoever asked or offered reads it in the answer, and to the other party there is no such request',
  'received>fetching': 'its source is asked at that moment, and whoever asked waits for the answer',
  'permitted>fetching': 'its source is asked at that moment, and whoever collects waits for the answer',
  'partly-answered>expired': 'never made: at its deadline it becomes answered with what there is',
} as const;

const steps = requestStates.flatMap((from) => transitions[from].map((to) => `${from}>${to}` as Step));
const met = new Map<string, Set<string>>();

/** From now on each step that is committed is met, with who is told in the same commit. */
function watched<World extends MemoryWorld>(world: World): World {
  const { journal } = world.ports;
  const commit: typeof journal.commit = async (work) => {
    const committed = await journal.commit(work);
    if (committed.outcome === 'durable') for (const change of work.changes) meet(world, change, work.changes);
    return committed;
  };
  Object.assign(world.ports, { journal: { ...journal, commit } });
  return world;
}

function meet(world: MemoryWorld, change: Change, all: readonly Change[]): void {
  if (change.type !== 'request-opened' && change.type !== 'request-moved') return;
  const opens = change.type === 'request-opened';
  const id = opens ? change.request.id : change.id;
  const step = opens ? `received>${change.request.state}` : `${change.from}>${change.to}`;
  const request = world.requests.get(id);
  const events = all.flatMap((each) => (each.type === 'event-emitted' ? [each.event] : []));
  const own = events.filter(({ dataref }) => dataref === `/v1/requests/${id}`);
  const said = own.map(({ type, unit }) => {
    const party = unit === request?.source ? 'source' : 'recipient';
    return `${type.replace('nl.sluis.request.', '')} to ${party}`;
  });
  met.set(step, (met.get(step) ?? new Set()).add(said.sort().join(', ')));
}

/** Nobody is involved with anybody any more. */
const endAll = ({ facts }: MemoryWorld) => facts.clear();
const yearMs = 366 * 86_400_000;

async function inbox(): Promise<InboxWorld> {
  const world = await InboxWorld.open();
  watched(world.memory);
  return world;
}

const part = { data: { 'identity.surname': 'Ebbink' }, complete: false };
const more = { data: { 'identity.givenNames': 'Jorn' }, complete: false };

/** What waits for people of its source, in each state, until its basis goes or its time is over. */
async function endsWaiting(): Promise<void> {
  for (const end of ['basis', 'time']) {
    const world = await inbox();
    await world.waiting();
    await world.answered(part);
    await world.answered();
    if (end === 'basis') endAll(world.memory);
    else world.memory.nowMs += yearMs;
    await world.look();
    if (end === 'time') world.memory.nowMs += yearMs;
    await world.look();
  }
}

async function peopleAnswer(): Promise<void> {
  const world = await inbox();
  const id = await world.answered(part);
  await world.acts.answer(id, more);
  await world.acts.collect(id);
  await world.acts.confirm(id);
  const whole = await world.answered(part);
  await world.acts.answer(whole, { data: { 'identity.givenNames': 'Jorn' } });
  await world.acts.collect(whole);
  await world.acts.decline(await world.waiting());
  const again = await world.waiting();
  world.asks({ approval: 'source-human' });
  await world.acts.answer(again);
  const body = { decision: 'approved', ground: null, approver: planner } as const;
  await approve(world.ports, world.memory.call('pi'), again, body);
}

async function peopleApprove(): Promise<void> {
  const two = await desk(twoPersons);
  watched(two.world);
  Object.assign(two.ports, { journal: two.world.ports.journal });
  await ask(two.ports, two.world.call('gemeente'), planRequest());
  await two.say({});
  await two.say({}, 1);
  two.asks({ ...twoPersons, approvers: ['director', 'treatingClinician'] });
  await two.collected();
  for (const end of [
    'declined',
    'basis',
    'time',
    'source fails',
    'refused',
    'permitted basis',
    'permitted time',
    'under way',
  ]) {
    const one = await desk(oneHuman);
    watched(one.world);
    Object.assign(one.ports, { journal: one.world.ports.journal });
    const isApproved = !['declined', 'basis', 'time'].includes(end);
    if (isApproved) await one.say({});
    if (end === 'declined') await one.say({ decision: 'declined', ground: 'niet nodig voor het plan' });
    if (end.endsWith('basis') || end === 'refused') endAll(one.world);
    if (end.endsWith('time')) one.world.nowMs += yearMs;
    if (end.endsWith('basis') || end.endsWith('time')) await wakeRequests(one.world.ports);
    if (end === 'under way') one.meanwhile = () => void one.world.bound.set('pi' as UnitId, null);
    if (end === 'source fails') one.meanwhile = () => failing();
    if (['refused', 'source fails', 'under way'].includes(end)) await one.collected().catch(faultOnly);
  }
}

function failing(): never {
  throw new Fault('source-unavailable', 'away');
}

function faultOnly(error: unknown): void {
  if (!(error instanceof Fault)) throw error;
}

async function machineAnswers(): Promise<void> {
  const world = watched(memoryWorld(shippedSet(), units));
  await detain(world.ports, () => world.call('pi'));
  await ask(world.ports, world.call('gemeente'), planRequest());
  await ask(world.ports, world.call('gemeente'), planRequest({ subject: stranger }));
  world.answer = async () => failing();
  await ask(world.ports, world.call('gemeente'), planRequest()).catch(faultOnly);
  await abandonInterrupted(world.ports);
}

async function sourceOffers(): Promise<void> {
  const world = new OfferWorld();
  watched(world.memory);
  await world.decline(await world.offered());
  const two = new OfferWorld();
  watched(two.memory);
  two.memory.bound.set('politie' as UnitId, withObligations(shippedSet(), 'supervision', twoPersons));
  const outcome = await two.toProbation();
  if (outcome.kind !== 'offered') throw new Error(outcome.kind);
  const body = { decision: 'approved', ground: null, approver: someUser('a8', 'policeOfficer', 'T. Postma') } as const;
  await approve(two.memory.ports, two.memory.call('politie'), outcome.request.id, body);
}

it('tells of every step of the table, but for those that nobody needs to hear of', async () => {
  await endsWaiting();
  await peopleAnswer();
  await peopleApprove();
  await machineAnswers();
  await sourceOffers();
  const never: Step = 'partly-answered>expired';
  const expected = steps
    .filter((step) => step !== never)
    .map((step): [string, string[]] => {
      const said: readonly string[] = step in silent ? [] : told[step as keyof typeof told];
      return [step, [said.toSorted().join(', ')]];
    });
  // A deadline that closes a part tells both: its source that more is not waited for.
  const closed = ['answered to recipient', 'answered to recipient, expired to source'];
  const all = new Map([...expected, ['partly-answered>answered', closed] as const]);
  const found = [...met].map(([step, said]) => [step, [...said].sort()] as const);
  expect(Object.fromEntries(found.toSorted())).toEqual(Object.fromEntries([...all].toSorted()));
});
