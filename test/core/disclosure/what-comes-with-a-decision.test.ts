import { beforeEach, describe, expect, it } from 'vitest';
import type { PurposeId, UnitId } from '../../../src/core/brand.ts';
import { approve } from '../../../src/core/disclosure/approve.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { collect } from '../../../src/core/disclosure/collect.ts';
import type { SourceQuestion } from '../../../src/core/disclosure/ports.ts';
import type { Condition } from '../../../src/core/policy/condition.ts';
import type { PolicySet } from '../../../src/core/policy/policy-set.ts';
import { type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planRequest, stranger, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';
import { withGrants, withObligations } from '../../world/with-obligations.ts';

const set = shippedSet();
const purpose = 'plan-basic-conditions';

let world: MemoryWorld;
let questions: SourceQuestion[];
beforeEach(async () => {
  world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
  world.answer = async () => planAnswer;
  questions = [];
  const { sources } = world.ports;
  Object.assign(world.ports, {
    sources: {
      fetch: (question: SourceQuestion) => {
        questions.push(question);
        return sources.fetch(question);
      },
    },
  });
});

const bind = (bound: PolicySet) => world.bound.set('pi' as UnitId, bound);
const asking = (role = 'nazorgcoordinator') => {
  const { onBehalfOf } = planRequest();
  return ask(world.ports, world.call('gemeente'), planRequest({ onBehalfOf: { ...onBehalfOf, role } }));
};

describe('the role of the user for whom is asked', () => {
  const physician: Condition = {
    key: 'user(physician)',
    label: { nl: 'arts', en: 'physician' },
    form: { user: { role: ['physician'] } },
    members: [],
    evaluate: ({ userRole }) => ({
      value: userRole === null ? 'unknown' : userRole === 'physician' ? 'true' : 'false',
      inputs: {},
    }),
  };
  const forPhysicians = withGrants(
    withObligations(set, purpose, { approval: 'source-human', approvers: [] }),
    purpose,
    ({ conditions }) => ({ conditions: [...conditions, physician] }),
  );
  beforeEach(() => void bind(forPhysicians));

  it('decides when it is asked, approved and collected, and stays with the request', async () => {
    expect(await asking()).toMatchObject({ kind: 'refused', request: { userRole: 'nazorgcoordinator' } });
    const outcome = await asking('physician');
    if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
    const { id } = outcome.request;
    expect(world.requests.get(id)?.userRole).toBe('physician');
    const approver = someUser('p1', 'x', 'D. Visser');
    await approve(world.ports, world.call('pi'), id, { decision: 'approved', approver, ground: null });
    expect(await collect(world.ports, world.call('gemeente'), id)).toMatchObject({ kind: 'delivered' });
  });

  it('refuses where it is not on record any more', async () => {
    const outcome = await asking('physician');
    if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
    const { request } = outcome;
    world.requests.set(request.id, { ...request, userRole: null });
    const approver = someUser('p1', 'x', 'D. Visser');
    const body = { decision: 'approved', approver, ground: null } as const;
    expect(await approve(world.ports, world.call('pi'), request.id, body)).toMatchObject({ kind: 'wrong-state' });
    world.requests.set(request.id, { ...request, state: 'permitted', userRole: null });
    expect(await collect(world.ports, world.call('gemeente'), request.id)).toMatchObject({ kind: 'refused' });
    expect(questions).toEqual([]);
  });
});

describe('what a source may have got data under', () => {
  it('goes to the source by field, and stays with the request', async () => {
    const outcome = await asking();
    const own = Object.fromEntries(Object.keys(planAnswer).map((field) => [field, ['own']]));
    expect(questions[0]?.obtained).toEqual(own);
    expect(outcome).toMatchObject({ kind: 'delivered', request: { decision: { obtained: own } } });
  });

  it('is what the rule says that permits the field', async () => {
    bind(withGrants(set, purpose, () => ({ obtained: ['b-purpose', 'a-purpose'] as PurposeId[] })));
    await asking();
    expect(questions[0]?.obtained['identity.surname']).toEqual(['a-purpose', 'b-purpose']);
  });

  it('is nothing for what was not permitted', async () => {
    const outcome = await ask(world.ports, world.call('gemeente'), planRequest({ subject: stranger }));
    expect(outcome).toMatchObject({ kind: 'refused', request: { decision: { obtained: {} } } });
  });

  it('drops the answer where it became less while the source answered', async () => {
    bind(withGrants(set, purpose, () => ({ obtained: ['a-purpose', 'b-purpose'] as PurposeId[] })));
    world.answer = async () => {
      bind(withGrants(set, purpose, () => ({ obtained: ['a-purpose'] as PurposeId[] })));
      return planAnswer;
    };
    await expect(asking()).rejects.toMatchObject({ code: 'basis-changed' });
    expect(world.entries.map(({ kind }) => kind)).not.toContain('disclosure');
  });
});

describe('when the subject is told', () => {
  it('is what the permit says', async () => {
    expect(await asking()).toMatchObject({ request: { decision: { outcome: 'permit', informAfter: null } } });
    bind(withObligations(set, purpose, { informSubject: 'delayed', informAfter: 'P14D' }));
    expect(await asking()).toMatchObject({ request: { decision: { outcome: 'permit', informAfter: 'P14D' } } });
  });

  it('is for a refusal the longest delay of any rule for its purpose', async () => {
    let nth = 0;
    const delays = ['P2W', 'P3W', 'P20D', null];
    const mixed = withGrants(set, purpose, ({ obligations }) => ({
      obligations: { ...obligations, informAfter: delays[nth++ % delays.length] ?? null },
    }));
    expect(nth).toBeGreaterThan(3);
    bind(mixed);
    const refused = await ask(world.ports, world.call('gemeente'), planRequest({ subject: stranger }));
    expect(refused).toMatchObject({ kind: 'refused', request: { decision: { informAfter: 'P3W' } } });
  });

  it('is for a refusal by a source that accepted nothing what the set in force says', async () => {
    const delayed = withObligations(set, purpose, { informSubject: 'delayed', informAfter: 'P30D' });
    const strict = memoryWorld(delayed, units);
    strict.bound.set('pi' as UnitId, null);
    const refused = await ask(strict.ports, strict.call('gemeente'), planRequest({ subject: stranger }));
    expect(refused).toMatchObject({ kind: 'refused', request: { decision: { informAfter: 'P30D' } } });
  });

  it('is at once for a refusal where no rule for the purpose delays', async () => {
    const refused = await ask(world.ports, world.call('gemeente'), planRequest({ subject: stranger }));
    expect(refused).toMatchObject({ kind: 'refused', request: { decision: { informAfter: null } } });
  });
});
