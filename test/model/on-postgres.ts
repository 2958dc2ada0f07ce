import { applyPartners } from '../../src/store/partners.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { partnersOf } from '../world/postgres-ports.ts';
import { seedPolicySet } from '../world/seed-policy-set.ts';
import type { LifeWorld } from './life-gateways.ts';
import { partnersBy, type SourcesBy, sets } from './life-partners.ts';
import { PostgresGateways, type PostgresPlant } from './postgres-gateways.ts';

/** Stays from life to life, as seeded anew below; whatever else there is belongs to one life. */
const kept = [
  ...['kysely_migration', 'kysely_migration_lock', 'vault_link', 'registry_version', 'organisation', 'unit'],
  ...['sequencer_lease', 'witness_turn', 'policy_set', 'policy_change', 'policy_acceptance', 'active_policy_set'],
];

export interface PostgresLives extends LifeWorld {
  close(): Promise<void>;
}

/** On a real database that is emptied for every life: of each seed the same comes. */
export async function onPostgres(plant: PostgresPlant = (ports) => ports): Promise<PostgresLives> {
  const database = await freshDatabase();
  for (const { digest } of Object.values(sets)) await seedPolicySet(database.pools.owner, digest);
  return {
    connectionsBreak: true,
    async begin(sources) {
      await empty(database);
      await seed(database, sources);
      return PostgresGateways.begin(database, plant);
    },
    close: () => database.drop(),
  };
}

/** Without looking at who refers to whom: all of it goes. */
async function empty({ pools: { owner } }: FreshDatabase): Promise<void> {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND NOT tablename = ANY ($1)`,
    [kept],
  );
  const deletes = rows.map(({ name }) => `DELETE FROM "${name}"`).join('; ');
  await owner.query(`BEGIN; SET LOCAL session_replication_role = replica; ${deletes}; COMMIT`);
}

/** Every partner active, with the shipped set in force and accepted by all. */
async function seed({ pools: { owner } }: FreshDatabase, sources: SourcesBy): Promise<void> {
  await applyPartners(owner, partnersOf(partnersBy(sources)));
  await owner.query(`UPDATE unit SET state = 'active'; DELETE FROM policy_acceptance`);
  await seedPolicySet(owner, sets.shipped.digest);
  await owner.query('UPDATE registry_version SET version = version + 1');
}
