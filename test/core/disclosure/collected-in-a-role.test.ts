import { beforeEach, describe, expect, it } from 'vitest';
import type { FieldId, RequestId, UnitId } from '../../../src/core/brand.ts';
import { answerRequest } from '../../../src/core/disclosure/answer-request.ts';
import { approve } from '../../../src/core/disclosure/approve.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { collect } from '../../../src/core/disclosure/collect.ts';
import { readLeaf } from '../../../src/core/ledger/leaf.ts';
import type { User } from '../../../src/core/partner/partner.ts';
import type { Grant } from '../../../src/core/policy/policy.ts';
import { inboxUnits } from '../../world/inbox-units.ts';
import { type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planFields, planRequest, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';
import { withGrants } from '../../world/with-obligations.ts';

const set = shippedSet();
const source = 'pi' as UnitId;
const physician = someUser('u1', 'physician', 'A. de Vries');
const colleague = someUser('u2', 'treatingClinician', 'K. Jansen');
const adviser = someUser('u3', 'experienceAdviser', 'T. Tan');
const planner = someUser('p1', 'casemanager', 'D. Visser');

let world: MemoryWorld;
let id: RequestId;

/** The shipped condition that asks for somebody who treats. */
function treats(): Grant['conditions'][number] {
  const grants = [...set.policies.values()].flatMap((policy) =>
    policy.purpose === 'care-continuity' ? policy.grants : [],
  );
  const found = grants[0]?.conditions.find(({ form }) => JSON.stringify(form).includes('"user"'));
  if (found === undefined) throw new Error('no rule asks for who treats');
  return found;
}

/** The same, for one role alone. */
const only = (role: string): Grant['conditions'][number] => ({
  ...treats(),
  key: `user(${role})`,
  evaluate: (seen) => treats().evaluate({ ...seen, userRole: seen.userRole === role ? 'physician' : 'none' }),
});

/** From now on the plan is for who treats, and as `others` says for an adviser. */
function gives(others: readonly ((grant: Grant) => Partial<Grant>)[] = [], change: Partial<Grant> = {}): void {
  const asked = withGrants(set, 'plan-basic-conditions', (grant) => ({
    conditions: [...grant.conditions, treats()],
    ...change,
  }));
  const policies = [...asked.policies].map(([purpose, policy]) => {
    const own = set.policies.get(purpose)?.grants ?? [];
    if (purpose !== 'plan-basic-conditions') return [purpose, policy] as const;
    const more = others.flatMap((other) =>
      own.map((grant) => ({
        ...grant,
        rule: `${grant.rule}-else`,
        conditions: [...grant.conditions, only('experienceAdviser')],
        ...other(grant),
      })),
    );
    return [purpose, { ...policy, grants: [...policy.grants, ...more] }] as const;
  });
  world.bound.set(source, { ...asked, policies: new Map(policies) });
}

const take = (user: User | null) => collect(world.ports, world.call('gemeente'), id, user);
const stateOf = () => world.requests.get(id)?.state;
const kinds = () => world.entries.filter(({ body }) => body.request === id).map(({ kind }) => kind);
const takers = () =>
  world.entries.flatMap(({ kind, personal }) => (kind === 'answer-taken' ? [JSON.parse(personal.taker ?? '')] : []));

async function opened(people: 'inbox' | 'http', change: Partial<Grant> = {}): Promise<void> {
  world = memoryWorld(set, people === 'inbox' ? inboxUnits() : units);
  await detain(world.ports, () => world.call('pi'));
  gives([], change);
  const refused = await ask(world.ports, world.call('gemeente'), planRequest({ onBehalfOf: adviser }));
  expect(refused.kind).toBe('refused');
  const asked = await ask(world.ports, world.call('gemeente'), planRequest({ onBehalfOf: physician }));
  if (asked.kind !== 'waiting') throw new Error(asked.kind);
  id = asked.request.id;
}

describe('what people answered to who treats', () => {
  beforeEach(async () => {
    await opened('inbox');
    const answer = { subject: planRequest().subject, data: planAnswer, complete: true, by: planner };
    expect(await answerRequest(world.ports, world.call('pi'), id, answer)).toMatchObject({ kind: 'recorded' });
  });

  it('is given to nobody in another role, who ends nothing by that', async () => {
    const before = world.entries.length;
    expect(await take(adviser)).toEqual({ kind: 'other-role' });
    expect([stateOf(), world.answers.length, world.entries.length]).toEqual(['answered', 1, before]);
    expect(await take(colleague)).toMatchObject({ kind: 'handed-over', again: false });
    expect(takers()).toMatchObject([{ role: 'treatingClinician', token: colleague.token }]);
  });

  it('is not given again to anybody in another role either', async () => {
    expect(await take(null)).toMatchObject({ kind: 'handed-over' });
    expect(await take(adviser)).toEqual({ kind: 'other-role' });
    expect(takers()).toEqual([]);
    for (const user of [physician, colleague])
      expect(await take(user)).toMatchObject({ kind: 'handed-over', again: true });
    expect(takers()).toMatchObject([{ token: colleague.token }]);
  });

  it('is decided on the role of who gets it, and so it stands on record', async () => {
    gives([() => ({})]);
    expect(await take(adviser)).toMatchObject({ kind: 'handed-over' });
    const permit = world.entries.findLast(({ kind }) => kind === 'permit');
    const conditions = JSON.parse(permit?.personal.conditions ?? '[]') as { condition: string; value: string }[];
    const asksForRole = conditions.filter(({ condition }) => condition.startsWith('user('));
    expect(asksForRole).toContainEqual(
      expect.objectContaining({ condition: 'user(experienceAdviser)', value: 'true' }),
    );
    expect(takers()).toMatchObject([{ role: 'experienceAdviser' }]);
  });

  it.each<[string, (grant: Grant) => Partial<Grant>]>([
    ['less of it', () => ({ fields: new Set(planFields.slice(1) as FieldId[]) })],
    ['it only to be destroyed', ({ obligations }) => ({ obligations: { ...obligations, destruction: 'confirm' } })],
    [
      'it only after two people agreed',
      ({ obligations }) => ({ obligations: { ...obligations, approval: 'two-persons' } }),
    ],
  ])('is not given in a role that may have %s', async (_, other) => {
    gives([other]);
    expect(await take(adviser)).toEqual({ kind: 'other-role' });
    expect(stateOf()).toBe('answered');
    expect(await take(physician)).toMatchObject({ kind: 'handed-over' });
  });

  it('goes with what it rests on, whoever collects it', async () => {
    world.bound.set(source, null);
    expect(await take(adviser)).toMatchObject({ kind: 'refused' });
    expect(stateOf()).toBe('withdrawn');
  });
});

describe('what is fetched once people agreed', () => {
  const [plan] = [...set.policies.values()].flatMap(({ purpose, grants }) =>
    purpose === 'plan-basic-conditions' ? grants : [],
  );
  const approved: Partial<Grant> = {
    ...(plan && { obligations: { ...plan.obligations, approval: 'source-human', approvers: [] } }),
  };
  let asked: number;
  let meanwhile: () => void;
  beforeEach(async () => {
    [asked, meanwhile] = [0, () => undefined];
    await opened('http', approved);
    world.answer = async () => {
      asked += 1;
      meanwhile();
      return planAnswer;
    };
    const body = { decision: 'approved', approver: planner, ground: null } as const;
    expect(await approve(world.ports, world.call('pi'), id, body)).toMatchObject({ kind: 'recorded' });
  });

  it('is not asked for anybody in another role', async () => {
    const before = world.entries.length;
    expect(await take(adviser)).toEqual({ kind: 'other-role' });
    expect([stateOf(), asked, world.entries.length]).toEqual(['permitted', 0, before]);
    expect(await take(null)).toMatchObject({ kind: 'delivered' });
    expect(takers()).toEqual([]);
  });

  it('names who gets it, where that is not who asked', async () => {
    const outcome = await take(colleague);
    if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
    expect(kinds()).toEqual(['permit', 'approval', 'permit', 'disclosure', 'answer-taken']);
    expect(takers()).toEqual([{ role: 'treatingClinician', token: colleague.token }]);
    expect(await world.ports.answers.takers(id)).toHaveLength(1);
    expect(readLeaf(outcome.receipt.leaf)?.kind).toBe('disclosure');
  });

  it('names nobody twice, where that is who asked', async () => {
    expect(await take(physician)).toMatchObject({ kind: 'delivered' });
    expect(kinds()).toEqual(['permit', 'approval', 'permit', 'disclosure']);
  });

  it('is dropped where their role may not have it any more once it is here, and waits for who asked', async () => {
    meanwhile = () => gives([], { ...approved, conditions: [only('physician')] });
    await expect(take(colleague)).rejects.toMatchObject({ code: 'basis-changed' });
    expect([stateOf(), takers()]).toEqual(['permitted', []]);
    expect(kinds()).not.toContain('disclosure');
    expect(await take(physician)).toMatchObject({ kind: 'delivered' });
  });
});
