import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePersonLines } from '../../src/commands/subject-lines.ts';
import { type Instant, instant } from '../../src/core/brand.ts';
import { entropy } from '../../src/crypto/entropy.ts';
import { openKeys } from '../../src/crypto/keys.ts';
import { readPolicyFolder } from '../../src/policy-files/load.ts';
import { storePolicySet } from '../../src/store/policy-sets.ts';
import { openRecordedKeys } from '../../src/store/recorded-keys.ts';
import { createSubjects } from '../../src/store/subjects.ts';
import { seedFact, seedUnits, unit } from '../store/seed.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { seedPolicySet } from '../world/seed-policy-set.ts';

const root = resolve(import.meta.dirname, '../..');
const place = mkdtempSync(join(tmpdir(), 'sluis-subject-'));
const keys = join(place, 'data', 'keys');
const on = ['--by', 'A. Functionaris', '--ground', 'melding van de basisregistratie'];

let database: FreshDatabase;
let people: ReturnType<typeof createSubjects>;
let [digits, known] = [0, ''];
beforeAll(async () => {
  database = await freshDatabase();
  const { owner, serve } = database.pools;
  await seedUnits(owner, 'pi', 'gemeente');
  const folder = readPolicyFolder(join(root, 'policies'));
  const now: Instant = instant(new Date());
  await storePolicySet(owner, folder, now);
  await seedPolicySet(owner, folder.digest);
  // A first command makes the keys, as on a new installation.
  expect((await subject(['show', ...on], 'bsn 999999990\n')).code).toBe(2);
  const opened = await openRecordedKeys(serve, (may) => openKeys({ directory: keys, ...may }), now);
  people = createSubjects({
    pool: serve,
    vault: database.pools.vault,
    secrets: opened.identifiers,
    cipher: opened.subjects,
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

/** `sluis subject …`, as somebody runs it at the gateway. */
function subject(args: readonly string[], input = ''): Promise<Ended> {
  const { owner, serve, sequencer, eraser } = database.urls;
  const env = {
    ...process.env,
    NO_COLOR: '1',
    DATABASE_URL: owner,
    DATABASE_URL_SERVE: serve,
    DATABASE_URL_SEQUENCER: sequencer,
    DATABASE_URL_ERASER: eraser,
    SLUIS_DATA_DIR: join(place, 'data'),
  };
  const child = spawn(process.execPath, [join(root, 'src/main.ts'), 'subject', ...args], { env, cwd: root });
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

/** Numbers of test people that pass the eleven-test. */
function newNumber(): string {
  const weights = [9, 8, 7, 6, 5, 4, 3, 2];
  for (;;) {
    digits += 1;
    const first = `9${String(digits).padStart(7, '0')}`;
    const last = [...first].reduce((sum, digit, index) => sum + Number(digit) * (weights[index] ?? 0), 0) % 11;
    if (last < 10) return `${first}${last}`;
  }
}

async function person(): Promise<string> {
  known = newNumber();
  await people.ensure({ type: 'bsn', value: known });
  return known;
}

async function kinds(): Promise<readonly string[]> {
  const { rows } = await database.pools.owner.query<{ kind: string }>(
    `SELECT kind FROM ledger_entry WHERE kind <> 'heartbeat' ORDER BY time`,
  );
  return rows.map(({ kind }) => kind);
}

describe('sluis subject', () => {
  it('corrects a number, after a dry run that changes nothing', async () => {
    const [wrong, right] = [await person(), newNumber()];
    const lines = `bsn ${wrong}\nbsn ${right}\n`;
    const dry = await subject(['correct', ...on, '--dry-run'], lines);
    expect(dry).toMatchObject({ code: 0, err: '' });
    expect(dry.out).toContain('nothing was changed');
    expect(await kinds()).not.toContain('subject-identifier-corrected');
    expect(await subject(['correct', ...on], lines)).toMatchObject({ code: 0, err: '' });
    expect(await kinds()).toContain('subject-identifier-corrected');
    const again = await subject(['correct', ...on], lines);
    expect(again.code).toBe(1);
    expect(again.err).toContain('line 1: the gateway knows no such person');
    for (const { out, err } of [dry, again])
      for (const number of [wrong, right]) expect(out + err).not.toContain(number);
  });

  it('points from a number that is somebody else’s to merge, which joins and can be taken back', async () => {
    const [goes, stays] = [await person(), await person()];
    const lines = `bsn ${goes}\nbsn ${stays}\n`;
    const taken = await subject(['correct', ...on, '--json'], lines);
    expect(taken.code).toBe(1);
    expect(taken.err).toContain('subject merge');
    expect(JSON.parse(taken.out)).toEqual({ done: false, kind: 'number-taken', scheme: 'bsn' });
    const clash = await subject(['merge', ...on], lines);
    expect(clash).toMatchObject({ code: 1, out: '' });
    expect(clash.err).toContain('--withdraw bsn');
    const merged = await subject(['merge', ...on, '--withdraw', 'bsn', '--json'], lines);
    expect(merged).toMatchObject({ code: 0, err: '' });
    const { id, done, numbers } = JSON.parse(merged.out);
    expect({ done, numbers }).toEqual({ done: true, numbers: { moved: [], withdrawn: ['bsn'] } });
    expect(await subject(['split', ...on, '--take-back', id])).toMatchObject({ code: 0, err: '' });
    expect(await subject(['split', ...on, '--take-back', id])).toMatchObject({ code: 1 });
    const apart = await subject(['merge', ...on, '--dry-run', '--withdraw', 'bsn'], lines);
    expect(apart).toMatchObject({ code: 0 });
  });

  it('shows what hangs on a person, on record, in the words that split takes', async () => {
    const number = await person();
    const id = await people.ensure({ type: 'bsn', value: number });
    const fact = await seedFact(database.pools.owner, { subject: id, unit: 'gemeente', by: 'pi' });
    await people.pseudonym(unit('gemeente'), id);
    const shown = await subject(['show', ...on, '--json'], `bsn ${number}\n`);
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(shown.out)).toMatchObject({ facts: [{ id: fact }], numbers: ['bsn'] });
    expect(shown.out).not.toContain(number);
    expect((await kinds()).filter((kind) => kind === 'officer-looked').length).toBe(1);
    const file = join(place, 'goes.yaml');
    writeFileSync(file, `facts: [${fact}]\n`);
    const split = await subject(['split', ...on, '--file', file, '--json'], `bsn ${number}\n`);
    expect(split).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(split.out)).toMatchObject({ done: true, moves: { fact: 1 }, tells: 1 });
  });

  it('says what is wrong with what it is given, and where, never what it says', async () => {
    const wrong = '123456789';
    const file = join(place, 'wrong.yaml');
    writeFileSync(file, 'fact: []\n');
    const told = await Promise.all([
      subject(['correct', ...on], `bsn ${wrong}\nbsn ${wrong}\n`),
      subject(['correct', ...on], `bsn ${known}\n`),
      subject(['correct', '--by', 'A', '--ground', 'B'], ''),
      subject(['merge', ...on, '--withdraw', 'name'], ''),
      subject(['split', ...on], ''),
      subject(['split', ...on, '--file', file], `bsn ${known}\n`),
      subject(['correct'], ''),
    ]);
    for (const { code, out, err } of told) {
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err.length).toBeGreaterThan(10);
      expect(err).not.toContain(wrong);
      expect(err).not.toContain('    at ');
    }
    expect(told[0]?.err).toContain('line 1');
    expect(told[5]?.err).toContain('wrong.yaml');
  });
});

describe('a line that names somebody', () => {
  it('names them by number, pseudonym or case reference', () => {
    const id = '0192f0c1-2222-4333-8444-555566667777';
    const lines = `bsn 999999990\n\npseudonym gemeente ${id}\ncase reclassering WH-2026-0117\n`;
    const read = parsePersonLines(lines, ['a', 'b', 'c']).map(({ named }) => named);
    expect(read).toEqual([
      { by: 'reference', reference: { type: 'bsn', value: '999999990' }, unit: '' },
      { by: 'reference', reference: { type: 'pseudonym', value: id }, unit: 'gemeente' },
      { by: 'reference', reference: { type: 'caseReference', value: 'WH-2026-0117' }, unit: 'reclassering' },
    ]);
  });

  it.each([
    'bsn',
    'bsn 1 2',
    'bsn 900000013',
    'pseudonym gemeente',
    'pseudonym gemeente x',
    'name Jansen',
    'case a b c',
  ])('is refused as %j', (line) => expect(() => parsePersonLines(line, ['a'])).toThrow(/line 1/));
});
