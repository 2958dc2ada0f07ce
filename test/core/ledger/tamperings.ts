import type { EntryRow, FlushRow } from '../../../src/core/ledger/ledger-rows.ts';
import type { ProblemCode } from '../../../src/core/ledger/verify/findings.ts';
import type { LedgerTrust } from '../../../src/core/ledger/verify/verify-ledger.ts';
import { newSigner } from '../../world/ledger-keys.ts';
import {
  at,
  disclosure,
  entryId,
  type LedgerRows,
  permit,
  plain,
  policySet,
  type WrittenLedger,
  writtenLedger,
} from '../../world/written-ledger.ts';
import { a, b, c, consent, request } from './some-ledger.ts';
import { tamperedStatements } from './tampered-statements.ts';

function entry(rows: LedgerRows, index: number, change: Partial<EntryRow>): void {
  const row = rows.entries[index];
  if (row === undefined) throw new RangeError('no such entry');
  rows.entries[index] = { ...row, ...change };
}

function flush(rows: LedgerRows, instance: string, number: number, change: Partial<FlushRow>): void {
  const own = rows.flushes.get(instance) ?? [];
  rows.flushes.set(
    instance,
    own.map((row) => (row.number === number ? { ...row, ...change } : row)),
  );
}

const gone = { leaf: null, columns: { id: entryId(1), instance: a, sequence: 3, kind: 'permit', time: at(0).time } };
const other = Buffer.alloc(32, 7);
const another = other.toString('base64url');

export type Tampering = readonly [
  what: string,
  code: ProblemCode,
  tamper: (written: WrittenLedger, bring: (more: Partial<LedgerTrust>) => void) => void,
];

/** What somebody could change who can write everywhere, and the code under which it is found. */
export const tamperings: readonly Tampering[] = [
  [
    'a leaf with another member',
    'leaf',
    ({ rows }) => entry(rows, 2, { leaf: rows.entries[2]?.leaf?.replace('"v":1}', '"w":1}') ?? '' }),
  ],
  ['a leaf with a space', 'leaf', ({ rows }) => entry(rows, 2, { leaf: `${rows.entries[2]?.leaf} ` })],
  ['a leaf as a JSON string', 'leaf', ({ rows }) => entry(rows, 2, { leaf: JSON.stringify(rows.entries[2]?.leaf) })],
  [
    'a leaf of another time',
    'leaf-hash',
    ({ rows }) => entry(rows, 2, { leaf: rows.entries[2]?.leaf?.replace('12:00:00', '12:00:01') ?? '' }),
  ],
  ['another leaf hash', 'leaf-hash', ({ rows }) => entry(rows, 2, { hash: another })],
  ['another time in a column', 'leaf-copy', ({ rows }) => entry(rows, 2, { columns: { time: at(1).time } })],
  ['a leaf that is gone', 'leaf-gone', ({ rows }) => entry(rows, 2, gone)],
  [
    'a place without an entry',
    'entry-missing',
    ({ rows }) => entry(rows, 2, { leaf: null, flush: null, hash: null, columns: { id: entryId(1) } }),
  ],
  ['an entry that is gone from the tree', 'tree-gap', ({ rows }) => rows.entries.splice(4, 1)],
  ['the end of the tree', 'tree-gap', ({ rows }) => rows.entries.splice(8)],
  ['an entry twice', 'sequence-gap', ({ rows }) => entry(rows, 3, { ...rows.entries[2], index: 3 })],
  [
    'entries in another order',
    'sequence-gap',
    ({ rows }) => {
      const [x, y] = [rows.entries[2], rows.entries[3]];
      entry(rows, 2, { ...y, index: 2 });
      entry(rows, 3, { ...x, index: 3 });
    },
  ],
  ['a flush that is gone', 'flush-missing', ({ rows }) => rows.flushes.get(a)?.splice(1, 1)],
  ['a flush with another number', 'flush-gap', ({ rows }) => flush(rows, a, 3, { number: 9 })],
  ['a flush that begins elsewhere', 'flush-place', ({ rows }) => flush(rows, a, 2, { first: 4 })],
  ['a flush with another count', 'flush-count', ({ rows }) => flush(rows, a, 2, { count: 3 })],
  [
    'a flush without entries',
    'flush-count',
    ({ rows }) => rows.flushes.set(c, [{ ...(rows.flushes.get(a)?.[0] as FlushRow), instance: c }]),
  ],
  ['a flush with another root', 'flush-root', ({ rows }) => flush(rows, a, 2, { root: other })],
  ['a flush after another', 'flush-chain', ({ rows }) => flush(rows, a, 2, { previous: other })],
  ['a flush with another head', 'flush-head', ({ rows }) => flush(rows, a, 2, { head: other })],
  [
    'a flush with another signature',
    'flush-signature',
    ({ rows }) => flush(rows, a, 2, { signature: Buffer.alloc(64) }),
  ],
  ['a flush by somebody else', 'unknown-key', ({ rows }) => flush(rows, a, 2, { key: another })],
  [
    'a key under the id of another',
    'key',
    ({ rows }) => {
      rows.keys = rows.keys.map((key) => ({ ...key, id: another }));
    },
  ],
  ['a tile with another hash', 'tile', ({ rows }) => rows.tiles.get('0/0')?.hashes.fill(1, 40, 41)],
  ['a tile that is gone', 'tile', ({ rows }) => rows.tiles.delete('0/0')],
  ['a tile too many', 'tile', ({ rows }) => rows.tiles.set('1/0', { level: 1, index: 0, hashes: other })],
  [
    'a note that was changed',
    'checkpoint',
    ({ rows }) => rows.checkpoints.push({ note: `${rows.checkpoints[0]?.note} `, stored: null }),
  ],
  [
    'another root beside a note',
    'checkpoint',
    ({ rows }) => {
      rows.checkpoints = rows.checkpoints.map(({ note, stored }) => ({
        note,
        stored: stored && { ...stored, root: other },
      }));
    },
  ],
  [
    'a note of another history',
    'checkpoint-root',
    (written, bring) => {
      const elsewhere = writtenLedger();
      elsewhere.flush(a, [permit(request(1))]);
      const trust = { checkpointKeys: [...written.trust.checkpointKeys, ...elsewhere.trust.checkpointKeys] };
      bring({ ...trust, notes: [{ where: 'theirs', note: elsewhere.sequence() }] });
    },
  ],
  [
    'a note of more than there is',
    'checkpoint-root',
    (written, bring) => {
      const { entries, size, checkpoints } = structuredClone({
        ...written.rows,
        tiles: undefined,
        policies: undefined,
      });
      const note = written.sequence();
      Object.assign(written.rows, { entries, size, checkpoints });
      bring({ notes: [{ where: 'mine', note }] });
    },
  ],
  [
    'every checkpoint that is gone',
    'checkpoint-none',
    ({ rows }) => {
      rows.checkpoints = [];
    },
  ],
  [
    'an entry in no queue',
    'tree-missing',
    ({ rows }) => {
      rows.pending = rows.pending.map((row) => ({ ...row, queued: null }));
    },
  ],
  [
    'another hash in the queue',
    'pending',
    ({ rows }) => {
      rows.pending = rows.pending.map((row) => ({ ...row, queued: another }));
    },
  ],
  [
    'a stranger in the queue',
    'pending',
    ({ rows }) => {
      rows.pending.push({
        ...(rows.pending[0] as EntryRow),
        leaf: null,
        flush: null,
        hash: null,
        columns: { id: entryId(1) },
      });
    },
  ],
  [
    'a mark by somebody else',
    'mark',
    ({ rows }) => {
      rows.marks = rows.marks.map(({ instance, text }) => ({
        instance,
        text: text.replace(/— .{43}/, `— ${another}`),
      }));
    },
  ],
  [
    'pending entries and their flush that are gone',
    'mark-missing',
    ({ rows }) => {
      rows.pending = [];
      rows.flushes.get(b)?.pop();
    },
  ],
  [
    'a receipt that was changed',
    'receipt',
    (written, bring) => {
      const receipt = written.receipt(a, 3, 0);
      bring({
        receipts: [{ where: 'mine', receipt: { ...receipt, leaf: receipt.leaf.replace('12:00:00', '12:00:01') } }],
      });
    },
  ],
  [
    'what a receipt was given for',
    'receipt-missing',
    (written, bring) => {
      const receipts = [{ where: 'mine', receipt: written.receipt(b, 3, 0) }];
      written.rows.pending = [];
      written.rows.marks = [];
      written.rows.flushes.get(b)?.pop();
      bring({ receipts });
    },
  ],
  ...tamperedStatements,
  [
    'openings beside a leaf that is gone',
    'opening-sealed',
    (written) => {
      written.flush(c, [plain('erasure', { scope: 'leaves', ranges: [{ instance: a, from: 3, to: 3 }] })]);
      entry(written.rows, 2, gone);
    },
  ],
  ['a hash of other length where the leaf is gone', 'leaf-hash', ({ rows }) => entry(rows, 2, { ...gone, hash: 'AA' })],
  [
    'openings of another entry',
    'opening-sealed',
    ({ rows }) => entry(rows, 2, { openings: rows.entries[3]?.openings ?? [] }),
  ],
  ['openings that are gone', 'opening-sealed', ({ rows }) => entry(rows, 2, { openings: [] })],
  [
    'an opening that is gone',
    'opening-sealed',
    ({ rows }) => entry(rows, 2, { openings: rows.entries[2]?.openings.slice(1) ?? [] }),
  ],
  [
    'openings in another order',
    'opening-sealed',
    ({ rows }) => entry(rows, 2, { openings: rows.entries[2]?.openings.toReversed() ?? [] }),
  ],
  [
    'an opening that nobody ordered erased',
    'opening-erased',
    ({ rows }) =>
      entry(rows, 2, {
        openings: (rows.entries[2]?.openings ?? []).map(([name, digest]) => [name, digest, 'erased']),
      }),
  ],
  ['a disclosure without a permit', 'link-permit', (written) => void written.flush(c, [disclosure(request(8))])],
  ['a disclosure twice over', 'link-permit', (written) => void written.flush(c, [disclosure(request(1))])],
  ['a consent that nobody asked for', 'link-consent', (written) => void written.flush(c, [consent('consent-given')])],
  [
    'a set that was never activated',
    'policy-unknown',
    (written) => {
      written.flush(c, [permit(request(8), { policySet: `sha256:${'00'.repeat(32)}` as typeof policySet })]);
    },
  ],
  ['files of another set', 'policy-files', ({ rows }) => rows.policies.get(policySet)?.splice(0, 1)],
  [
    'a token that dates something else',
    'timestamp',
    ({ rows }, bring) => {
      rows.timestamps.push({ size: 11, token: Buffer.of(1) });
      bring({ isTimestamp: () => false });
    },
  ],
  [
    'checkpoints that no witness saw',
    'witness',
    (_, bring) => {
      const { publicKey, check } = newSigner();
      bring({ witnesses: { witnesses: [{ name: 'theirs', publicKey, check }], quorum: 1 } });
    },
  ],
];
