import type { RequestId } from '../../src/core/brand.ts';
import { approve } from '../../src/core/disclosure/approve.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { collect } from '../../src/core/disclosure/collect.ts';
import { wakeRequests } from '../../src/core/disclosure/wake.ts';
import type { Fact } from '../../src/core/fact/fact.ts';
import { type MemoryWorld, memoryWorld } from './memory-world.ts';
import { askConsent, detain, giveConsent, housingAnswer, housingRequest, units } from './personas.ts';
import { shippedSet } from './shipped-set.ts';
import { someUser } from './some-user.ts';

const approver = someUser('u9', 'woonconsulent', 'B. Bakker');

/** A world in which a housing association may ask for what a human of the municipality must approve. */
export class WaitingWorld {
  readonly memory: MemoryWorld;
  fetched = 0;

  private constructor(memory: MemoryWorld) {
    this.memory = memory;
  }

  static async open(): Promise<WaitingWorld> {
    const memory = memoryWorld(shippedSet(), units);
    const world = new WaitingWorld(memory);
    memory.answer = async () => {
      world.fetched += 1;
      return housingAnswer;
    };
    await detain(memory.ports, () => memory.call('pi'));
    await giveConsent(memory.ports, await askConsent(memory.ports, memory.call('gemeente')));
    return world;
  }

  look(): Promise<number> {
    return wakeRequests(this.memory.ports);
  }

  /** Asked, looked at, and waiting for its source. */
  async waiting(): Promise<RequestId> {
    const outcome = await ask(this.memory.ports, this.memory.call('corporatie'), housingRequest());
    if (outcome.kind !== 'waiting') throw new Error(`expected to wait, got ${outcome.kind}`);
    await this.look();
    if (this.stateOf(outcome.request.id) !== 'awaiting-approval') throw new Error('it does not wait');
    return outcome.request.id;
  }

  /** Approved, looked at, and waiting for its recipient. */
  async approved(): Promise<RequestId> {
    const id = await this.waiting();
    const outcome = await this.agree(id);
    if (outcome.kind !== 'recorded') throw new Error(`expected a record, got ${outcome.kind}`);
    await this.look();
    return id;
  }

  agree(id: RequestId) {
    const { ports } = this.memory;
    return approve(ports, this.memory.call('gemeente'), id, { decision: 'approved', approver, ground: null });
  }

  collected(id: RequestId) {
    return collect(this.memory.ports, this.memory.call('corporatie'), id);
  }

  stateOf(id: RequestId): string | undefined {
    return this.memory.requests.get(id)?.state;
  }

  dueMs(id: RequestId): number {
    return Date.parse(this.memory.requests.get(id)?.dueAt ?? '');
  }

  factOf(role: string): Fact {
    const found = [...this.memory.facts.values()].find(({ attributes }) => attributes.role === role);
    if (found === undefined) throw new Error(`nobody is ${role}`);
    return found;
  }

  consent() {
    const [consent] = [...this.memory.consents.values()];
    if (!consent?.subject) throw new Error('no consent');
    return { id: consent.id, subject: consent.subject };
  }

  /** Types of the events about requests that a unit got, in order. */
  told(unit: string): readonly string[] {
    const own = this.memory.events.filter((event) => event.unit === unit && event.type.startsWith('nl.sluis.request.'));
    return own.map(({ type }) => type.replace('nl.sluis.request.', ''));
  }

  /** Kinds of the entries that name a request, in order. */
  kindsOf(id: RequestId): readonly string[] {
    return this.memory.entries.filter(({ body }) => body.request === id).map(({ kind }) => kind);
  }
}
