import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Instant, RequestId, TraceId } from '../../src/core/brand.ts';
import { decisionEntry } from '../../src/core/disclosure/entries.ts';
import { decide } from '../../src/core/policy/decide.ts';
import type { Question } from '../../src/core/policy/decision.ts';
import type { PolicySet } from '../../src/core/policy/policy-set.ts';
import { historyLine } from '../../src/core/policy/replay/recorded-decision.ts';
import { openKeys } from '../../src/crypto/keys.ts';
import { loadPolicySet } from '../../src/policy-files/load.ts';
import { withCopy } from '../policy-files/folder.ts';
import { freshDatabase } from '../world/database.ts';
import { journalOn, recipient, requestRecord, seedWorld, source, work } from '../world/journal-world.ts';
import { recorded } from '../world/recorded.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { shippedQuestions } from '../world/varied-decisions.ts';

const root = resolve(import.meta.dirname, '../..');
const set = shippedSet();
const shipped = join(root, 'policies');
const changed = 'plan-basic-conditions.policy.yaml';
const taken = 'debts.referral';
const giver = 'prison';
const place = mkdtempSync(join(tmpdir(), 'sluis-impact-'));
const historyFile = join(place, 'history.ndjson');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function sluis(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'src/main.ts'), 'policy', ...args], {
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => {
    out += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    err += text.toString();
  });
  return new Promise((done) => child.on('close', (code) => done({ code, out, err })));
}

const questions = shippedQuestions(set).filter(({ purpose }) => changed.startsWith(purpose));
/** Whether the field that a test takes away from one rule is given, by which rule ever. */
const isGiven = (under: PolicySet, question: Question) =>
  recorded(under, question).permitted.some((one) => one === taken);

beforeAll(() => {
  writeFileSync(historyFile, questions.map((question) => `${historyLine(recorded(set, question))}\n`).join(''));
});
afterAll(() => rmSync(place, { recursive: true }));

describe('policy impact', () => {
  test('of a field that goes says how often it was given, and ends with 0: nothing more is permitted', () =>
    withCopyAsync(async (dir) => {
      const loaded = loadPolicySet(dir);
      if (!loaded.ok) throw new Error('the copy does not load');
      const count = questions.filter((one) => isGiven(set, one) && !isGiven(loaded.set, one)).length;
      expect(count).toBeGreaterThan(2);
      const { code, out } = await sluis(['impact', shipped, dir, '--history', historyFile, '--json']);
      expect(code).toBe(0);
      const report = JSON.parse(out);
      expect(report).toMatchObject({
        ok: true,
        old: set.digest,
        decisions: questions.length,
        toPermit: 0,
        mayPermit: 0,
      });
      expect(report).toMatchObject({ toRefusal: count, unchanged: questions.length - count, notReproduced: 0 });
      const fields: { field: string; decisions: number }[] = report.refusals;
      expect(new Set(fields.map(({ field }) => field))).toEqual(new Set([taken]));
      expect(fields.reduce((sum, { decisions }) => sum + decisions, 0)).toBe(count);
    }));

  test('of a field that comes tells that first, and ends with 1', () =>
    withCopyAsync(async (dir) => {
      const { code, out } = await sluis(['impact', dir, shipped, '--history', historyFile]);
      expect(code).toBe(1);
      expect(out.split('\n')[0]).toBe('refused → permitted');
      expect(out).toContain(taken);
      expect(out).toContain('more would be permitted');
      // What is on record was decided under the set that is now the new one.
      expect(out).toContain(`${questions.length} were decided under another set than OLD`);
    }));

  test('without history counts the ways in which a field may be had', () =>
    withCopyAsync(async (dir) => {
      const less = await sluis(['impact', shipped, dir, '--json']);
      expect([less.code, JSON.parse(less.out).permits]).toEqual([0, []]);
      expect(JSON.parse(less.out).refusals).toMatchObject([{ field: taken }, { field: taken }]);
      const more = await sluis(['impact', dir, shipped]);
      expect([more.code, more.out.split('\n')[0]]).toEqual([1, 'refused → permitted']);
    }));

  test('ends with 2 for a line that is no decision, naming it, and for a period without history', async () => {
    const spoilt = join(place, 'spoilt.ndjson');
    const [first = ''] = readFileSync(historyFile, 'utf8').split('\n');
    writeFileSync(spoilt, `${first}\n${first.replace('"v":1', '"v":2')}\n`);
    const { code, err } = await sluis(['impact', shipped, shipped, '--history', spoilt]);
    expect([code, err]).toEqual([2, `sluis: ${spoilt}:2: is no decision as policy history export writes it\n`]);
    const alone = await sluis(['impact', shipped, shipped, '--from', '2026-01-01T00:00:00Z']);
    expect([alone.code, alone.err]).toEqual([2, 'sluis: --from and --to are for --history\n']);
    const loose = await sluis(['impact', shipped, shipped, '--history', historyFile, '--to', '2026-01-01']);
    expect([loose.code, loose.err.startsWith('sluis: --to must be')]).toEqual([2, true]);
  });

  test('keeps to the period', async () => {
    const two = join(place, 'two.ndjson');
    const later = '2031-05-01T09:00:00.000Z' as Instant;
    const asked = questions.slice(0, 1).flatMap((question) => [question, { ...question, now: later }]);
    writeFileSync(two, asked.map((question) => `${historyLine(recorded(set, question))}\n`).join(''));
    const args = ['impact', shipped, shipped, '--json', '--history', two];
    expect(JSON.parse((await sluis(args)).out).decisions).toBe(2);
    expect(JSON.parse((await sluis([...args, '--from', later])).out).decisions).toBe(1);
    // The end is not in it.
    expect(JSON.parse((await sluis([...args, '--to', later])).out).decisions).toBe(1);
  });

  test('of a history without a decision says that nothing can be told, and ends with 2', async () => {
    const empty = join(place, 'empty.ndjson');
    writeFileSync(empty, '');
    const told = 'holds no decision of this period, so nothing was replayed and nothing can be told';
    const none = await sluis(['impact', shipped, shipped, '--history', empty]);
    expect(none).toEqual({ code: 2, out: '', err: `sluis: ${empty}: ${told}\n` });
    const args = ['impact', shipped, shipped, '--json', '--history', historyFile, '--from', '2099-01-01T00:00:00Z'];
    const out = `${JSON.stringify({ error: [`${historyFile}: ${told}`] })}\n`;
    expect(await sluis(args)).toEqual({ code: 2, out, err: `sluis: ${historyFile}: ${told}\n` });
  });

  test('reads the ledger, and says the same of its export, which is for its owner alone', async () => {
    const database = await freshDatabase();
    try {
      const { subjects: cipher } = await openKeys({ directory: join(place, 'keys'), create: true });
      await seedWorld(database.pools.owner);
      const question = questions.find((one) => isGiven(set, one) && one.source.kind === giver);
      if (question === undefined) throw new Error('no such case');
      const kinds = [[source, question.source.kind] as const, [recipient, question.recipient.kind] as const];
      for (const row of kinds) await database.pools.owner.query('UPDATE unit SET kind = $2 WHERE id = $1', [...row]);
      const journal = await journalOn(database.pools, { cipher });
      const request = { ...requestRecord(null, { id: v7() as RequestId }), purpose: question.purpose };
      const entropy = { id: () => v7(), trace: () => '0af7651916cd43dd8448eb211c80319c' as TraceId };
      const entry = decisionEntry(entropy, request, decide(set, question), null, null);
      await journal.commit(work(null, { entries: [entry], changes: [{ type: 'request-opened', request }] }));
      await journal.close();
      const { owner, serve, sequencer, eraser } = database.urls;
      const urls = { DATABASE_URL: owner, DATABASE_URL_SERVE: serve };
      const others = { DATABASE_URL_SEQUENCER: sequencer, DATABASE_URL_ERASER: eraser, SLUIS_DATA_DIR: place };
      const env = { ...urls, ...others };
      await withCopyAsync(async (dir) => {
        const file = join(place, 'export.ndjson');
        const live = await sluis(['impact', shipped, dir, '--history', '--json'], env);
        expect(live).toMatchObject({ code: 0, err: '' });
        expect(JSON.parse(live.out)).toMatchObject({ decisions: 1, toRefusal: 1, notReproduced: 0 });
        const exported = await sluis(['history', 'export', file], env);
        // Where the machine is slow it tells how far it is.
        expect(exported).toMatchObject({ code: 0, out: `1 decisions written to ${file}\n` });
        expect(exported.err).toMatch(/^(?:decisions: \d+ of \d+\n)*$/);
        expect(statSync(file).mode & 0o077).toBe(0);
        expect(await sluis(['impact', shipped, dir, '--history', file, '--json'])).toEqual(live);
        expect((await sluis(['history', 'export', file], env)).code).toBe(2);
      });
    } finally {
      await database.drop();
    }
  });
});

/** With a copy of the shipped policies in which one rule lacks one field. */
async function withCopyAsync(use: (dir: string) => Promise<void>): Promise<void> {
  const kept = mkdtempSync(join(place, 'policies-'));
  withCopy((copy) => {
    copy.replace(changed, `      - ${taken}\n`, '');
    cpSync(copy.dir, kept, { recursive: true });
  });
  await use(kept);
}
