import { describe, expect, test } from 'vitest';
import { sealedDigest } from '../../../src/core/ledger/sealed-digest.ts';
import { type LedgerTrust, verifyLedger } from '../../../src/core/ledger/verify/verify-ledger.ts';
import {
  activation,
  disclosure,
  permit,
  plain,
  sourceOf,
  type WrittenLedger,
  writtenLedger,
} from '../../world/written-ledger.ts';
import { a, b, c, request, someLedger } from './some-ledger.ts';

async function verify({ rows, trust }: WrittenLedger, more: Partial<LedgerTrust> = {}) {
  return verifyLedger(sourceOf(rows), { ...trust, ...more });
}

/** Takes the leaves of an instance away, as the end of their period does. */
function forget({ rows }: WrittenLedger, instance: string, from: number, to: number): void {
  rows.entries = rows.entries.map((row) => {
    const leaf = JSON.parse(row.leaf ?? 'null');
    if (leaf?.instance !== instance || leaf.sequence < from || leaf.sequence > to) return row;
    const { id, sequence, kind, time } = leaf;
    return { ...row, leaf: null, openings: [], columns: { id, instance, sequence, kind, time } };
  });
}

const ranges = (...all: readonly (readonly [instance: string, from: number, to: number])[]) =>
  plain('erasure', { scope: 'leaves', ranges: all.map(([instance, from, to]) => ({ instance, from, to })) });

describe('what was erased', () => {
  test('leaves in ranges that are on record are no problem, and the proofs of the others hold', async () => {
    const written = someLedger();
    written.flush(c, [ranges([a, 3, 4], [b, 2, 2])]);
    written.sequence();
    forget(written, a, 3, 4);
    forget(written, b, 2, 2);
    const report = await verify(written);
    expect(report).toMatchObject({ problems: [], checked: { erasedLeaves: 3 } });
    // What was disclosed under a permit that is gone cannot be led back to it any more, and that is said.
    expect(report.notes.map(({ code }) => code)).toEqual(['link-erased', 'link-erased', 'link-erased']);
  });

  test.each([
    [[[a, 3, 3]], `${a}: 4–4`],
    [[[a, 4, 4]], `${a}: 3–3`],
    [
      [
        [a, 1, 2],
        [a, 5, 9],
        [b, 3, 4],
      ],
      `${a}: 3–4`,
    ],
    [
      [
        [a, 4, 9],
        [a, 1, 2],
      ],
      `${a}: 3–3`,
    ],
  ] as const)('leaves that no range covers are found: %j', async (announced, where) => {
    const written = someLedger();
    written.flush(c, [ranges(...announced)]);
    written.sequence();
    forget(written, a, 3, 4);
    const { problems } = await verify(written);
    expect(problems).toEqual([{ code: 'leaf-gone', where }]);
  });

  test('a hash that was changed where the leaf is gone is found by the tree and by its flush', async () => {
    const written = someLedger();
    written.flush(c, [ranges([a, 3, 4])]);
    written.sequence();
    forget(written, a, 3, 4);
    const { rows } = written;
    rows.entries = rows.entries.map((row) =>
      row.leaf === null ? { ...row, hash: rows.entries[0]?.hash ?? null } : row,
    );
    const { problems } = await verify(written);
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['flush-root', 'tile', 'checkpoint-root']));
  });

  test('leaves that are announced and still there are told', async () => {
    const written = someLedger();
    written.flush(c, [ranges([a, 3, 4])]);
    expect(await verify(written)).toMatchObject({ problems: [], notes: [{ code: 'erasure-open', where: a }] });
  });

  test('openings of a person and of a value are no problem as far as they are on record', async () => {
    const written = someLedger();
    const { rows } = written;
    const erase = (...indexes: readonly number[]) => {
      for (const index of indexes) {
        const row = rows.entries[index];
        if (row === undefined) throw new RangeError('no such entry');
        rows.entries[index] = { ...row, openings: row.openings.map(([name, digest]) => [name, digest, 'erased']) };
      }
    };
    erase(2);
    const erased = rows.entries[2];
    expect((await verify(written)).problems.map(({ code }) => code)).toEqual([
      'opening-erased',
      'opening-erased',
      'opening-erased',
    ]);
    written.flush(c, [plain('erasure', { scope: 'subject', openings: 2, entries: 1 })]);
    expect((await verify(written)).problems.map(({ code }) => code)).toEqual(['opening-erased']);
    const id = JSON.parse(erased?.leaf ?? '').id;
    written.flush(c, [plain('erasure', { scope: 'value', entry: id, name: 'reference' })]);
    expect(await verify(written)).toMatchObject({ problems: [], checked: { erasedOpenings: 3 } });
    // The digests that stay behind are still bound to the leaf.
    const digests =
      erased?.openings.map(([name, digest]) => ({ name, digest: Buffer.from(digest, 'base64url') })) ?? [];
    expect(JSON.parse(erased?.leaf ?? '').body.sealed).toBe(sealedDigest(digests));
  });

  test('a value that is named is the one that is gone, and none in its place', async () => {
    const written = someLedger();
    const { rows } = written;
    const row = rows.entries[2];
    if (row === undefined) throw new RangeError('no such entry');
    const { id } = JSON.parse(row.leaf ?? '');
    const [named, other] = row.openings.map(([name]) => name);
    const erase = (gone: string | undefined) => {
      rows.entries[2] = {
        ...row,
        openings: row.openings.map(([name, digest]) => [name, digest, name === gone ? 'erased' : 'kept']),
      };
    };
    written.flush(c, [plain('erasure', { scope: 'value', entry: id, name: String(named) })]);
    const open = { code: 'erasure-open', where: `${id}/${named}` };
    expect(await verify(written)).toMatchObject({ problems: [], notes: [open] });
    erase(other);
    const problem = { code: 'opening-erased', where: `${id}/${other}` };
    expect(await verify(written)).toMatchObject({ problems: [problem], notes: [open] });
    erase(named);
    expect(await verify(written)).toMatchObject({ problems: [], notes: [] });
  });

  test('a value that went with its leaf is counted there, and leaves no room for a person', async () => {
    const written = someLedger();
    const { rows } = written;
    const leaf = JSON.parse(rows.entries[2]?.leaf ?? '');
    written.flush(c, [plain('erasure', { scope: 'value', entry: leaf.id, name: 'reference' })]);
    const range = { instance: leaf.instance, from: leaf.sequence, to: leaf.sequence };
    written.flush(c, [plain('erasure', { scope: 'leaves', ranges: [range], erased: 1 })]);
    forget(written, leaf.instance, leaf.sequence, leaf.sequence);
    expect((await verify(written)).problems).toEqual([]);
    const at = rows.entries.findIndex((row) => row.leaf !== null && row.openings.length > 0);
    const row = rows.entries[at];
    if (row === undefined) throw new RangeError('no such entry');
    const openings = row.openings.map(([name, digest], n) => [name, digest, n === 0 ? 'erased' : 'kept'] as const);
    rows.entries[at] = { ...row, openings };
    expect((await verify(written)).problems.map(({ code }) => code)).toEqual(['opening-erased']);
  });

  test('permits that are gone excuse no disclosure of more than a year later', async () => {
    for (const [time, found] of [
      ['2027-03-02T12:00:00.000Z', []],
      ['2027-03-02T12:00:00.001Z', ['link-permit']],
    ] as const) {
      const written = someLedger();
      written.flush(c, [ranges([a, 3, 4])]);
      forget(written, a, 3, 4);
      written.flush(c, [disclosure(request(60), { time: time as never })]);
      expect((await verify(written)).problems.map(({ code }) => code)).toEqual(found);
    }
  });

  test('openings that went with their leaves leave no room for others to go', async () => {
    const written = someLedger();
    const { rows } = written;
    const erase = (at: number) => {
      const row = rows.entries[at];
      if (row === undefined) throw new RangeError('no such entry');
      rows.entries[at] = { ...row, openings: row.openings.map(([name, digest]) => [name, digest, 'erased']) };
      const { instance, sequence } = JSON.parse(row.leaf ?? '');
      return { openings: row.openings.length, instance, sequence };
    };
    const { openings, instance, sequence } = erase(2);
    written.flush(c, [plain('erasure', { scope: 'subject', openings, entries: 1 })]);
    const range = { instance, from: sequence, to: sequence };
    written.flush(c, [plain('erasure', { scope: 'leaves', ranges: [range], erased: openings })]);
    // Ordered and not yet gone, or kept by a hold.
    expect((await verify(written)).problems).toEqual([]);
    forget(written, instance, sequence, sequence);
    expect((await verify(written)).problems).toEqual([]);
    const other = rows.entries.findIndex((row) => row.leaf !== null && row.openings.length > 0);
    const more = erase(other);
    expect((await verify(written)).problems.map(({ code }) => code)).toEqual(
      Array.from({ length: more.openings }, () => 'opening-erased'),
    );
  });

  test('leaves that took along more erased openings than were ordered erased are found', async () => {
    const written = someLedger();
    const range = { instance: a, from: 3, to: 3 };
    written.flush(c, [plain('erasure', { scope: 'leaves', ranges: [range], erased: 2 })]);
    forget(written, a, 3, 3);
    expect((await verify(written)).problems).toEqual([{ code: 'opening-erased', where: '2 openings' }]);
  });

  test('signs of life after a beginning whose leaf is gone', async () => {
    const written = someLedger();
    written.flush(c, [ranges([a, 1, 1], [b, 1, 1])]);
    written.sequence();
    forget(written, a, 1, 1);
    forget(written, b, 1, 1);
    expect(await verify(written)).toMatchObject({ problems: [] });
  });

  test('entries under a set whose activation is gone', async () => {
    const written = writtenLedger();
    written.flush(a, [activation(), permit(request(1))]);
    const next = plain(
      'policy-activated',
      { v: 2, change: request(2), set: `sha256:${'11'.repeat(32)}`, approvals: 0 },
      { personal: { approvals: '[]' } },
    );
    written.flush(a, [next]);
    const [id] = written.flush(a, [permit(request(3))]);
    written.flush(b, [ranges([a, 1, 2])]);
    written.rows.policies.clear();
    written.sequence();
    forget(written, a, 1, 2);
    const { problems, notes } = await verify(written);
    expect(problems.map(({ code }) => code)).toEqual(['policy-files']);
    expect(notes).toContainEqual({ code: 'link-erased', where: id });
  });
});
