import pg from 'pg';

const connections = 8;
/** About what a leaf of the ledger weighs. */
const row = 'x'.repeat(1_000);

export interface Inserts {
  /** Commits per second of one INSERT each, on eight connections at once. */
  measure(ms: number): Promise<number>;
  close(): Promise<void>;
}

/** The yardstick of the database: one row, one statement, one commit, on a table of its own. */
export async function openInserts(databaseUrl: string): Promise<Inserts> {
  const clients = Array.from({ length: connections }, () => new pg.Client({ connectionString: databaseUrl }));
  await Promise.all(clients.map((client) => client.connect()));
  const [first] = clients;
  await first?.query(
    'CREATE TABLE IF NOT EXISTS bench_insert (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, leaf text NOT NULL)',
  );
  return {
    async measure(ms) {
      const until = performance.now() + ms;
      const counts = await Promise.all(
        clients.map(async (client) => {
          let count = 0;
          for (; performance.now() < until; count += 1) {
            await client.query({
              name: 'bench-insert',
              text: 'INSERT INTO bench_insert (leaf) VALUES ($1)',
              values: [row],
            });
          }
          return count;
        }),
      );
      return (counts.reduce((sum, count) => sum + count, 0) * 1_000) / ms;
    },
    async close() {
      await first?.query('DROP TABLE bench_insert');
      await Promise.all(clients.map((client) => client.end()));
    },
  };
}
