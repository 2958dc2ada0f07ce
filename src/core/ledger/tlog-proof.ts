import { fromBase64 } from './encoding.ts';

/** C2SP tlog-proof: one entry of a log, and the checkpoint that covers it. */
export interface TlogProof {
  /** Position of the entry in the tree, from 0. */
  readonly index: number;
  /** RFC 6962 inclusion path, from the leaf's sibling up. */
  readonly path: readonly Buffer[];
  /** The note of the checkpoint as it was published, cosignatures included. */
  readonly checkpoint: string;
}

const firstLine = 'c2sp.org/tlog-proof@v1';
/** No tree of safe size has a longer path. */
const maxPath = 53;

export function writeTlogProof({ index, path, checkpoint }: TlogProof): string {
  const lines = [firstLine, `index ${index}`, ...path.map((hash) => hash.toString('base64'))];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/**
 * The parts of a proof, or null when a byte of it is not as it must be. Nothing is verified by it, and the
 * note is not opened. Receipts need no `extra` line, so a proof with one is none here.
 */
export function readTlogProof(text: string): TlogProof | null {
  const border = text.indexOf('\n\n');
  if (border < 0) return null;
  const [first, indexLine = '', ...hashLines] = text.slice(0, border).split('\n');
  const [, digits] = /^index (0|[1-9][0-9]{0,15})$/.exec(indexLine) ?? [];
  const index = Number(digits ?? Number.NaN);
  if (first !== firstLine || !Number.isSafeInteger(index) || hashLines.length > maxPath) return null;
  const path: Buffer[] = [];
  for (const line of hashLines) {
    const hash = fromBase64(line);
    if (hash?.length !== 32) return null;
    path.push(hash);
  }
  return { index, path, checkpoint: text.slice(border + 2) };
}
