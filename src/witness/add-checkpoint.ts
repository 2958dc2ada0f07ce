import { fromBase64 } from '../core/ledger/encoding.ts';

/** C2SP tlog-witness: what a log asks of a witness. */
export interface AddCheckpoint {
  /** Size of the checkpoint that the witness cosigned last, as far as the log knows; 0: none. */
  readonly old: number;
  /** RFC 6962 consistency from that size to the size of the note. */
  readonly proof: readonly Buffer[];
  readonly note: string;
}

/** So many hashes prove the consistency of any two sizes below 2^63. */
const mostHashes = 63;

/** Media type of the answer that says which size the witness has. */
export const sizeType = 'text/x.tlog.size';

export function writeAddCheckpoint({ old, proof, note }: AddCheckpoint): string {
  return [`old ${old}`, ...proof.map((hash) => hash.toString('base64')), '', note].join('\n');
}

/** Null when a line is not as it must be. The note is as yet unread. */
export function readAddCheckpoint(body: string): AddCheckpoint | null {
  const border = body.indexOf('\n\n');
  const [first = '', ...lines] = border < 0 ? [] : body.slice(0, border).split('\n');
  const old = readSize(/^old (.*)$/.exec(first)?.[1] ?? '');
  if (old === null || lines.length > mostHashes) return null;
  const proof = lines.map((line) => fromBase64(line));
  if (!proof.every((hash) => hash?.length === 32)) return null;
  return { old, proof: proof.filter((hash) => hash !== null), note: body.slice(border + 2) };
}

/** A size in decimals without leading zeros; null for anything else. */
export function readSize(text: string): number | null {
  const size = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : null;
}
