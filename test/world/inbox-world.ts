import type { RequestId, UnitId } from '../../src/core/brand.ts';
import { answerRequest } from '../../src/core/disclosure/answer-request.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import type { InboxPorts } from '../../src/core/disclosure/at-source.ts';
import { collect } from '../../src/core/disclosure/collect.ts';
import { confirmCollection } from '../../src/core/disclosure/confirm-collection.ts';
import { declineRequest } from '../../src/core/disclosure/decline-request.ts';
import type { SourceAnswer } from '../../src/core/disclosure/inbox-operations.ts';
import type { Call } from '../../src/core/disclosure/operations.ts';
import type { Delegate } from '../../src/core/disclosure/said-on-request.ts';
import { delegateRequest, questionRequest, replyToQuestion } from '../../src/core/disclosure/say-on-request.ts';
import { wakeRequests } from '../../src/core/disclosure/wake.ts';
import type { Unit, User } from '../../src/core/partner/partner.ts';
import type { Obligations } from '../../src/core/policy/decision.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { inboxUnits } from './inbox-units.ts';
import { type MemoryWorld, memoryWorld, type WorldPorts } from './memory-world.ts';
import { detain, planAnswer, planRequest } from './personas.ts';
import { shippedSet } from './shipped-set.ts';
import { someUser } from './some-user.ts';
import { withObligations } from './with-obligations.ts';

export const planner = someUser('p1', 'casemanager', 'D. Visser');
export const coordinator = someUser('u1', 'nazorgcoordinator', 'A. de Vries');

/** What the two parties of a request do with it, whatever the record is kept in. */
export function inboxActs(ports: InboxPorts, callOf: (unit: string, key?: string) => Call, person: SubjectReference) {
  return {
    ask: (call = callOf('gemeente')) => ask(ports, call, planRequest({ subject: person })),
    answer: (id: RequestId, given: Partial<SourceAnswer> = {}, call = callOf('pi')) =>
      answerRequest(ports, call, id, { subject: person, data: planAnswer, complete: true, by: planner, ...given }),
    decline: (id: RequestId) => declineRequest(ports, callOf('pi'), id, { by: planner, ground: 'niet te vinden' }),
    delegate: (id: RequestId, to: Delegate) =>
      delegateRequest(ports, callOf('pi'), id, { by: planner, to, note: 'graag vandaag' }),
    question: (id: RequestId, text = 'Welke periode bedoelt u?') =>
      questionRequest(ports, callOf('pi'), id, { by: planner, text }),
    reply: (id: RequestId, text = 'De laatste twee jaar.') =>
      replyToQuestion(ports, callOf('gemeente'), id, { by: coordinator, text }),
    collect: (id: RequestId, call = callOf('gemeente'), user: User | null = null) => collect(ports, call, id, user),
    confirm: (id: RequestId, call = callOf('gemeente')) => confirmCollection(ports, call, id, coordinator),
  };
}

const person = planRequest().subject;

/** A prison whose people answer, and a municipality that asks it. */
export class InboxWorld {
  readonly memory: MemoryWorld;
  readonly acts: ReturnType<typeof inboxActs>;

  private constructor(memory: MemoryWorld) {
    this.memory = memory;
    this.acts = inboxActs(memory.ports, (unit, key) => memory.call(unit, key), person);
  }

  static async open(units: readonly Unit[] = inboxUnits()): Promise<InboxWorld> {
    const memory = memoryWorld(shippedSet(), units);
    memory.answer = () => Promise.reject(new Error('nobody is to be asked over a connector'));
    await detain(memory.ports, () => memory.call('pi'));
    return new InboxWorld(memory);
  }

  get ports(): WorldPorts {
    return this.memory.ports;
  }

  /** From now on the prison discloses under a set in which the plan asks this. */
  asks(change: Partial<Obligations>): void {
    this.memory.bound.set('pi' as UnitId, withObligations(shippedSet(), 'plan-basic-conditions', change));
  }

  /** From now on the unit is asked in another way. */
  connects(id: string, connector: Unit['connector']): void {
    const units = this.memory.ports.registry.current().units as Map<UnitId, Unit>;
    const unit = units.get(id as UnitId);
    if (unit === undefined) throw new RangeError(`no unit ${id}`);
    units.set(unit.id, { ...unit, connector });
  }

  look(): Promise<number> {
    return wakeRequests(this.ports);
  }

  async waiting(): Promise<RequestId> {
    const outcome = await this.acts.ask();
    if (outcome.kind !== 'waiting') throw new Error(`expected to wait, got ${outcome.kind}`);
    return outcome.request.id;
  }

  async answered(given: Partial<SourceAnswer> = {}): Promise<RequestId> {
    const id = await this.waiting();
    const outcome = await this.acts.answer(id, given);
    if (outcome.kind !== 'recorded') throw new Error(`expected an answer, got ${outcome.kind}`);
    return id;
  }

  stateOf(id: RequestId): string | undefined {
    return this.memory.requests.get(id)?.state;
  }

  kindsOf(id: RequestId): readonly string[] {
    return this.memory.entries.filter(({ body }) => body.request === id).map(({ kind }) => kind);
  }

  /** Types of the events about requests that a unit got, in order. */
  told(unit: string): readonly string[] {
    const own = this.memory.events.filter((event) => event.unit === unit && event.type.startsWith('nl.sluis.request.'));
    return own.map(({ type }) => type.replace('nl.sluis.request.', ''));
  }
}
