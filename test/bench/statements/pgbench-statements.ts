import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { v7 } from 'uuid';
import type { SubjectId } from '../../../src/core/brand.ts';
import { randomBytes } from '../../../src/crypto/entropy.ts';
import { openKeys } from '../../../src/crypto/keys.ts';
import { registerInstance, registerKey } from '../../../src/store/keys.ts';
import { openPool } from '../../../src/store/pool.ts';
import { prepareDatabase } from '../../../src/store/prepare-database.ts';
import { now, seedWorld } from '../../world/journal-world.ts';
import { type RecordingWorld, type SentStatement, statementsOf } from './record-statements.ts';

/** Runs the statements of disclosures by pgbench, on a database of its own on the same server. */
export interface PgbenchStatements {
  /** Disclosures a second at so many connections, each of which makes so many. */
  measure(load: { readonly clients: number; readonly each: number }): Promise<number>;
  close(): Promise<void>;
}

const run = promisify(execFile);
const people = 64;

/**
 * What the database alone makes of it: permit and disclosure of each request, the same prepared statements with the
 * same values, two commits, no flush shared. The values are made beforehand and lie in a table, from which pgbench
 * takes those of its next disclosure by primary key. null: there is no pgbench on this machine.
 */
export async function openPgbench(serverUrl: string): Promise<PgbenchStatements | null> {
  if (!(await isThere())) return null;
  const folder = await mkdtemp(join(tmpdir(), 'sluis-bench-statements-'));
  const name = `bench_statements_${process.pid}`;
  await asAdmin(serverUrl, (admin) => admin.query(`CREATE DATABASE ${name}`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await prepareDatabase(url.href, { loginsFile: join(folder, 'logins.json') });
  const owner = openPool(url.href, { max: 1, statementTimeoutMs: 600_000 });
  const world = await seedPeople(owner, folder);
  let rounds = 0;
  return {
    async measure({ clients, each }) {
      rounds += 1;
      const script = join(folder, `${rounds}.sql`);
      await writeFile(script, await prepareInputs(owner, world, { clients, each, round: rounds }));
      const { hostname, port, username, password } = url;
      const where = ['-h', hostname, '-p', port, '-U', username];
      const how = ['-n', '-M', 'prepared', '-f', script, '-c', `${clients}`, '-j', '2', '-t', `${each}`, '-D', 'n=0'];
      const env = { ...process.env, PGPASSWORD: decodeURIComponent(password) };
      const { stdout } = await run('pgbench', [...where, ...how, name], { env, maxBuffer: 1 << 26 });
      const done = /^number of transactions actually processed: (\d+)/m.exec(stdout)?.[1];
      const perSecond = /^tps = ([\d.]+)/m.exec(stdout)?.[1];
      if (Number(done) !== clients * each || perSecond === undefined) throw new Error('pgbench did not do all');
      return Number(perSecond);
    },
    async close() {
      await owner.end();
      for (const each of [name, `${name}_vault`])
        await asAdmin(serverUrl, (admin) => admin.query(`DROP DATABASE IF EXISTS ${each} WITH (FORCE)`));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function isThere(): Promise<boolean> {
  return run('pgbench', ['--version']).then(
    () => true,
    () => false,
  );
}

async function seedPeople(owner: pg.Pool, folder: string): Promise<RecordingWorld> {
  const keys = await openKeys({ directory: join(folder, 'keys'), create: true });
  await seedWorld(owner);
  const subjects = Array.from({ length: people }, () => v7() as SubjectId);
  await owner.query('INSERT INTO subject (id, created_at) SELECT id, now() FROM unnest($1::uuid[]) AS id', [subjects]);
  await registerKey(owner, { id: keys.ledger.keyId, use: 'ledger', alg: 'Ed25519', jwk: keys.ledger.jwk }, now());
  const { ledger: signer, subjects: cipher, identifiers: secrets } = keys;
  return {
    subjects,
    openingKeys: new Map(subjects.map((id) => [id, cipher.newKey()])),
    keys: { signer, cipher, secrets, random: randomBytes, orderMark: keys.marks.order },
  };
}

/** Fills the table for one run, and gives its script: the values of the next disclosure, then its statements. */
async function prepareInputs(
  owner: pg.Pool,
  world: RecordingWorld,
  { clients, each, round }: { readonly clients: number; readonly each: number; readonly round: number },
): Promise<string> {
  const table = `bench_input_${round}`;
  let statements: readonly SentStatement[] = [];
  for (let client = 0; client < clients; client += 1) {
    const instance = v7();
    await registerInstance(owner, { id: instance, keyId: world.keys.signer.keyId }, now());
    const disclosures = statementsOf(instance, world);
    const rows: (readonly string[])[] = [];
    for (let n = 1; n <= each; n += 1) {
      statements = await disclosures.next();
      rows.push(statements.flatMap(({ values }) => values.map(asText)));
    }
    if (client === 0) await owner.query(createTable(table, rows[0]?.length ?? 0));
    await owner.query(insertInto(table, rows[0]?.length ?? 0), [client, JSON.stringify(rows)]);
  }
  await owner.query(`ANALYZE ${table}`);
  return scriptOf(table, statements);
}

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `v${index}`);

function createTable(table: string, count: number): string {
  const columns = names(count).map((name) => `${name} text NOT NULL`);
  return `CREATE TABLE ${table} (client integer, n integer, ${columns.join(', ')}, PRIMARY KEY (client, n))`;
}

function insertInto(table: string, count: number): string {
  const values = names(count).map((_, index) => `input->>${index}`);
  return `INSERT INTO ${table} SELECT $1, n, ${values.join(', ')}
    FROM json_array_elements($2::json) WITH ORDINALITY AS given (input, n)`;
}

/** As pgbench writes it: each statement with its values by name, in the order in which they were recorded. */
function scriptOf(table: string, statements: readonly SentStatement[]): string {
  let taken = 0;
  const texts = statements.map(({ text, values }) => {
    const first = taken;
    taken += values.length;
    const line = text.replaceAll(/--.*$/gm, '').replaceAll(/\s+/g, ' ').trim();
    return `${line.replaceAll(/\$(\d+)/g, (_, place) => `:v${first + Number(place) - 1}`)};`;
  });
  const next = `SELECT ${names(taken).join(', ')} FROM ${table} WHERE client = :client_id AND n = :n \\gset`;
  return ['\\set n :n + 1', next, ...texts, ''].join('\n');
}

/** A value as the driver would send it: a list of ids in PostgreSQL's own form. */
function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return `{${value.join(',')}}`;
  throw new TypeError('a value of a flush is a text or a list of ids');
}

async function asAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
