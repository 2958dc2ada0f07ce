import { Kysely, PostgresDialect } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { up } from '../../migrations/0036-followed-to-the-end.ts';
import type { RequestId, SubjectId } from '../../src/core/brand.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { decideRightsRequest } from '../../src/core/rights/decide-rights-request.ts';
import { makeRightsRequest } from '../../src/core/rights/make-rights-request.ts';
import { ownRights } from '../../src/core/rights/own-rights.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { type PeopleWorld, peopleWorld } from '../world/people-world.ts';
import { planAnswer, planRequest } from '../world/personas.ts';
import { someUser } from '../world/some-user.ts';

let world: PeopleWorld;
beforeAll(async () => {
  world = await peopleWorld();
  world.answer = async () => planAnswer;
});
afterAll(() => world.close());

const added = {
  active_policy_set: ['reckoned', 'reckoned_before'],
  correction_notice: ['destroyed'],
  request: ['takers', 'informing_look_at', 'informing_reminded_at'],
  rights_request: ['decision_entry', 'look_at', 'reminded_at', 'carried_out_at', 'carried_out_as'],
};

async function given(subject: SubjectReference): Promise<RequestId> {
  const outcome = await ask(world.ports, world.call('gemeente'), planRequest({ subject }));
  if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
  return outcome.request.id;
}

const askFor = (subject: SubjectId, id: RequestId, wish: 'correct' | 'erase') =>
  makeRightsRequest(
    world.ports,
    subject,
    id,
    { field: 'identity.surname', wish, statement: 'Dit is niet juist' },
    { trace: world.ports.entropy.trace(), by: 'subject' },
  );

/** As a database from before has it, and then brought up to date. */
async function migrateAgain(): Promise<void> {
  for (const [table, columns] of Object.entries(added))
    await world.rows(`ALTER TABLE ${table} ${columns.map((column) => `DROP COLUMN ${column} CASCADE`).join(', ')}`);
  await up(new Kysely<unknown>({ dialect: new PostgresDialect({ pool: world.pools.owner }) }));
}

it('finds why it was decided so in the record, looks at what is open on its date, and tells nobody of what shows already', async () => {
  const person = await world.person('detained');
  const subject = await world.found(person);
  const [shows, hidden, atOnce] = [await given(person), await given(person), await given(person)];
  const later = `UPDATE request SET decision = decision || '{"informAfter": "P30D"}' WHERE id = ANY ($1::uuid[])`;
  await world.rows(later, [[shows, hidden]]);
  await world.rows(`UPDATE request SET disclosed_at = disclosed_at - interval '31 days' WHERE id = $1`, [shows]);
  await askFor(subject, atOnce, 'correct');
  const [decided] = await world.ports.rights.of(subject);
  if (decided === undefined) throw new Error('nothing was asked');
  const by = someUser('u5', 'casemanager', 'S. de Boer');
  const said = { decision: 'dismissed', ground: 'Het klopte wel', by } as const;
  await decideRightsRequest(world.ports, world.call('pi'), decided.id, said);
  await askFor(subject, atOnce, 'erase');
  await migrateAgain();
  const own = await ownRights(world.ports, subject);
  expect(own.map(({ rights: { state }, ground }) => [state, ground])).toEqual([
    ['open', null],
    ['dismissed', 'Het klopte wel'],
  ]);
  const open = own[0]?.rights.dueAt;
  if (open === undefined) throw new Error('nothing is open');
  expect((await world.ports.rights.due(open, 0)).map(({ rights, seen }) => [rights.state, seen])).toEqual([
    ['open', open],
  ]);
  const looked = await world.ports.informing.due(world.ports.clock.now(), 0);
  expect(looked.map(({ request, seen }) => [request.id, seen])).toEqual([[hidden, null]]);
});
