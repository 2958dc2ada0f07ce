import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openingsOf } from '../../../src/core/ledger/commitment.ts';
import { type FinalReceipt, type ReceiptTrust, verifyFinalReceipt } from '../../../src/core/ledger/final-receipt.ts';
import { writeLeaf } from '../../../src/core/ledger/leaf.ts';
import { treeOf } from '../../../src/core/ledger/merkle.ts';
import { writeTlogProof } from '../../../src/core/ledger/tlog-proof.ts';
import { cosignedAt, logOrigin, WitnessedLog } from '../../world/final-receipts.ts';
import { realDisclosure, realPermit } from '../../world/real-entries.ts';
import { draft } from './drafts.ts';

const log = new WitnessedLog();
const good = log.receipt(draft(1), { index: 1_000_000, size: 1_048_600 });

function problemOf(receipt: unknown, trust: ReceiptTrust = log.trust) {
  const result = verifyFinalReceipt(receipt, trust);
  return result.ok ? null : result.refusal;
}

function with_(change: (proof: string) => string): FinalReceipt {
  const proof = change(good.proof);
  expect(proof).not.toBe(good.proof);
  return { ...good, proof };
}

describe('a final receipt', () => {
  test('proves the entry, its place and who saw it, also after a journey as JSON', () => {
    const result = verifyFinalReceipt(JSON.parse(JSON.stringify(good)), log.trust);
    expect(result).toMatchObject({
      ok: true,
      value: {
        leaf: { id: draft(1).id },
        index: 1_000_000,
        checkpoint: {
          origin: logOrigin,
          size: 1_048_600,
          cosigners: [
            { name: 'ap.example', time: cosignedAt },
            { name: 'gemeente.example', time: cosignedAt },
          ],
        },
      },
    });
  });

  test('proves every leaf of a real tree of any size', () => {
    for (const size of [1, 2, 3, 7, 8, 9]) {
      const written = Array.from({ length: size }, (_, n) => {
        const openings = openingsOf(draft(n), Buffer.alloc(48, n));
        return { openings, ...writeLeaf(draft(n), { instance: draft(9).id, sequence: n + 1 }, openings) };
      });
      const tree = treeOf(written.map(({ hash }) => hash));
      for (const [index, { text: leaf, openings }] of written.entries()) {
        const checkpoint = log.note(size, tree.root, 3);
        const proof = writeTlogProof({ index, path: tree.inclusion(index), checkpoint });
        expect(problemOf({ v: 2, leaf, openings, proof })).toBeNull();
        const elsewhere = writeTlogProof({ index: (index + 1) % size, path: tree.inclusion(index), checkpoint });
        if (size > 1) expect(problemOf({ v: 2, leaf, openings, proof: elsewhere })).toBe('misplaced');
      }
    }
  });

  test('of a person whose openings were erased still proves the leaf', () => {
    expect(problemOf({ ...good, openings: [] })).toBeNull();
    expect(problemOf({ ...good, openings: good.openings.slice(1) })).toBeNull();
  });

  test('says nothing of witnesses to a reader who knows none', () => {
    const result = verifyFinalReceipt(good, { ...log.trust, witnesses: null });
    expect(result.ok && result.value.checkpoint.cosigners).toEqual([]);
  });
});

describe('is refused', () => {
  const stranger = new WitnessedLog();

  test('under a log key that the reader does not know', () => {
    expect(problemOf(good, { ...log.trust, logKeys: () => [] })).toBe('unknown-key');
    expect(problemOf(good, { ...log.trust, logKeys: stranger.trust.logKeys })).toBe('unknown-key');
  });

  test('with fewer cosignatures than the quorum, or the same witness twice', () => {
    const one = log.receipt(draft(1), { index: 4, size: 9, cosigners: 1 });
    expect(problemOf(one)).toBe('unwitnessed');
    const line = one.proof.trimEnd().split('\n').at(-1);
    expect(problemOf({ ...one, proof: `${one.proof}${line}\n` })).toBe('unwitnessed');
    expect(problemOf(one, { ...log.trust, witnesses: { ...log.policy, quorum: 1 } })).toBeNull();
    expect(problemOf(one, { ...log.trust, witnesses: { ...log.policy, quorum: Number.NaN } })).toBe('unwitnessed');
    expect(problemOf(one, { ...log.trust, witnesses: stranger.policy })).toBe('unwitnessed');
  });

  test('with a cosignature of a known witness over something else', () => {
    const theirs = log.note(9, Buffer.alloc(32), 3).trimEnd().split('\n').at(-1);
    expect(problemOf({ ...good, proof: `${good.proof}${theirs}\n` })).toBe('unwitnessed');
  });

  test('when a signature by the log is over another note', () => {
    const other = log.note(1_048_600, Buffer.alloc(32, 1), 0).split('\n')[4];
    expect(problemOf(with_((proof) => proof.replace(/— sluis.*/, String(other))))).toBe('bad-signature');
  });

  test.each([
    ['another place', with_((proof) => proof.replace('index 1000000', 'index 1000001')), 'misplaced'],
    ['a place beyond the tree', with_((proof) => proof.replace('index 1000000', 'index 1048600')), 'misplaced'],
    ['a shorter path', with_((proof) => proof.replace(/(index .*\n).*\n/, '$1')), 'misplaced'],
    ['a longer path', with_((proof) => proof.replace(/(index .*\n)(.*\n)/, '$1$2$2')), 'misplaced'],
    ['another size', with_((proof) => proof.replace('\n1048600\n', '\n1048601\n')), 'bad-signature'],
    ['another origin', with_((proof) => proof.replace('\nsluis.test', '\nsluis.best')), 'unknown-key'],
    ['an extension line', with_((proof) => proof.replace('\n\n—', '\nmore\n\n—')), 'bad-signature'],
    ['no signature', with_((proof) => proof.replace(/\n— [\s\S]*/, '\n')), 'malformed'],
    ['a line that is no signature', with_((proof) => `${proof}hello\n`), 'malformed'],
    ['a leaf of another person', { ...good, leaf: log.receipt(draft(2), { index: 1, size: 2 }).leaf }, 'misplaced'],
    ['a leaf with a space', { ...good, leaf: good.leaf.replace(',', ', ') }, 'malformed'],
    ['another version', { ...good, v: 3 }, 'malformed'],
    ['a member more', { ...good, more: 1 }, 'malformed'],
    ['a member less', { v: 2, leaf: good.leaf, proof: good.proof }, 'malformed'],
    ['an opening twice', { ...good, openings: [...good.openings, ...good.openings] }, 'bad-opening'],
    ['a salt of 15 bytes', opened({ salt: 'A'.repeat(20) }), 'malformed'],
    ['another salt', opened({ salt: `${'A'.repeat(21)}Q` }), 'bad-opening'],
    ['another value', opened({ value: 'somebody else' }), 'bad-opening'],
    ['another name', opened({ name: 'user' }), 'bad-opening'],
    ['a name of every object', opened({ name: 'constructor' }), 'bad-opening'],
    ['half a character', opened({ value: '\ud800' }), 'bad-opening'],
    ['nothing', null, 'malformed'],
    ['text', JSON.stringify(good), 'malformed'],
  ])('with %s', (_, receipt, problem) => {
    expect(problemOf(receipt)).toBe(problem);
  });

  function opened(change: object) {
    return {
      ...good,
      openings: good.openings.map((opening, index) => (index === 0 ? { ...opening, ...change } : opening)),
    };
  }
});

test('no byte of a leaf, an opening, a path or a checkpoint can change unseen, and nothing makes it throw', () => {
  const bytes = Buffer.from(JSON.stringify(good));
  const said = JSON.stringify(verifyFinalReceipt(good, log.trust));
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ flip, at);
      const receipt = parse(changed.toString());
      expect(receipt === undefined ? 'malformed' : (problemOf(receipt) ?? said)).not.toBe(said);
    }),
    { numRuns: 3_000 },
  );
});

test('whatever is given, the answer is yes or no', () => {
  fc.assert(
    fc.property(fc.anything(), fc.string({ unit: 'binary' }), (value, text) => {
      expect(problemOf(value)).not.toBeNull();
      expect(problemOf({ ...good, proof: text })).toBe('malformed');
      expect(problemOf({ ...good, leaf: text })).toBe('malformed');
    }),
  );
});

describe('with two Ed25519 cosignatures in a ledger of more than a million entries', () => {
  const place = { index: 1_048_000, size: 1_048_577 };
  const kilobytes = (receipt: FinalReceipt) => ({
    json: Buffer.byteLength(JSON.stringify(receipt)),
    gzip: gzipSync(JSON.stringify(receipt), { level: 9 }).length,
  });

  test('a disclosure of ten fields is no more than 2.5 KB, a permit no more than that compressed', () => {
    const disclosure = kilobytes(
      log.receipt(realDisclosure, place, (all) => all.filter(({ name }) => name === 'subject')),
    );
    const permit = kilobytes(
      log.receipt(realPermit, place, (all) => all.filter(({ name }) => !['subject', 'conditions'].includes(name))),
    );
    expect(disclosure.json).toBeLessThanOrEqual(2_560);
    expect(disclosure.gzip).toBeLessThanOrEqual(2_048);
    expect(permit.gzip).toBeLessThanOrEqual(2_560);
  });
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
