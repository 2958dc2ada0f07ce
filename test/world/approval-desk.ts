import type { FieldId, RequestId, UnitId } from '../../src/core/brand.ts';
import { approve } from '../../src/core/disclosure/approve.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { collect } from '../../src/core/disclosure/collect.ts';
import type { CollectPorts } from '../../src/core/disclosure/hand-over.ts';
import type { InboxView } from '../../src/core/disclosure/inbox.ts';
import type { ApprovalBody } from '../../src/core/disclosure/operations.ts';
import { readInbox } from '../../src/core/disclosure/read-inbox.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
import type { Obligations } from '../../src/core/policy/decision.ts';
import { type MemoryWorld, memoryWorld } from './memory-world.ts';
import { detain, planAnswer, planFields, planRequest, units } from './personas.ts';
import { shippedSet } from './shipped-set.ts';
import { someUser } from './some-user.ts';
import { withObligations } from './with-obligations.ts';

const set = shippedSet();
export const fields = planFields as FieldId[];
/** Who may agree at the source. */
export const people = ['p1', 'p2', 'p3', 'p4'].map((id) => someUser(id, 'director', `Persoon ${id}`));
export const oneHuman = { approval: 'source-human', approvers: [] } as const;
export const twoPersons = { approval: 'two-persons', approvers: [] } as const;

/** A request that waits for people of its source, and everybody who has to do with it. */
export interface Desk {
  readonly world: MemoryWorld;
  readonly ports: CollectPorts;
  readonly id: RequestId;
  /** What the source was asked for, each time. */
  readonly fetched: (readonly string[])[];
  /** What it does while it is asked. */
  meanwhile: () => void;
  asks(change: Partial<Obligations>): void;
  request(): RequestRecord;
  /** What somebody of the source is shown. */
  read(): Promise<InboxView>;
  say(body: Partial<ApprovalBody>, person?: number): ReturnType<typeof approve>;
  collected(): ReturnType<typeof collect>;
}

export async function desk(first: Partial<Obligations>): Promise<Desk> {
  const world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
  const fetched: (readonly string[])[] = [];
  const ports: CollectPorts = {
    ...world.ports,
    sources: {
      fetch: async (question) => {
        fetched.push(question.fields);
        opened.meanwhile();
        return planAnswer;
      },
    },
  };
  const asks = (change: Partial<Obligations>) =>
    void world.bound.set('pi' as UnitId, withObligations(set, 'plan-basic-conditions', change));
  asks(first);
  const outcome = await ask(ports, world.call('gemeente'), planRequest());
  if (outcome.kind !== 'waiting') throw new Error(`expected to wait, got ${outcome.kind}`);
  const { id } = outcome.request;
  const opened: Desk = {
    world,
    ports,
    id,
    fetched,
    meanwhile: () => undefined,
    asks,
    request: () => world.requests.get(id) as RequestRecord,
    read: async () => {
      const view = await readInbox(world.ports, 'pi' as UnitId, id);
      if (view === null) throw new Error('there is nothing to read');
      return view;
    },
    say: (body, person = 0) =>
      approve(ports, world.call('pi'), id, {
        decision: 'approved',
        ground: null,
        approver: people[person] as (typeof people)[number],
        ...body,
      }),
    collected: () => collect(ports, world.call('gemeente'), id),
  };
  return opened;
}
