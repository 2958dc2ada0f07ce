import type { Alert } from '../../src/core/alert/alert.ts';
import type { RequestId } from '../../src/core/brand.ts';
import type { DomainEvent } from '../../src/core/disclosure/change.ts';
import type { Call } from '../../src/core/disclosure/operations.ts';
import type { Work } from '../../src/core/disclosure/ports.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
import type { RevokePorts } from '../../src/core/emergency/revoke-emergencies.ts';
import type { Fault } from '../../src/core/fault.ts';
import type { Unit } from '../../src/core/partner/partner.ts';
import type { WorldPorts } from '../world/memory-world.ts';
import type { LifeClock } from './life-clock.ts';
import type { Party } from './life-model.ts';
import type { SourcesBy } from './life-partners.ts';
import type { SetName } from './steps.ts';
import type { Ending, Release } from './task.ts';

export type LifePorts = WorldPorts & Pick<RevokePorts, 'emergencies' | 'alerts'>;

/** A call on a port that is let go on, and how it is to end. */
export interface Released<T> {
  readonly gateway: number;
  readonly call: string;
  readonly how: Release;
  readonly made: () => Promise<T>;
  /** What the call throws that does not come through. */
  readonly fault: () => Fault;
}

/**
 * Two gateways over one record: each with its own clock, and with what it has read of partners and policies. What lives
 * on them, and the model that judges it, do not know of what the record is made.
 */
export interface LifeGateways {
  readonly clock: LifeClock;
  /** Whether the death of one call is the death of its whole gateway, which must then be put in place anew. */
  readonly dieWhole: boolean;
  /** As they are, without anybody who waits. */
  ports(gateway: number): LifePorts;
  call(gateway: number, unit: Party, key: string): Call;
  enact<T>(released: Released<T>): Promise<Ending<T>>;
  /** Another one takes its place, with nothing in mind but what it reads. */
  kill(gateway: number): Promise<void>;
  /** Its connections to the record end; it lives on. */
  disconnect(gateway: number): Promise<void>;
  poll(gateway: number): Promise<void>;
  setState(party: Party, state: Unit['state']): Promise<void>;
  accept(party: Party, set: SetName | null): Promise<void>;
  activate(set: SetName): Promise<void>;
  /** How many entries of this work are on record. */
  onRecord(work: Work): Promise<number>;
  /** In which state each request is on record. */
  states(): Promise<ReadonlyMap<RequestId, string>>;
  request(id: RequestId): Promise<RequestRecord | null>;
  /** What anybody was told so far. */
  events(): Promise<readonly Pick<DomainEvent, 'unit' | 'type' | 'dataref'>[]>;
  /** Of what officers were alerted so far. */
  alerts(): Promise<readonly Pick<Alert, 'kind' | 'unit'>[]>;
  close(): Promise<void>;
}

/** In what lives are lived. */
export interface LifeWorld {
  /** Whether connections to the record can break in it. */
  readonly connectionsBreak: boolean;
  begin(sources: SourcesBy): Promise<LifeGateways>;
}
