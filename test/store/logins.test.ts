import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { privileges, type RestrictedLogin, restrictedLogins } from '../../src/store/privileges.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

describe('the privileges', () => {
  it('name every table that the schema has, and no other', async () => {
    const { rows } = await database.pools.owner.query<{ name: string }>(
      `SELECT CASE schemaname WHEN 'public' THEN tablename ELSE schemaname || '.' || tablename END AS name
         FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    expect(rows.map((row) => row.name)).toEqual(Object.keys(privileges).sort());
  });
});

const verbs = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'] as const;

function statement(verb: (typeof verbs)[number], table: string, column: string): string {
  if (verb === 'SELECT') return `SELECT ${column} FROM ${table} LIMIT 0`;
  if (verb === 'INSERT') return `INSERT INTO ${table} (${column}) SELECT ${column} FROM ${table} WHERE false`;
  if (verb === 'UPDATE') return `UPDATE ${table} SET ${column} = ${column} WHERE false`;
  if (verb === 'DELETE') return `DELETE FROM ${table} WHERE false`;
  return `TRUNCATE ${table}`;
}

/** What happened when a login tried: null when it was let through. */
async function attempt(login: RestrictedLogin, sql: string): Promise<string | null> {
  try {
    await database.pools[login].query(sql);
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  }
}

describe.each(restrictedLogins)('the %s login', (login) => {
  it('may run on each table exactly the statements that the privileges name', async () => {
    const columns = await database.pools.owner.query<{ table: string; columns: string[] }>(
      `SELECT CASE table_schema WHEN 'public' THEN table_name ELSE table_schema || '.' || table_name END AS table,
              array_agg(column_name::text ORDER BY ordinal_position) AS columns
         FROM information_schema.columns WHERE table_schema IN ('public', 'vault') GROUP BY 1`,
    );
    const surprises: string[] = [];
    for (const { table, columns: names } of columns.rows) {
      for (const verb of verbs) {
        for (const column of verb === 'UPDATE' ? names : names.slice(0, 1)) {
          const may: readonly string[] = privileges[table]?.[login] ?? [];
          const allowed = may.includes(verb) || may.includes(`${verb}(${column})`);
          // UPDATE of a column reads it too.
          const reads = verb === 'UPDATE' && !may.includes('SELECT');
          const quoted = `${verb} ${table}.${column}`;
          const result = await attempt(login, statement(verb, table, `"${column}"`));
          if ((result === null) !== (allowed && !reads)) surprises.push(`${quoted}: ${result ?? 'let through'}`);
          if (result !== null && result !== '42501') surprises.push(`${quoted}: ${result}`);
        }
      }
    }
    expect(surprises).toEqual([]);
  });

  it.each([
    'CREATE TABLE public.mine (a int)',
    'CREATE TEMPORARY TABLE mine (a int)',
    'CREATE SCHEMA mine',
    'DROP TABLE ledger_entry',
    'ALTER TABLE ledger_entry ADD COLUMN more text',
    'ALTER TABLE ledger_entry DISABLE TRIGGER ALL',
    'CREATE INDEX mine ON ledger_entry (kind)',
    'SET ROLE OWNER',
    'SET SESSION AUTHORIZATION OWNER',
    'GRANT SELECT ON kysely_migration TO PUBLIC',
    'CREATE ROLE intruder',
    `COPY (SELECT 1) TO PROGRAM 'true'`,
    `SELECT pg_read_file('postgresql.conf')`,
  ])('is refused %s', async (sql) => {
    const owner = new URL(database.urls.owner).username;
    expect(await attempt(login, sql.replace('OWNER', `"${owner}"`))).toBe('42501');
  });
});
