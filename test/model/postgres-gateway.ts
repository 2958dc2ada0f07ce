import type pg from 'pg';
import type { Clock, Journal } from '../../src/core/disclosure/ports.ts';
import type { PolicySet } from '../../src/core/policy/policy-set.ts';
import type { IdentifierSecrets, SubjectCipher } from '../../src/core/subject/ports.ts';
import { createAlerts } from '../../src/store/alerts.ts';
import { createEmergencies } from '../../src/store/emergencies.ts';
import type { OpenJournal } from '../../src/store/journal/open-journal.ts';
import { openPool } from '../../src/store/pool.ts';
import { openRegistry, type PolledRegistry } from '../../src/store/registry.ts';
import { type CuttingProxy, cuttingProxy } from '../world/cutting-proxy.ts';
import type { FreshDatabase } from '../world/database.ts';
import { journalOn } from '../world/journal-world.ts';
import { portsOnPools } from '../world/ports-on-pools.ts';
import type { LifePorts } from './life-gateways.ts';

export interface GatewaySettings {
  readonly database: FreshDatabase;
  readonly cipher: SubjectCipher;
  readonly secrets: IdentifierSecrets;
  readonly clock: Clock;
  readonly sets: readonly PolicySet[];
  readonly answer: () => Promise<Record<string, unknown>>;
}

/** How long a caller waits for a record that is away; short, since lives are many. */
const outageMs = 300;
/** Longer than any life: a gateway polls when the life says so. */
const neverMs = 2 ** 30;

/**
 * One gateway on PostgreSQL from its start to its death: its own connections, its own reading of partners and policies
 * and its own instance in the ledger. All that it says to the ledger passes a proxy that can cut it off.
 */
export class PostgresGateway {
  readonly ports: LifePorts;
  readonly registry: PolledRegistry;
  readonly proxy: CuttingProxy;
  private readonly journal: OpenJournal;
  private readonly pools: readonly pg.Pool[];
  private readonly owner: pg.Pool;
  private readonly name: string;

  private constructor(
    parts: Pick<PostgresGateway, 'ports' | 'registry' | 'proxy'> & {
      readonly journal: OpenJournal;
      readonly pools: readonly pg.Pool[];
      readonly owner: pg.Pool;
      readonly name: string;
    },
  ) {
    this.ports = parts.ports;
    this.registry = parts.registry;
    this.proxy = parts.proxy;
    this.journal = parts.journal;
    this.pools = parts.pools;
    this.owner = parts.owner;
    this.name = parts.name;
  }

  static async start(name: string, settings: GatewaySettings): Promise<PostgresGateway> {
    const { database, cipher, secrets, clock, sets, answer } = settings;
    const proxy = await cuttingProxy(database.urls.serve);
    const serve = openPool(proxy.url, { max: 3, name });
    const vault = openPool(database.urls.vault, { max: 1, name });
    let active: PolicySet | null = null;
    const setOf = (digest: string | null) => sets.find((set) => set.digest === digest) ?? null;
    const registry = await openRegistry(serve, {
      pollMs: neverMs,
      staleMs: neverMs,
      follow: async ({ activePolicySet }) => {
        return () => {
          active = setOf(activePolicySet);
        };
      },
    });
    const journal = await journalOn({ serve, vault }, { cipher, secrets, outageMs, clock });
    const policies: LifePorts['policies'] = {
      current: () => {
        if (active === null) throw new RangeError('a set is in force in every life');
        return active;
      },
      boundTo: ({ acceptedPolicySet }) => setOf(acceptedPolicySet),
    };
    const kept: Journal = { commit: (work) => journal.commit(work), receipt: (entry) => journal.receipt(entry) };
    const pools = [serve, vault];
    const own = portsOnPools({ serve, vault }, { clock, registry, cipher, secrets, answer });
    const onRaised = (): undefined => undefined;
    const ports: LifePorts = {
      ...own,
      policies,
      journal: kept,
      emergencies: createEmergencies(serve),
      alerts: createAlerts({ pool: serve, id: own.entropy.id, now: clock.now, onRaised }),
    };
    return new PostgresGateway({ ports, registry, proxy, journal, pools, owner: database.pools.owner, name });
  }

  /** Ends its connections at the server's end, and waits until nothing is left that could still be carried out. */
  async disconnect(): Promise<void> {
    const end = 'SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE application_name = $1';
    while ((await this.owner.query(end, [this.name])).rows.length > 0);
  }

  /** While `work` goes on, the record cannot be reached. */
  async withoutRecord<T>(work: () => Promise<T>): Promise<T> {
    this.proxy.cut = 'away';
    this.proxy.sever();
    try {
      return await work();
    } finally {
      this.proxy.cut = 'none';
    }
  }

  /** Nothing of it reaches the record any more; what it leaves in this process ends by itself, and may be waited for. */
  async kill(): Promise<{ readonly left: Promise<unknown> }> {
    this.registry.close();
    await this.proxy.close();
    await this.disconnect();
    return { left: this.journal.close().then(() => Promise.all(this.pools.map((pool) => pool.end()))) };
  }
}
