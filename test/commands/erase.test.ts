import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Instant, instant } from '../../src/core/brand.ts';
import { entropy } from '../../src/crypto/entropy.ts';
import { openKeys } from '../../src/crypto/keys.ts';
import { readPolicyFolder } from '../../src/policy-files/load.ts';
import { storePolicySet } from '../../src/store/policy-sets.ts';
import { openRecordedKeys } from '../../src/store/recorded-keys.ts';
import { createSubjects } from '../../src/store/subjects.ts';
import { seedUnits } from '../store/seed.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { seedPolicySet } from '../world/seed-policy-set.ts';

const root = resolve(import.meta.dirname, '../..');
const place = mkdtempSync(join(tmpdir(), 'sluis-erase-'));
const on = ['--by', 'A. Functionaris', '--ground', 'verzoek van de betrokkene'];
const numbers = ['999990019', '999990020', '999990032', '999990044', '999990056'].filter(isNumber);

/** The eleven-test. */
function isNumber(text: string): boolean {
  const weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
  return weights.reduce((sum, weight, index) => sum + weight * Number(text[index]), 0) % 11 === 0;
}

let database: FreshDatabase;
let people: ReturnType<typeof createSubjects>;
beforeAll(async () => {
  database = await freshDatabase();
  const { owner, serve, vault } = database.pools;
  await seedUnits(owner, 'pi', 'gemeente');
  const folder = readPolicyFolder(join(root, 'policies'));
  const now: Instant = instant(new Date());
  await storePolicySet(owner, folder, now);
  await seedPolicySet(owner, folder.digest);
  // A first command makes the keys, as on a new installation.
  expect((await sluis(['erase', 'list'])).out).toBe('nothing was erased\n');
  expect((await sluis(['erase', 'subject', ...on], 'bsn 999999990\n')).code).toBe(1);
  const directory = join(place, 'data', 'keys');
  const keys = await openRecordedKeys(serve, (may) => openKeys({ directory, ...may }), now);
  people = createSubjects({
    pool: serve,
    vault,
    secrets: keys.identifiers,
    cipher: keys.subjects,
    clock: { now: () => now },
    entropy,
  });
});
afterAll(async () => {
  await database.drop();
  rmSync(place, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function sluis(args: readonly string[], input = '', more: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { owner, serve, sequencer, eraser, vaultOwner } = database.urls;
  const env = {
    ...process.env,
    NO_COLOR: '1',
    DATABASE_URL: owner,
    DATABASE_URL_SERVE: serve,
    DATABASE_URL_SEQUENCER: sequencer,
    DATABASE_URL_ERASER: eraser,
    DATABASE_URL_VAULT: vaultOwner,
    SLUIS_DATA_DIR: join(place, 'data'),
    ...more,
  };
  const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...args], { env, cwd: root });
  child.stdin.end(input);
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => {
    out += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    err += text.toString();
  });
  return new Promise((done) => child.once('close', (code) => done({ code, out, err })));
}

function withPort(url: string, port: string): string {
  return Object.assign(new URL(url), { port }).href;
}

async function known(index: number): Promise<{ readonly line: string; readonly number: string; readonly id: string }> {
  const number = numbers[index] ?? '';
  const id = await people.ensure({ type: 'bsn', value: number });
  return { line: `bsn ${number}\n`, number, id };
}

const there = async (id: string) =>
  (await database.pools.owner.query('SELECT 1 FROM subject WHERE id = $1', [id])).rows.length === 1;

describe('sluis erase', () => {
  it('says what would go, erases it, and lists it; nobody is named', async () => {
    const { line, number, id } = await known(0);
    const dry = await sluis(['erase', 'subject', ...on, '--dry-run'], line);
    expect(dry).toMatchObject({ code: 0, err: '' });
    expect(dry.out).toContain('nothing was erased');
    expect(await there(id)).toBe(true);
    const done = await sluis(['erase', 'subject', ...on, '--json'], line);
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(done.out)).toMatchObject({ done: true, openings: 0, entries: 0 });
    expect(await there(id)).toBe(false);
    const list = await sluis(['erase', 'list', '--json']);
    expect(JSON.parse(list.out)).toMatchObject([
      { id: JSON.parse(done.out).id, scope: 'subject', done: expect.any(String) },
    ]);
    const again = await sluis(['erase', 'subject', ...on], line);
    expect(again).toMatchObject({ code: 1, out: '' });
    for (const { out, err } of [dry, done, list, again]) {
      expect(out + err).not.toContain(number);
      expect(out + err).not.toContain(id);
    }
  });

  it('is refused under a legal hold, which is listed without whom it is on', async () => {
    const { line, number, id } = await known(1);
    const placed = await sluis(['legal-hold', 'place', ...on, '--json'], line);
    expect(placed).toMatchObject({ code: 0, err: '' });
    const { hold } = JSON.parse(placed.out);
    const held = await sluis(['erase', 'subject', ...on], line);
    expect(held).toMatchObject({ code: 1, out: '' });
    expect(held.err).toContain(hold);
    const list = await sluis(['legal-hold', 'list']);
    expect(list.out).toContain('verzoek van de betrokkene');
    expect(list.out).not.toContain(number);
    expect(list.out).not.toContain(id);
    const { rows } = await database.pools.owner.query<{ said: Buffer }>('SELECT said FROM legal_hold');
    expect(rows[0]?.said.includes('betrokkene')).toBe(false);
    expect(await sluis(['legal-hold', 'lift', ...on, '--hold', hold])).toMatchObject({ code: 0, err: '' });
    expect(await sluis(['legal-hold', 'lift', ...on, '--hold', hold])).toMatchObject({ code: 1, out: '' });
    expect(await sluis(['erase', 'subject', ...on], line)).toMatchObject({ code: 0, err: '' });
  });

  it('erases again who is there again after a backup, by the list that was kept beside it', async () => {
    const { line, id } = await known(2);
    const { owner, vaultOwner } = database.pools;
    const backup = {
      subject: (await owner.query('SELECT * FROM subject WHERE id = $1', [id])).rows[0],
      key: (await vaultOwner.query('SELECT * FROM vault.subject_key WHERE subject_id = $1', [id])).rows[0],
    };
    expect(await sluis(['erase', 'subject', ...on], line)).toMatchObject({ code: 0 });
    const file = join(place, 'erased.json');
    writeFileSync(file, (await sluis(['erase', 'list', '--json'])).out);
    // The vault alone, as its own backup brings it.
    const key = () => vaultOwner.query('INSERT INTO vault.subject_key VALUES ($1, $2, $3)', Object.values(backup.key));
    await key();
    expect(JSON.parse((await sluis(['erase', 'reapply', ...on, '--json'])).out)).toMatchObject({
      keys: 1,
      again: 0,
      refused: [],
    });
    // Both, from before the erasure: then the list beside it is all that knows.
    await key();
    await owner.query('INSERT INTO subject (id, epoch, created_at) VALUES ($1, $2, $3)', [
      id,
      1,
      backup.subject.created_at,
    ]);
    await owner.query(`DELETE FROM erasure WHERE scope = 'subject'`);
    const reapplied = await sluis(['erase', 'reapply', ...on, '--file', file, '--json']);
    expect(reapplied).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(reapplied.out)).toMatchObject({ keys: 0, again: 1, refused: [] });
    expect(await there(id)).toBe(false);
    expect((await vaultOwner.query('SELECT 1 FROM vault.subject_key WHERE subject_id = $1', [id])).rows).toEqual([]);
  });

  it('says that it is on record and finished by itself while the vault is away', async () => {
    const { line, number, id } = await known(3);
    const { vault: serve, vaultEraser } = database.urls;
    const away = { DATABASE_URL_VAULT_SERVE: serve, DATABASE_URL_VAULT_ERASER: withPort(vaultEraser, '1') };
    const ordered = await sluis(['erase', 'subject', ...on, '--json'], line, away);
    expect(ordered.code).toBe(3);
    expect(ordered.err).toMatch(/on record .* not done: a database is away\. The gateway finishes it by itself/);
    expect(ordered.err + ordered.out).not.toContain(number);
    expect(ordered.err).not.toContain('    at ');
    const { id: erasure, ...said } = JSON.parse(ordered.out);
    expect(said).toMatchObject({ done: false });
    expect((await sluis(['erase', 'list'])).out).toMatch(new RegExp(`${erasure} +subject .* not yet`));
    expect(await there(id)).toBe(true);
    const again = await sluis(['erase', 'subject', ...on], line);
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(await sluis(['erase', 'reapply', ...on])).toMatchObject({ code: 0 });
    expect(await there(id)).toBe(false);
    expect((await sluis(['erase', 'list'])).out).not.toContain('not yet');
  });

  it('says what is wrong with what it is given, and where', async () => {
    const wrong = join(place, 'wrong.json');
    writeFileSync(wrong, '[{"id": 1}]');
    const told = await Promise.all([
      sluis(['erase', 'subject', ...on], 'bsn 123456789\n'),
      sluis(['erase', 'subject']),
      sluis(['erase', 'value', ...on, '--entry', 'x', '--name', 'user']),
      sluis(['erase', 'reapply', ...on, '--file', wrong]),
      sluis(['erase', 'reapply', ...on, '--file', join(place, 'absent.json')]),
      sluis(['legal-hold', 'place', '--by', 'A', '--ground', 'B'], ''),
    ]);
    for (const { code, out, err } of told) {
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err.length).toBeGreaterThan(10);
      expect(err).not.toContain('123456789');
      expect(err).not.toContain('    at ');
    }
    const absent = await sluis(['erase', 'value', ...on, '--entry', v7(), '--name', 'user', '--json']);
    expect({ ...absent, out: JSON.parse(absent.out) }).toMatchObject({
      code: 1,
      out: { done: false, kind: 'unknown-opening' },
    });
  });
});
