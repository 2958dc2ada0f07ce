import { describe, expect, test } from 'vitest';
import { openingsOf } from '../../../src/core/ledger/commitment.ts';
import type { Receipt } from '../../../src/core/ledger/entry.ts';
import { flushHeadHash, flushHeadText, noPreviousHead } from '../../../src/core/ledger/flush-head.ts';
import { writeLeaf } from '../../../src/core/ledger/leaf.ts';
import { treeOf } from '../../../src/core/ledger/merkle.ts';
import { verifyReceipt, writeReceipt } from '../../../src/core/ledger/receipt.ts';
import { newSigner } from '../../world/ledger-keys.ts';
import { draft } from './drafts.ts';

const instance = '01920000-0000-7000-b000-000000000001';
const signer = newSigner();
const keys = new Map([[signer.keyId, signer.check]]);

/** Receipts of a flush of five, the second of its instance. */
function receipts(number = 2, first = 4): Receipt[] {
  const written = [1, 2, 3, 4, 5].map((n, index) => {
    const openings = openingsOf(draft(n), Buffer.alloc(48, n));
    return { openings, leaf: writeLeaf(draft(n), { instance, sequence: first + index }, openings) };
  });
  const tree = treeOf(written.map(({ leaf }) => leaf.hash));
  const previous = number === 1 ? noPreviousHead : Buffer.alloc(32, 7);
  const head = { instance, number, first, count: 5, root: tree.root, previous };
  const signature = signer.sign(flushHeadText(head));
  return written.map(({ leaf, openings }, index) =>
    writeReceipt(
      { text: leaf.text, index, path: tree.inclusion(index) },
      { head, key: signer.keyId, signature },
      openings,
    ),
  );
}

const [, , receipt] = receipts();
if (receipt === undefined) throw new Error('five receipts were made');

describe('the flush head', () => {
  test('is seven lines of text, hashed as they are', () => {
    const head = { instance, number: 3, first: 12, count: 2, root: Buffer.alloc(32, 1), previous: Buffer.alloc(32, 2) };
    const text = [
      'sluis-flush-v1',
      instance,
      '3',
      '12',
      '2',
      'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE',
      'AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI',
      '',
    ].join('\n');
    expect(flushHeadText(head).toString()).toBe(text);
    expect(flushHeadHash(head)).toHaveLength(32);
  });
});

describe('a receipt', () => {
  test('proves each leaf of its flush offline, also after a journey as JSON', () => {
    for (const [index, one] of [...receipts(), ...receipts(1, 1)].entries()) {
      const result = verifyReceipt(JSON.parse(JSON.stringify(one)), keys);
      expect(result.ok && result.value.id).toBe(draft((index % 5) + 1).id);
    }
  });

  test('proves the same with fewer openings, or none', () => {
    expect(verifyReceipt({ ...receipt, openings: receipt.openings.slice(1) }, keys).ok).toBe(true);
    expect(verifyReceipt({ ...receipt, openings: [] }, keys).ok).toBe(true);
  });

  test('with an unknown key proves nothing', () => {
    expect(verifyReceipt(receipt, new Map())).toEqual({ ok: false, refusal: 'unknown-key' });
  });

  test('with another key under the same id proves nothing', () => {
    const imposter = new Map([[signer.keyId, newSigner().check]]);
    expect(verifyReceipt(receipt, imposter)).toEqual({ ok: false, refusal: 'bad-signature' });
  });

  test('with another or a doubled opening proves nothing', () => {
    const [first, ...rest] = receipt.openings;
    if (first === undefined) throw new Error('the receipt has openings');
    for (const openings of [
      [{ ...first, value: `${first.value}x` }, ...rest],
      [{ ...first, name: 'reference' }, ...rest],
      [{ ...first, salt: Buffer.alloc(16, 9).toString('base64url') }, ...rest],
      [{ ...first, name: 'toString' }],
      [first, first],
    ]) {
      expect(verifyReceipt({ ...receipt, openings }, keys)).toEqual({ ok: false, refusal: 'bad-opening' });
    }
  });

  test('with any other number, hash or text in it proves nothing', () => {
    const { flush } = receipt;
    const changes: Partial<Receipt['flush']>[] = [
      { instance: '01920000-0000-7000-b000-000000000002' },
      { number: 3 },
      { number: 1 },
      { first: 5 },
      { count: 6 },
      { count: 3 },
      { index: 1 },
      { path: flush.path.slice(1) },
      { path: [...flush.path].reverse() },
      { previous: Buffer.alloc(32, 8).toString('base64url') },
      { previous: noPreviousHead.toString('base64url') },
      { signature: Buffer.alloc(64).toString('base64url') },
      { signature: `${flush.signature}=` },
    ];
    for (const change of changes)
      expect(verifyReceipt({ ...receipt, flush: { ...flush, ...change } }, keys).ok).toBe(false);
    for (let at = 0; at < receipt.leaf.length; at++) {
      const leaf = `${receipt.leaf.slice(0, at)}${receipt.leaf[at] === '7' ? '8' : '7'}${receipt.leaf.slice(at + 1)}`;
      expect(verifyReceipt({ ...receipt, leaf }, keys).ok).toBe(false);
    }
  });

  test.each([
    [null],
    ['text'],
    [{}],
    [{ ...receipt, v: 2 }],
    [{ ...receipt, extra: 1 }],
    [{ ...receipt, openings: null }],
  ])('that is no receipt proves nothing: %#', (value) =>
    expect(verifyReceipt(value, keys)).toEqual({ ok: false, refusal: 'malformed' }),
  );
});
