import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPool } from '../../src/store/pool.ts';
import { privileges, type RestrictedLogin, restrictedLogins, vaultPrivileges } from '../../src/store/privileges.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

describe('the privileges', () => {
  it.each([
    ['owner', privileges],
    ['vaultOwner', vaultPrivileges],
  ] as const)('name every table that the database of the %s has, and no other', async (owner, named) => {
    const { rows } = await database.pools[owner].query<{ name: string }>(
      `SELECT CASE schemaname WHEN 'public' THEN tablename ELSE schemaname || '.' || tablename END AS name
         FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(rows.map((row) => row.name).sort()).toEqual(Object.keys(named).sort());
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
async function attempt(pool: pg.Pool, sql: string): Promise<string | null> {
  try {
    await pool.query(sql);
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  }
}

/** Statements whose outcome is another than what is granted. */
async function surprises(
  login: RestrictedLogin,
  { owner, pool, granted }: { owner: pg.Pool; pool: pg.Pool; granted: typeof privileges },
): Promise<readonly string[]> {
  const columns = await owner.query<{ table: string; columns: string[] }>(
    `SELECT CASE table_schema WHEN 'public' THEN table_name ELSE table_schema || '.' || table_name END AS table,
            array_agg(column_name::text ORDER BY ordinal_position) AS columns
       FROM information_schema.columns WHERE table_schema IN ('public', 'vault') GROUP BY 1`,
  );
  expect(columns.rows.length).toBeGreaterThan(0);
  const found: string[] = [];
  for (const { table, columns: names } of columns.rows) {
    for (const verb of verbs) {
      for (const column of verb === 'UPDATE' ? names : names.slice(0, 1)) {
        const may: readonly string[] = granted[table]?.[login] ?? [];
        const allowed = may.includes(verb) || may.includes(`${verb}(${column})`);
        // UPDATE of a column reads it too.
        const reads = verb === 'UPDATE' && !may.includes('SELECT');
        const quoted = `${verb} ${table}.${column}`;
        const result = await attempt(pool, statement(verb, table, `"${column}"`));
        if ((result === null) !== (allowed && !reads)) found.push(`${quoted}: ${result ?? 'let through'}`);
        if (result !== null && result !== '42501') found.push(`${quoted}: ${result}`);
      }
    }
  }
  return found;
}

describe.each(restrictedLogins)('the %s login', (login) => {
  it('may run on each table exactly the statements that the privileges name', async () => {
    const { owner, [login]: pool } = database.pools;
    expect(await surprises(login, { owner, pool, granted: privileges })).toEqual([]);
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
    expect(await attempt(database.pools[login], sql.replace('OWNER', `"${owner}"`))).toBe('42501');
  });
});

describe('in the vault', () => {
  it.each([
    ['serve', 'vault'],
    ['eraser', 'vaultEraser'],
  ] as const)('the %s login may run exactly the statements that the privileges name', async (login, name) => {
    const { vaultOwner: owner, [name]: pool } = database.pools;
    expect(await surprises(login, { owner, pool, granted: vaultPrivileges })).toEqual([]);
    expect(await attempt(pool, 'CREATE TABLE vault.mine (a int)')).toBe('42501');
    expect(await attempt(pool, 'ALTER TABLE vault.subject_key ADD COLUMN more text')).toBe('42501');
  });

  it('nobody else comes in', async () => {
    const url = new URL(database.urls.sequencer);
    url.pathname = new URL(database.urls.vault).pathname;
    const pool = openPool(url.href, { max: 1 });
    expect(await attempt(pool, 'SELECT 1')).toBe('42501');
    await pool.end();
  });
});
