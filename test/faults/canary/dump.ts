import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

/** Every row of every table of ours as text, bytes as hexadecimal digits: what a dump of the database shows. */
export async function dump(pool: pg.Pool): Promise<ReadonlyMap<string, string>> {
  const { rows: tables } = await pool.query<{ schema: string; name: string }>(
    `SELECT schemaname AS schema, tablename AS name FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2`,
  );
  const found = new Map<string, string>();
  for (const { schema, name } of tables) {
    const table = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
    const { rows } = await pool.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t`);
    found.set(`${schema}.${name}`, rows.map(({ row }) => row).join('\n'));
  }
  return found;
}

/** Every file below a folder, except in folders of these names; what vanishes while it is read was passing. */
export function filesBelow(folder: string, except: ReadonlySet<string>): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  const walk = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const below = join(path, entry.name);
      if (entry.isDirectory() && !except.has(entry.name)) walk(below);
      if (!entry.isFile()) continue;
      try {
        found.set(below.slice(folder.length + 1), readFileSync(below));
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      }
    }
  };
  walk(folder);
  return found;
}
