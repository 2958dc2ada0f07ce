import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareDatabase, type VaultSource } from '../../../src/store/prepare-database.ts';
import { VaultUnfit } from '../../../src/store/vault/vault-unfit.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';

let database: FreshDatabase;
let more: (() => Promise<unknown>)[];
beforeEach(async () => {
  more = [];
  database = await freshDatabase();
});
afterEach(async () => {
  for (const undo of more.reverse()) await undo();
  await database.drop();
});

const prepare = (vault: VaultSource | null = null, { urls } = database) => prepareDatabase(urls.owner, { urls }, vault);

/** Puts keys where they stood before there was a vault; more than one batch of them. */
async function oldKeys(count: number): Promise<readonly string[]> {
  const { owner } = database.pools;
  await owner.query('CREATE SCHEMA vault');
  await owner.query(
    'CREATE TABLE vault.subject_key (subject_id uuid PRIMARY KEY, wrapped bytea NOT NULL, created_at timestamptz NOT NULL)',
  );
  const ids = Array.from({ length: count }, () => v7());
  const wrapped = ids.map(() => randomBytes(61));
  await owner.query(
    `INSERT INTO vault.subject_key SELECT id, key, '2026-01-02T03:04:05.678901Z' FROM unnest($1::uuid[], $2::bytea[]) AS given (id, key)`,
    [ids, wrapped],
  );
  return ids;
}

const all = 'SELECT subject_id, wrapped, created_at::text AS at FROM vault.subject_key ORDER BY 1';
const keysIn = async (pool: pg.Pool) => (await pool.query(all)).rows;
const hasOldTable = async () =>
  (await database.pools.owner.query(`SELECT to_regnamespace('vault') IS NOT NULL AS there`)).rows[0]?.there;

describe('the keys that stood in the ledger’s own database', () => {
  it('are moved once, all of them and as they were', async () => {
    await oldKeys(4_100);
    const before = await keysIn(database.pools.owner);
    await prepare();
    expect(await keysIn(database.pools.vaultOwner)).toEqual(before);
    expect(await hasOldTable()).toBe(false);
    await prepare();
    expect(await keysIn(database.pools.vaultOwner)).toEqual(before);
  });

  it('are all still there when the move is cut off, and are moved at the next start', async () => {
    const ids = [...(await oldKeys(4_100))].sort();
    const before = await keysIn(database.pools.owner);
    const { vaultOwner } = database.pools;
    // The second batch is refused, after the first was durable.
    await vaultOwner.query(`ALTER TABLE vault.subject_key ADD CONSTRAINT cut CHECK (subject_id <> '${ids[3_000]}')`);
    await expect(prepare()).rejects.toMatchObject({ code: '23514' });
    expect(await keysIn(database.pools.owner)).toEqual(before);
    expect((await keysIn(vaultOwner)).length).toBe(2_000);
    await vaultOwner.query('ALTER TABLE vault.subject_key DROP CONSTRAINT cut');
    await prepare();
    expect(await keysIn(vaultOwner)).toEqual(before);
    expect(await hasOldTable()).toBe(false);
  });

  it('stay where they are when the vault holds others for the same people', async () => {
    const [first] = await oldKeys(3);
    const before = await keysIn(database.pools.owner);
    await database.pools.vaultOwner.query('INSERT INTO vault.subject_key VALUES ($1, $2, now())', [
      first,
      randomBytes(61),
    ]);
    await expect(prepare()).rejects.toThrow('1 keys in the vault differ');
    expect(await keysIn(database.pools.owner)).toEqual(before);
  });

  it('wait for a gateway of before that is making one', async () => {
    await oldKeys(1);
    const late = v7();
    const client = await database.pools.owner.connect();
    await client.query('BEGIN');
    await client.query('INSERT INTO vault.subject_key VALUES ($1, $2, now())', [late, randomBytes(61)]);
    const prepared = prepare();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await client.query('COMMIT');
    client.release();
    await prepared;
    const { rows } = await database.pools.vaultOwner.query('SELECT 1 FROM vault.subject_key WHERE subject_id = $1', [
      late,
    ]);
    expect(rows).toHaveLength(1);
  });
});

describe('a vault', () => {
  const vaultName = () => new URL(database.urls.vault).pathname.slice(1);
  const asVault = (url: string) => ({ owner: url, logins: null });

  async function dropVault(): Promise<void> {
    await Promise.all(
      [database.pools.vault, database.pools.vaultOwner, database.pools.vaultEraser].map((p) => p.end()),
    );
    await database.pools.owner.query(`DROP DATABASE "${vaultName()}" WITH (FORCE)`);
  }
  const unlink = () => database.pools.owner.query('UPDATE vault_link SET linked = false');

  it('is made beside the ledger’s database the first time', async () => {
    await dropVault();
    await unlink();
    const urls = await prepare();
    const client = new pg.Client({ connectionString: urls.vault });
    await client.connect();
    expect((await client.query('SELECT count(*)::int AS keys FROM vault.subject_key')).rows).toEqual([{ keys: 0 }]);
    await client.end();
  });

  it('that is gone is not replaced by an empty one', async () => {
    await dropVault();
    await expect(prepare()).rejects.toThrow('is gone: restore it from its backup');
    const { rows } = await database.pools.owner.query('SELECT 1 FROM pg_database WHERE datname = $1', [vaultName()]);
    expect(rows).toEqual([]);
  });

  it('that was emptied is refused', async () => {
    await database.pools.vaultOwner.query('DELETE FROM vault.ledger');
    await expect(prepare()).rejects.toThrow('the vault is empty and this ledger had another one');
  });

  it('of another ledger is refused, whichever came first', async () => {
    const other = await freshDatabase();
    more.push(other.drop);
    for (const { pools } of [other, database]) {
      await pools.owner.query('UPDATE vault_link SET id = gen_random_uuid(), linked = false');
      await pools.vaultOwner.query('DELETE FROM vault.ledger');
    }
    await prepare(null, other);
    await expect(prepare(asVault(other.urls.vaultOwner))).rejects.toThrow('holds the keys of another ledger');
    await prepare();
    await expect(prepare(asVault(other.urls.vaultOwner))).rejects.toThrow('holds the keys of another ledger');
    await prepare();
  });

  it('is not the ledger’s own database', async () => {
    await expect(prepare(asVault(database.urls.owner))).rejects.toThrow('names a database with a ledger in it');
  });

  it('that the settings name must be there: nothing is made on a server of others', async () => {
    const url = new URL(database.urls.vaultOwner);
    url.pathname = '/sluis_test_nowhere';
    await expect(prepare(asVault(url.href))).rejects.toThrow(
      new VaultUnfit('the database sluis_test_nowhere that DATABASE_URL_VAULT names is not there: create it'),
    );
  });

  it('that the owner may not make is asked for, with the statement that makes it', async () => {
    const { owner } = database.pools;
    const name = new URL(database.urls.owner).pathname.slice(1);
    const role = `${name}_own`;
    await owner.query(`CREATE ROLE "${role}" LOGIN PASSWORD 'a-password-of-a-test' NOCREATEDB`);
    await owner.query(`CREATE DATABASE "${name}_b" OWNER "${role}"`);
    more.push(() => owner.query(`DROP ROLE "${role}"`));
    more.push(() => owner.query(`DROP DATABASE "${name}_b" WITH (FORCE)`));
    const url = new URL(database.urls.owner);
    Object.assign(url, { username: role, password: 'a-password-of-a-test', pathname: `/${name}_b` });
    await expect(prepareDatabase(url.href, { urls: database.urls })).rejects.toThrow(
      `${role} may not create it: CREATE DATABASE "${name}_b_vault" OWNER "${role}", or name another database in DATABASE_URL_VAULT`,
    );
  });

  it('has logins of its own where the settings name them', async () => {
    const named = (login: string) => {
      const url = new URL(database.urls.vaultOwner);
      Object.assign(url, { username: `${vaultName()}_${login}`.slice(-60), password: `password-of-${login}` });
      return url.href;
    };
    const logins = { serve: named('s'), eraser: named('e') };
    const urls = await prepare({ owner: database.urls.vaultOwner, logins });
    for (const login of Object.values(logins)) {
      const role = new URL(login).username;
      more.push(() => database.pools.owner.query(`DROP ROLE "${role}"`));
      more.push(() => database.pools.vaultOwner.query(`DROP OWNED BY "${role}"`));
    }
    expect([urls.vault, urls.vaultEraser]).toEqual([logins.serve, logins.eraser]);
    const client = new pg.Client({ connectionString: urls.vault });
    await client.connect();
    await client.query('SELECT 1 FROM vault.subject_key');
    await expect(client.query('DELETE FROM vault.subject_key')).rejects.toMatchObject({ code: '42501' });
    await client.end();
  });
});
