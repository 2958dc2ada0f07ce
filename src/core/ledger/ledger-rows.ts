import type { Leaf } from './entry.ts';
import type { FlushHead } from './flush-head.ts';
import { requestOf } from './leaf.ts';

/** Rows of the ledger as they are stored or exported. Nothing in them is believed. */
export interface FlushRow extends FlushHead {
  readonly head: Buffer;
  readonly key: string;
  readonly signature: Buffer;
}

export interface EntryRow {
  /** Position in the tree; null: it waits for one. */
  readonly index: number | null;
  /**
   * The exact text; null: it is gone. A stored text that is no JSON object on one line stands as a JSON
   * string, which is never a good leaf.
   */
  readonly leaf: string | null;
  /** Number of its flush; null: no such entry is stored. */
  readonly flush: number | null;
  /** Leaf hash as stored, base64url; null: no such entry is stored. */
  readonly hash: string | null;
  /** In order of their names. */
  readonly openings: readonly OpeningRow[];
  /** Stored columns that do not say what the leaf says; all that are not null when it is gone. */
  readonly columns: Partial<StoredColumns> | null;
  /** Leaf hash in the queue for the tree, base64url; null: it is not queued. */
  readonly queued: string | null;
}

/** `digest` is base64url SHA-256 of the ciphertext, which an erased opening leaves behind. */
export type OpeningRow = readonly [name: string, digest: string, state: 'kept' | 'erased'];

/** Copies of members of a leaf that are stored beside it to search by. */
export interface StoredColumns {
  readonly id: string;
  readonly instance: string;
  readonly sequence: number;
  readonly kind: string;
  readonly time: string;
  readonly purpose: string | null;
  readonly source: string | null;
  readonly recipient: string | null;
  readonly request: string | null;
}

export interface CheckpointRow {
  readonly note: string;
  /** As stored beside the note; null: it was kept outside the database. */
  readonly stored: { readonly size: number; readonly root: Buffer; readonly at: string } | null;
}

export interface KeyRow {
  /** RFC 7638 thumbprint. */
  readonly id: string;
  readonly use: string;
  readonly alg: string;
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  readonly retiredAt: string | null;
}

/** A stored leaf as a row holds it, with the columns beside it that say something else. */
export function besideLeaf(
  text: string | null,
  stored: StoredColumns,
): { readonly leaf: string | null; readonly columns: Partial<StoredColumns> | null } {
  const value = text === null ? null : jsonObject(text);
  const leaf = text === null ? null : value === null ? JSON.stringify(text.slice(0, longestText)) : text;
  const said = value === null ? {} : { ...value, request: requestIn(value) };
  const columns = Object.entries(stored).filter(([name, column]) =>
    value === null ? column !== null : column !== (said as Record<string, unknown>)[name],
  );
  return { leaf, columns: columns.length === 0 ? null : Object.fromEntries(columns) };
}

const longestText = 65_535;

/** The object that one line of JSON holds; null for anything else. */
function jsonObject(text: string): Partial<Leaf> | null {
  if (!text.startsWith('{') || text.length > longestText || text.includes('\n')) return null;
  try {
    return JSON.parse(text) as Partial<Leaf>;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function requestIn({ body }: Partial<Leaf>): string | null {
  return typeof body === 'object' && body !== null ? requestOf(body) : null;
}
