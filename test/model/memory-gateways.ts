import type { RequestId, UnitId } from '../../src/core/brand.ts';
import { mint } from '../../src/core/brand.ts';
import type { Call } from '../../src/core/disclosure/operations.ts';
import type { Committed, Work } from '../../src/core/disclosure/ports.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
import type { Partner, PartnerRegistry, Unit } from '../../src/core/partner/partner.ts';
import { emergencyPorts } from '../world/emergency-world.ts';
import { type MemoryWorld, memoryWorld } from '../world/memory-world.ts';
import { LifeClock } from './life-clock.ts';
import type { LifeGateways, LifePorts, LifeWorld, Released } from './life-gateways.ts';
import type { Party } from './life-model.ts';
import { held, partnerOf, partnersBy, type SourcesBy, sets } from './life-partners.ts';
import { sealAs } from './sealing-partners.ts';
import type { SetName } from './steps.ts';
import type { Ending } from './task.ts';

interface Truth {
  readonly registry: PartnerRegistry;
  readonly active: SetName;
  readonly accepted: ReadonlyMap<string, SetName | null>;
}

/** What a planted fault does to the ports of a gateway. */
export type Plant = (ports: LifePorts, gateways: MemoryGateways) => LifePorts;

/** On maps, whose every call takes effect in one moment: many lives are lived in a second, and nothing else goes on. */
export function inMemory(plant: Plant = (ports) => ports): LifeWorld {
  return { connectionsBreak: false, begin: async (sources) => new MemoryGateways(sources, plant) };
}

export class MemoryGateways implements LifeGateways {
  readonly memory: MemoryWorld;
  readonly clock: LifeClock;
  readonly dieWhole = false;
  private readonly inEmergencies: ReturnType<typeof emergencyPorts>;
  private truth: Truth;
  /** What each has read of it. */
  private readonly seen: Truth[];
  private readonly plant: Plant;

  constructor(sources: SourcesBy, plant: Plant) {
    const units = partnersBy(sources);
    this.memory = memoryWorld(sets.shipped, units);
    this.memory.answer = async () => held;
    this.memory.answerSealed = sealAs;
    this.inEmergencies = emergencyPorts(this.memory);
    this.clock = new LifeClock(this.memory.nowMs);
    this.plant = plant;
    this.truth = {
      registry: { version: 1, units: new Map(units.map((unit) => [unit.id, unit])) },
      active: 'shipped',
      accepted: new Map(units.map(({ id }) => [id, 'shipped'])),
    };
    this.seen = [this.truth, this.truth];
  }

  async poll(gateway: number): Promise<void> {
    this.seen[gateway] = this.truth;
  }

  kill(gateway: number): Promise<void> {
    return this.poll(gateway);
  }

  disconnect(): Promise<void> {
    throw new RangeError('there is no connection that could end');
  }

  async setState(party: Party, state: Unit['state']): Promise<void> {
    const { units } = this.truth.registry;
    const found = partnerOf(units, party);
    this.change({}, new Map([...units, [found.id, { ...found, state }]]));
  }

  async accept(party: Party, set: SetName | null): Promise<void> {
    this.change({ accepted: new Map([...this.truth.accepted, [party, set]]) });
  }

  async activate(active: SetName): Promise<void> {
    this.change({ active });
  }

  call(gateway: number, unit: Party, key: string): Call {
    const found = partnerOf(this.seenBy(gateway).registry.units, unit);
    return { ...this.memory.call(unit, key), partner: mint<Partner>({ unit: found, thumbprint: '00' }) };
  }

  ports(gateway: number): LifePorts {
    const { ports } = this.memory;
    const { emergencies, alerts } = this.inEmergencies.ports;
    const seen = () => this.seenBy(gateway);
    const own: LifePorts = {
      ...ports,
      emergencies,
      alerts,
      clock: this.clock.of(gateway),
      registry: { current: () => seen().registry, refresh: () => this.poll(gateway) },
      policies: { current: () => sets[seen().active], boundTo: ({ id }) => this.boundTo(seen(), id) },
      journal: { commit: async (work) => this.commit(work), receipt: ports.journal.receipt },
    };
    return this.plant(own, this);
  }

  async enact<T>({ how, made, fault }: Released<T>): Promise<Ending<T>> {
    if (how === 'death-before') return { type: 'death' };
    if (how === 'fault-before') return { type: 'error', error: fault() };
    const done = await made().then(
      (answer): Ending<T> => ({ type: 'answer', answer }),
      (error: unknown): Ending<T> => ({ type: 'error', error }),
    );
    if (how === 'death-after') return { type: 'death' };
    return how === 'fault-after' ? { type: 'error', error: fault() } : done;
  }

  async onRecord({ entries }: Work): Promise<number> {
    const ids = new Set(entries.map(({ id }) => id));
    return this.memory.entries.filter(({ id }) => ids.has(id)).length;
  }

  async states(): Promise<ReadonlyMap<RequestId, string>> {
    return new Map([...this.memory.requests.values()].map(({ id, state }) => [id, state]));
  }

  async request(id: RequestId): Promise<RequestRecord | null> {
    return this.memory.requests.get(id) ?? null;
  }

  async events() {
    return this.memory.events;
  }

  async alerts() {
    return this.inEmergencies.raised;
  }

  async close(): Promise<void> {
    // Nobody else has it.
  }

  private async commit(work: Work): Promise<Committed> {
    const { registryVersion, policySet } = work.rests;
    const stands = registryVersion === this.truth.registry.version && policySet === sets[this.truth.active].digest;
    return stands ? this.memory.ports.journal.commit(work) : ({ outcome: 'stale' } as const);
  }

  private boundTo({ accepted }: Truth, unit: UnitId) {
    const name = accepted.get(unit) ?? null;
    return name === null ? null : sets[name];
  }

  private change(change: Partial<Truth>, registered = this.truth.registry.units): void {
    const version = this.truth.registry.version + 1;
    this.truth = { ...this.truth, ...change, registry: { version, units: registered } };
  }

  private seenBy(gateway: number): Truth {
    const found = this.seen[gateway];
    if (found === undefined) throw new RangeError(`gateway ${gateway}`);
    return found;
  }
}
