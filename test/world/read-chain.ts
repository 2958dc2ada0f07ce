import type pg from 'pg';
import { expect } from 'vitest';
import { type FlushHead, flushHeadHash, flushHeadText, noPreviousHead } from '../../src/core/ledger/flush-head.ts';
import { treeOf } from '../../src/core/ledger/merkle.ts';
import type { CheckSignature } from '../../src/core/ledger/ports.ts';
import { leafHash } from '../../src/core/ledger/tree-hash.ts';

/** What a test looks at in a leaf. */
export interface ReadLeaf {
  readonly kind: string;
  readonly id: string;
  readonly sequence: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ReadFlush {
  readonly head: FlushHead;
  readonly leaves: readonly ReadLeaf[];
}

interface Row {
  number: number;
  first: number;
  count: number;
  root: Buffer;
  previous: Buffer;
  signature: Buffer;
  leaves: string[];
}

/**
 * The flushes of one instance as they are on record. Each number follows the one before, and each head is the signed
 * one of exactly its leaves: expected here, so that every test that reads a chain shows it.
 */
export async function readChain(
  owner: pg.Pool,
  instance: string,
  check: CheckSignature,
): Promise<readonly ReadFlush[]> {
  const { rows } = await owner.query<Row>(
    `SELECT f.number, f.first, f.count, f.root, f.previous, f.signature,
       (SELECT array_agg(e.leaf ORDER BY e.sequence) FROM ledger_entry e
        WHERE e.instance = f.instance AND e.flush = f.number) AS leaves
     FROM ledger_flush f WHERE f.instance = $1 ORDER BY f.number`,
    [instance],
  );
  let expected = { number: 1, first: 1, previous: noPreviousHead };
  return rows.map(({ number, first, count, previous, signature, leaves: texts }) => {
    const root = treeOf(texts.map((text) => leafHash(text))).root;
    const head = { instance, number, first, count, root, previous };
    const leaves = texts.map((text): ReadLeaf => JSON.parse(text));
    expect({ number, first, previous }).toEqual(expected);
    expect(leaves.map(({ sequence }) => sequence)).toEqual(leaves.map((_, index) => first + index));
    expect(count).toBe(leaves.length);
    expect(check(flushHeadText(head), signature)).toBe(true);
    expected = { number: number + 1, first: first + count, previous: flushHeadHash(head) };
    return { head, leaves };
  });
}
