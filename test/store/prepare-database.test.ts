import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertDurable, NotDurable } from '../../src/store/durability.ts';
import { loginPasswords } from '../../src/store/logins-file.ts';
import { migrate, SchemaTooNew } from '../../src/store/migrate.ts';
import { prepareDatabase } from '../../src/store/prepare-database.ts';
import { scramVerifier } from '../../src/store/scram.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';

let database: FreshDatabase;
let directory: string;
let roles: string[];
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'sluis-logins-'));
  database = await freshDatabase();
  roles = [];
});
afterEach(async () => {
  const { owner, vaultOwner } = database.pools;
  for (const role of roles) {
    await vaultOwner.query(`DROP OWNED BY "${role}"`);
    await owner.query(`DROP OWNED BY "${role}"; DROP ROLE "${role}"`);
  }
  await database.drop();
  await rm(directory, { recursive: true });
});

async function prepare(): Promise<Awaited<ReturnType<typeof prepareDatabase>>> {
  const urls = await prepareDatabase(database.urls.owner, { loginsFile: path.join(directory, 'logins.json') });
  roles = [urls.serve, urls.sequencer, urls.eraser].map((url) => new URL(url).username);
  return urls;
}

async function whoAmI(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const result = await client.query<{ name: string }>('SELECT current_user AS name');
  await client.end();
  return result.rows[0]?.name ?? '';
}

describe('preparing a database', () => {
  it('makes four logins that come in with passwords of their own', async () => {
    const urls = await prepare();
    expect(await whoAmI(urls.serve)).toMatch(/_serve$/);
    expect(await whoAmI(urls.sequencer)).toMatch(/_sequencer$/);
    expect(await whoAmI(urls.eraser)).toMatch(/_eraser$/);
    expect(new Set(Object.values(urls).map((url) => new URL(url).password)).size).toBe(4);
    expect([await whoAmI(urls.vault), await whoAmI(urls.vaultEraser)]).toEqual([
      await whoAmI(urls.serve),
      await whoAmI(urls.eraser),
    ]);
  });

  it('can be done by several gateways at once, and again at the next start', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, prepare));
    expect(new Set(all.map((urls) => urls.serve)).size).toBe(1);
    expect(await prepare()).toEqual(all[0]);
    expect(await whoAmI(all[0]?.serve ?? '')).toMatch(/_serve$/);
  });

  it('takes back what a login was given by hand', async () => {
    const urls = await prepare();
    const role = new URL(urls.serve).username;
    await database.pools.owner.query(`GRANT DELETE, UPDATE (leaf) ON ledger_entry TO "${role}"`);
    await database.pools.owner.query(`GRANT UPDATE ON ledger_flush TO PUBLIC`);
    await prepare();
    const may = await database.pools.owner.query(
      `SELECT has_table_privilege($1, 'ledger_entry', 'DELETE') AS deletes,
        has_any_column_privilege($1, 'ledger_entry', 'UPDATE') AS updates,
        has_table_privilege($1, 'ledger_flush', 'UPDATE') AS "all"`,
      [role],
    );
    expect(may.rows).toEqual([{ deletes: false, updates: false, all: false }]);
  });

  it('uses the logins that configuration names, and makes them when they are missing', async () => {
    const named = (login: string): string => {
      const url = new URL(database.urls.owner);
      url.username = `${url.pathname.slice(1)}_my_${login}`.slice(-60);
      url.password = `password-of-${login}`;
      return url.href;
    };
    const urls = { serve: named('s'), sequencer: named('q'), eraser: named('e') };
    roles = Object.values(urls).map((url) => new URL(url).username);
    const inVault = (url: string) => Object.assign(new URL(url), { pathname: `${new URL(url).pathname}_vault` }).href;
    expect(await prepareDatabase(database.urls.owner, { urls })).toEqual({
      owner: database.urls.owner,
      ...urls,
      vaultOwner: inVault(database.urls.owner),
      vault: inVault(urls.serve),
      vaultEraser: inVault(urls.eraser),
    });
    expect(await whoAmI(inVault(urls.serve))).toBe(roles[0]);
    expect(await whoAmI(urls.serve)).toBe(roles[0]);
  });
});

describe('a schema that is newer', () => {
  it('is refused, and nothing is touched', async () => {
    await database.pools.owner.query(`INSERT INTO kysely_migration VALUES ('9999-from-the-future', 'now')`);
    const error = await prepare().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SchemaTooNew);
    expect(error).toMatchObject({ unknown: ['9999-from-the-future'] });
    const made = await database.pools.owner.query(
      `SELECT 1 FROM pg_roles WHERE rolname = current_database() || '_serve'`,
    );
    expect(made.rowCount).toBe(0);
  });
});

describe('migrations', () => {
  it('are applied once', async () => {
    expect(await migrate(database.urls.owner)).toEqual([]);
  });

  it('that fail leave the schema as it was', async () => {
    const applied = `SELECT array_agg(name ORDER BY name) AS names FROM kysely_migration`;
    const { rows: before } = await database.pools.owner.query<{ names: string[] }>(applied);
    const known = Object.fromEntries((before[0]?.names ?? []).map((name) => [name, { up: async () => undefined }]));
    const provider = {
      getMigrations: async () => ({
        ...known,
        '9998-half': { up: async (db: Kysely<unknown>) => void (await sql`CREATE TABLE half (id int)`.execute(db)) },
        '9999-broken': { up: async () => Promise.reject(new Error('broken migration')) },
      }),
    };
    await expect(migrate(database.urls.owner, provider)).rejects.toThrow('broken migration');
    expect((await database.pools.owner.query(applied)).rows).toEqual(before);
    const half = await database.pools.owner.query(`SELECT to_regclass('half') AS half`);
    expect(half.rows).toEqual([{ half: null }]);
  });
});

describe('the file with passwords', () => {
  it('is made once, for its owner alone', async () => {
    const file = path.join(directory, 'deeper', 'logins.json');
    const made = await Promise.all(Array.from({ length: 5 }, () => loginPasswords(file)));
    expect(new Set(made.map(({ passwords }) => JSON.stringify(passwords))).size).toBe(1);
    expect(made.filter((result) => result.made)).toHaveLength(1);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('is refused when others may read it', async () => {
    const file = path.join(directory, 'logins.json');
    await loginPasswords(file);
    await chmod(file, 0o640);
    await expect(loginPasswords(file)).rejects.toThrow('chmod 600');
  });

  it.each(['', 'no json', '{}', '{"serve":"short","sequencer":"short","eraser":"short"}'])(
    'is refused when it holds %j',
    async (text) => {
      const file = path.join(directory, 'logins.json');
      await writeFile(file, text, { mode: 0o600 });
      await expect(loginPasswords(file)).rejects.toThrow('does not hold the passwords');
      expect(await readFile(file, 'utf8')).toBe(text);
    },
  );
});

describe('durability', () => {
  it('is asserted: a session that may forget what it acknowledged is refused', async () => {
    const client = new pg.Client({ connectionString: database.urls.owner });
    await client.connect();
    await assertDurable(client);
    await client.query('SET synchronous_commit = off');
    await expect(assertDurable(client)).rejects.toThrow(NotDurable);
    await client.end();
  });
});

describe('the SCRAM verifier', () => {
  it('is the one of RFC 7677', () => {
    // The RFC's example: user "user", password "pencil".
    const verifier = scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'));
    expect(verifier).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });

  it.each(['', 'spatie ertussen', 'wachtwóórd'])('is not made of %j', (password) => {
    expect(() => scramVerifier(password)).toThrow(RangeError);
  });
});
