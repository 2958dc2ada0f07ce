import { beforeEach, describe, expect, it } from 'vitest';
import type { RequestId, UnitId } from '../../../src/core/brand.ts';
import { approve } from '../../../src/core/disclosure/approve.ts';
import { readInbox } from '../../../src/core/disclosure/read-inbox.ts';
import { readMessages } from '../../../src/core/disclosure/say-on-request.ts';
import { InboxWorld, planner } from '../../world/inbox-world.ts';
import { memoryUnit } from '../../world/memory-world.ts';

const surname = 'identity.surname';

let world: InboxWorld;
beforeEach(async () => {
  world = await InboxWorld.open();
});

describe('what is said about a request that waits', () => {
  const messagesTo = async (unit: string, id: RequestId) =>
    (await readMessages(world.ports, world.memory.call(unit), id))?.map(({ said }) => said.kind) ?? null;

  it('is read by both parties, and who is to answer by the source alone', async () => {
    const id = await world.waiting();
    expect(await world.acts.reply(id)).toMatchObject({ kind: 'wrong-state' });
    expect(await world.acts.question(id)).toMatchObject({ kind: 'recorded', request: { state: 'awaiting-source' } });
    const [role] = [...(world.ports.policies.current().catalogue.partnerKinds.get('prison')?.roles.keys() ?? [])];
    expect(await world.acts.delegate(id, { role: role ?? '' })).toMatchObject({ kind: 'recorded' });
    expect(await world.acts.reply(id)).toMatchObject({ kind: 'recorded' });
    expect(await world.acts.reply(id)).toMatchObject({ kind: 'wrong-state' });
    expect(await messagesTo('pi', id)).toEqual(['question', 'delegation', 'reply']);
    expect(await messagesTo('gemeente', id)).toEqual(['question', 'reply']);
    expect(await messagesTo('politie', id)).toBe(null);
    expect([world.told('gemeente'), world.told('pi')]).toEqual([['questioned'], ['awaiting-answer', 'replied']]);
    expect(world.kindsOf(id)).toEqual([
      ...['permit', 'source-asked', 'request-questioned', 'request-delegated', 'request-questioned'],
    ]);
  });

  it('shows whoever answers what was given already, and who is to answer', async () => {
    const id = await world.answered({ data: { [surname]: 'Ebbink' }, complete: false });
    const seen = () => readInbox(world.ports, 'pi' as UnitId, id);
    expect(await seen()).toMatchObject({ task: 'answer', answered: [surname], delegatedTo: null });
    await world.acts.delegate(id, { user: 'p8' });
    await world.acts.delegate(id, { user: 'p9' });
    expect(await seen()).toMatchObject({ delegatedTo: { user: 'p9' } });
  });

  it('leaves the deadline as it was, and goes when the request does', async () => {
    const id = await world.waiting();
    const { dueAt } = world.memory.requests.get(id) ?? {};
    await world.acts.question(id);
    expect(world.memory.requests.get(id)).toMatchObject({ dueAt });
    await world.acts.decline(id);
    expect([world.memory.messages, await messagesTo('gemeente', id)]).toEqual([[], []]);
    expect(await world.acts.reply(id)).toMatchObject({ kind: 'wrong-state' });
  });

  it('goes too where the source is asked over HTTPS once its people approved', async () => {
    const id = await world.waiting();
    await world.acts.question(id);
    world.asks({ approval: 'source-human' });
    await world.acts.answer(id);
    expect([world.stateOf(id), world.memory.messages.length]).toEqual(['awaiting-approval', 1]);
    world.connects('pi', memoryUnit('pi', 'prison').connector);
    const said = { decision: 'approved', approver: planner, ground: null } as const;
    await approve(world.ports, world.memory.call('pi'), id, said);
    expect([world.stateOf(id), world.memory.messages]).toEqual(['permitted', []]);
  });

  it('delegates to no role that the kind of the source does not have', async () => {
    const id = await world.waiting();
    expect(await world.acts.delegate(id, { role: 'tovenaar' })).toMatchObject({
      kind: 'invalid',
      member: 'to/role',
    });
    expect(world.memory.messages).toEqual([]);
    expect(await world.acts.delegate(id, { user: planner.id })).toMatchObject({ kind: 'recorded' });
  });
});
