import pg from 'pg';
import { createProcesses } from '../../../src/processes/processes.ts';
import { startBenchWorld } from '../demo-bench-world.ts';
import { measure } from '../measure.ts';
import type { DiskFigures, TableBytes, Timing } from './ledger-report.ts';

const clients = 8;
/** Work that makes room for the same again: what deleted and replaced rows leave is used before it is measured. */
const settleMs = 5_000;

/** Tables of the ledger itself; what stands outside is the exchange's own. */
const ofLedger = /^ledger_/;

/**
 * Growth of every table, its indexes included, for each disclosure: whole requests to a gateway that asks its source, a
 * permit and a disclosure each. Vacuumed before and after, as a server does by itself.
 */
export async function measureDisk({ seconds, say }: Timing): Promise<DiskFigures> {
  say('disk: starting the world');
  const world = await startBenchWorld();
  const processes = createProcesses({ signals: false });
  const owner = new pg.Client({ connectionString: world.databaseUrl });
  try {
    await owner.connect();
    const { url, credentials, bodies, signer, expect, pids } = world.gateway;
    const plan = { url, credentials, bodies: [...bodies], signer, idempotent: true, expect, clients, warmUpMs: 0 };
    const disclose = (measureMs: number) => measure({ processes, folder: world.folder }, { ...plan, measureMs }, pids);
    say('disk: disclosing');
    await disclose(settleMs);
    const before = await standing(owner);
    await disclose(seconds * 1_000);
    const after = await standing(owner);
    const disclosures = after.disclosures - before.disclosures;
    const tables = [...after.tables]
      .map(([table, bytes]): TableBytes => {
        return { table, bytesEach: (bytes - (before.tables.get(table) ?? 0)) / disclosures };
      })
      .filter(({ bytesEach }) => bytesEach >= 1)
      .sort((a, b) => b.bytesEach - a.bytesEach);
    const sum = (rows: readonly TableBytes[]) => rows.reduce((all, { bytesEach }) => all + bytesEach, 0);
    return {
      disclosures,
      ledgerBytesEach: sum(tables.filter(({ table }) => ofLedger.test(table))),
      allBytesEach: sum(tables),
      tables,
    };
  } finally {
    await owner.end();
    await processes.stop();
    await world.stop();
  }
}

async function standing(owner: pg.Client) {
  // The tree takes up what waits for it first.
  for (let waits = true; waits; ) {
    const { rows } = await owner.query<{ waits: boolean }>('SELECT EXISTS (SELECT 1 FROM ledger_pending) AS waits');
    waits = rows[0]?.waits ?? false;
  }
  await owner.query('VACUUM');
  const counted = await owner.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM ledger_entry WHERE kind = 'disclosure'`,
  );
  const { rows } = await owner.query<{ name: string; bytes: string }>(
    `SELECT relname AS name, pg_total_relation_size(oid) AS bytes FROM pg_class
      WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  );
  return {
    disclosures: counted.rows[0]?.count ?? 0,
    tables: new Map(rows.map(({ name, bytes }) => [name, Number(bytes)])),
  };
}
