import type { FlushHead } from './flush-head.ts';

/** Rows of the ledger as they are stored or exported. Nothing in them is believed. */
export interface FlushRow extends FlushHead {
  readonly head: Buffer;
  readonly key: string;
  readonly signature: Buffer;
}

export interface EntryRow {
  readonly id: string;
  readonly instance: string;
  readonly sequence: number;
  readonly flush: number;
  readonly leaf: string;
  readonly leafHash: Buffer;
  /** Copies of members of the leaf that are stored beside it to search by. */
  readonly copies: {
    readonly kind: string;
    readonly time: string;
    readonly purpose: string | null;
    readonly source: string | null;
    readonly recipient: string | null;
    readonly request: string | null;
  };
}

export interface TreeRow {
  readonly index: number;
  readonly entry: string;
  readonly leafHash: Buffer;
}

export interface LedgerProblem {
  /** What is wrong, as a stable code. */
  readonly code:
    | 'leaf'
    | 'leaf-hash'
    | 'leaf-copy'
    | 'sequence-gap'
    | 'flush-gap'
    | 'flush-count'
    | 'flush-root'
    | 'flush-chain'
    | 'flush-head'
    | 'flush-signature'
    | 'unknown-key'
    | 'tree-gap'
    | 'tree-entry'
    | 'tree-missing'
    | 'tree-order'
    | 'tree-node'
    | 'pending'
    | 'checkpoint'
    | 'checkpoint-root';
  /** Where: an entry id, `instance/number`, `tree/index` or `checkpoint/size`. Nothing personal. */
  readonly where: string;
}

export type Report = (problem: LedgerProblem) => void;
