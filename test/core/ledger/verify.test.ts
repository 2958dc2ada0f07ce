import { describe, expect, test } from 'vitest';
import { type ProblemCode, problemCodes } from '../../../src/core/ledger/verify/findings.ts';
import { type LedgerTrust, verifyLedger } from '../../../src/core/ledger/verify/verify-ledger.ts';
import { disclosure, permit, sourceOf, type WrittenLedger, writtenLedger } from '../../world/written-ledger.ts';
import { a, b, c, request, someLedger } from './some-ledger.ts';
import { tamperings } from './tamperings.ts';

async function verify({ rows, trust }: WrittenLedger, more: Partial<LedgerTrust> = {}) {
  return verifyLedger(sourceOf(rows), { ...trust, ...more });
}

async function codesOf(written: WrittenLedger, more: Partial<LedgerTrust> = {}): Promise<Set<ProblemCode>> {
  return new Set((await verify(written, more)).problems.map(({ code }) => code));
}

describe('a whole ledger', () => {
  test('has no problems, and is counted', async () => {
    const report = await verify(someLedger());
    expect(report).toMatchObject({
      ...{ entries: 13, flushes: 7, instances: 2, treeSize: 11, pending: 2 },
      ...{ checkpoints: 3, checkpointSize: 11, witnessedSize: null },
      ...{ problems: [], problemCount: 0, notes: [], noteCount: 0 },
      notChecked: [
        { what: 'whether others saw this history', why: "no checkpoint of one's own was given (--checkpoint)" },
        { what: 'cosignatures', why: 'no witnesses were named' },
        { what: '2 entries beyond the last checkpoint', why: 'they rest on the signatures of their flushes' },
      ],
    });
    expect(report.checked).toMatchObject({
      ...{
        marks: 2,
        checkpoints: 3,
        keys: 2,
        entries: 13,
        flushes: 7,
        flushSignatures: 7,
        heartbeats: 4,
        openings: 17,
      },
      ...{ links: 4, tiles: 1, instances: 2, policySets: 1 },
    });
  });

  test('is also one with nothing in it, and one where keys were replaced', async () => {
    expect(await verify(writtenLedger())).toMatchObject({ entries: 0, treeSize: 0, problems: [] });
    const written = someLedger();
    const firstKeys = written.trust.checkpointKeys.length;
    written.rotate();
    written.flush(c, [permit(request(9)), disclosure(request(9))]);
    written.sequence();
    expect(written.trust.checkpointKeys.length).toBe(firstKeys + 1);
    expect(await verify(written)).toMatchObject({ problems: [], instances: 3, checkpoints: 4 });
  });

  test('takes notes, marks and receipts that others kept', async () => {
    const written = someLedger();
    const notes = written.rows.checkpoints.map(({ note }, n) => ({ where: `note ${n}`, note }));
    const receipts = [
      { where: 'old', receipt: written.receipt(a, 3, 0) },
      { where: 'pending', receipt: written.receipt(b, 3, 1) },
    ];
    const report = await verify(written, { notes, receipts, marks: [written.mark(a)] });
    expect(report).toMatchObject({ problems: [], checked: { receipts: 2, marks: 3, checkpoints: 6 } });
  });
});

test('what whoever verifies did not bring is told, and not what they did', async () => {
  const written = someLedger();
  const note = written.sequence();
  const told = async (more: Partial<LedgerTrust>) =>
    (await verify(written, more)).notChecked.map(({ what }) => what).filter((what) => what !== 'cosignatures');
  expect(await told({ notes: [{ where: 'mine', note }] })).toEqual([]);
  written.rows.marks = [];
  expect(await told({})).toEqual(['whether others saw this history', 'the end of each instance']);
  expect(await told({ marks: [written.mark(a)] })).toEqual(['whether others saw this history']);
});

describe('a ledger in which somebody changed', () => {
  test.each(tamperings)('%s: %s', async (_, code, tamper) => {
    const written = someLedger();
    let more: Partial<LedgerTrust> = {};
    tamper(written, (brought) => {
      more = brought;
    });
    expect(await codesOf(written, more)).toContain(code);
  });

  test('every code is tried', () => {
    const tried = new Set<string>([...tamperings.map(([, code]) => code), 'policy-early']);
    expect([...problemCodes].filter((code) => !tried.has(code))).toEqual([]);
  });
});
