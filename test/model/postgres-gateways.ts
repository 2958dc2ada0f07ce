import { v7 } from 'uuid';
import type { Alert } from '../../src/core/alert/alert.ts';
import type { RequestId } from '../../src/core/brand.ts';
import { mint } from '../../src/core/brand.ts';
import type { DomainEvent } from '../../src/core/disclosure/change.ts';
import type { Call } from '../../src/core/disclosure/operations.ts';
import type { Work } from '../../src/core/disclosure/ports.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
import type { Partner, Unit } from '../../src/core/partner/partner.ts';
import { entropy } from '../../src/crypto/entropy.ts';
import { testSecrets } from '../store/test-secrets.ts';
import type { FreshDatabase } from '../world/database.ts';
import { newCipher } from '../world/ledger-keys.ts';
import { LifeClock } from './life-clock.ts';
import type { LifeGateways, LifePorts, Released } from './life-gateways.ts';
import type { Party } from './life-model.ts';
import { held, partnerOf, sets } from './life-partners.ts';
import { PostgresGateway } from './postgres-gateway.ts';
import type { SetName } from './steps.ts';
import type { Ending } from './task.ts';

/**
 * When lives begin. The longest ends within three years, and before the day of the run: what stands on record from
 * further away than a day ahead counts as set by a clock that is wrong.
 */
const beginning = Date.parse('2022-11-21T10:00:00.000Z');

/** What a planted fault does to the ports of a gateway. */
export type PostgresPlant = (ports: LifePorts, database: FreshDatabase) => LifePorts;

/** Two gateways on one database. A death is one of a whole gateway, whose connections end and in whose place another comes. */
export class PostgresGateways implements LifeGateways {
  readonly clock = new LifeClock(beginning);
  readonly dieWhole = true;
  private readonly database: FreshDatabase;
  private readonly plant: PostgresPlant;
  private readonly cipher = newCipher();
  private readonly secrets = testSecrets();
  private readonly gateways: PostgresGateway[] = [];
  /** What gateways that are gone leave in this process. */
  private readonly left: Promise<unknown>[] = [];

  private constructor(database: FreshDatabase, plant: PostgresPlant) {
    this.database = database;
    this.plant = plant;
  }

  static async begin(database: FreshDatabase, plant: PostgresPlant): Promise<PostgresGateways> {
    const all = new PostgresGateways(database, plant);
    for (const gateway of [0, 1]) all.gateways[gateway] = await all.start(gateway);
    return all;
  }

  ports(gateway: number): LifePorts {
    return this.plant(this.of(gateway).ports, this.database);
  }

  call(gateway: number, unit: Party, key: string): Call {
    const found = partnerOf(this.of(gateway).registry.current().units, unit);
    const partner = mint<Partner>({ unit: found, thumbprint: '00' });
    return { partner, trace: entropy.trace(), transaction: null, idempotency: { key, digest: key } };
  }

  async enact<T>(released: Released<T>): Promise<Ending<T>> {
    if (released.call === 'journal.commit') return this.enactCommit(released);
    const { how, made, fault } = released;
    const gateway = this.of(released.gateway);
    if (how === 'death-before') return { type: 'death' };
    if (how === 'cut-before') await gateway.disconnect();
    // A source is asked without the record, and so its own fault is what can be planted.
    const isOfRecord = released.call !== 'sources.fetch';
    if (how === 'fault-before' && !isOfRecord) return { type: 'error', error: fault() };
    const done = await endingOf(how === 'fault-before' ? gateway.withoutRecord(made) : made());
    if (how === 'death-after') return { type: 'death' };
    if (how === 'fault-after') return { type: 'error', error: fault() };
    if (how === 'cut-after') await gateway.disconnect();
    return done;
  }

  async kill(gateway: number): Promise<void> {
    const { left } = await this.of(gateway).kill();
    this.left.push(left);
    this.gateways[gateway] = await this.start(gateway);
  }

  disconnect(gateway: number): Promise<void> {
    return this.of(gateway).disconnect();
  }

  poll(gateway: number): Promise<void> {
    return this.of(gateway).registry.refresh();
  }

  setState(party: Party, state: Unit['state']): Promise<void> {
    return this.change('UPDATE unit SET state = $2 WHERE id = $1', [party, state]);
  }

  async accept(party: Party, set: SetName | null): Promise<void> {
    const accepted = set === null ? [] : [sets[set].digest];
    await this.change(
      `WITH gone AS (DELETE FROM policy_acceptance WHERE unit_id = $1 AND NOT set_digest = ANY ($2))
        INSERT INTO policy_acceptance (unit_id, set_digest, signature, accepted_at, entry_id)
        SELECT $1, digest, 'accepted', now(), $3 FROM unnest($2::text[]) AS digest ON CONFLICT DO NOTHING`,
      [party, accepted, v7()],
    );
  }

  activate(set: SetName): Promise<void> {
    return this.change('UPDATE active_policy_set SET digest = $1', [sets[set].digest]);
  }

  async onRecord({ entries }: Work): Promise<number> {
    const { rows } = await this.database.pools.owner.query<{ n: number }>(
      'SELECT count(*)::integer AS n FROM ledger_entry WHERE id = ANY ($1)',
      [entries.map(({ id }) => id)],
    );
    return rows[0]?.n ?? 0;
  }

  async states(): Promise<ReadonlyMap<RequestId, string>> {
    const { rows } = await this.database.pools.owner.query<{ id: RequestId; state: string }>(
      'SELECT id, state FROM request',
    );
    return new Map(rows.map(({ id, state }) => [id, state]));
  }

  request(id: RequestId): Promise<RequestRecord | null> {
    return this.of(0).ports.requests.find(id);
  }

  async events(): Promise<readonly Pick<DomainEvent, 'unit' | 'type' | 'dataref'>[]> {
    const { rows } = await this.database.pools.owner.query<Pick<DomainEvent, 'unit' | 'type' | 'dataref'>>(
      'SELECT unit_id AS unit, type, dataref FROM event',
    );
    return rows;
  }

  async alerts(): Promise<readonly Pick<Alert, 'kind' | 'unit'>[]> {
    const { rows } = await this.database.pools.owner.query<Pick<Alert, 'kind' | 'unit'>>(
      'SELECT kind, unit_id AS unit FROM alert',
    );
    return rows;
  }

  async close(): Promise<void> {
    for (const gateway of this.gateways) this.left.push((await gateway.kill()).left);
    await Promise.all(this.left);
  }

  /**
   * The connection breaks where it hurts: before COMMIT reaches the server, or after it did and before its answer is
   * back. A gateway that lives on must find out which it was; where the record stays away, it must say that it cannot.
   */
  private async enactCommit<T>({ how, gateway: number, made }: Released<T>): Promise<Ending<T>> {
    const gateway = this.of(number);
    const { proxy } = gateway;
    if (how === 'go') return endingOf(made());
    const survives = how === 'cut-before' || how === 'cut-after';
    const isDeath = how === 'death-before' || how === 'death-after';
    const wasCut = new Promise<void>((resolve) => {
      proxy.onCut = () => {
        if (!survives) proxy.cut = 'away';
        resolve();
      };
    });
    proxy.cut = how.endsWith('before') ? 'before-commit' : 'after-commit';
    const ending = endingOf(made());
    await (isDeath ? Promise.race([wasCut, ending]) : ending);
    // What the server has of it is carried out, or is not, before anybody looks.
    if (!survives) await gateway.disconnect();
    if (isDeath) return { type: 'death' };
    proxy.cut = 'none';
    return ending;
  }

  /** As owner, in one transaction with the version that every decision rests on. */
  private async change(text: string, values: readonly unknown[]): Promise<void> {
    const client = await this.database.pools.owner.connect();
    try {
      await client.query('BEGIN');
      await client.query(text, [...values]);
      await client.query('UPDATE registry_version SET version = version + 1');
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  }

  private start(gateway: number): Promise<PostgresGateway> {
    return PostgresGateway.start(`gateway ${entropy.id()}`, {
      database: this.database,
      cipher: this.cipher,
      secrets: this.secrets,
      clock: this.clock.of(gateway),
      sets: Object.values(sets),
      answer: async () => held,
    });
  }

  private of(gateway: number): PostgresGateway {
    const found = this.gateways[gateway];
    if (found === undefined) throw new RangeError(`gateway ${gateway}`);
    return found;
  }
}

function endingOf<T>(made: Promise<T>): Promise<Ending<T>> {
  return made.then(
    (answer): Ending<T> => ({ type: 'answer', answer }),
    (error: unknown): Ending<T> => ({ type: 'error', error }),
  );
}
