import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../config.ts';
import { readCheckpoint } from '../core/ledger/checkpoint.ts';
import type { KeyRow } from '../core/ledger/ledger-rows.ts';
import type { MarkFile } from '../core/ledger/ledger-source.ts';
import { readNote } from '../core/ledger/note.ts';
import type { LedgerTrust } from '../core/ledger/verify/verify-ledger.ts';
import { timestampAnchors, verifyTimestamp } from '../crypto/timestamp.ts';
import { keyRing, noteVerifiers } from '../store/journal/key-ring.ts';
import { readWitnessFile } from '../witness-files.ts';
import { readReceiptFile } from './receipt-file.ts';
import { readReceiptKeys, receiptJwks } from './receipt-keys.ts';

/** What whoever verifies brings along, as the command line names it. */
export interface TrustOptions {
  readonly keys: readonly string[];
  readonly checkpoint: readonly string[];
  readonly receipt: readonly string[];
  readonly mark: readonly string[];
  readonly since?: string;
  readonly witnesses?: string;
  readonly tsaCa?: string;
  readonly signatures: boolean;
}

/** Public keys by what they may sign. */
export interface LedgerKeys {
  readonly flushJwks: readonly unknown[];
  /** Raw keys of the log. */
  readonly notes: readonly Buffer[];
}

/** A checkpoint in a file, or the size of one. Throws `ConfigError` for what is neither. */
export function readSince(text: string): { readonly size: number; readonly note: string | null } {
  if (/^[0-9]{1,15}$/.test(text)) return { size: Number(text), note: null };
  const note = readFileSync(text, 'utf8');
  const signed = readNote(note);
  const checkpoint = signed === null ? null : readCheckpoint(signed.text);
  if (checkpoint === null) throw new ConfigError([`${text}: is not a checkpoint as /ledger/checkpoint gives it`]);
  return { size: checkpoint.size, note };
}

/** Everything that is trusted or looked for. Throws `ConfigError` naming the file that cannot be used. */
export function trustFrom(options: TrustOptions, origin: string, keys: LedgerKeys): LedgerTrust {
  const since = options.since === undefined ? null : readSince(options.since);
  const sinceNote = since?.note ?? null;
  const notes = options.checkpoint.map((file) => ({ where: file, note: readFileSync(file, 'utf8') }));
  const anchors = options.tsaCa === undefined ? null : timestampAnchors(readFileSync(options.tsaCa));
  return {
    origin,
    keys: keyRing(keys.flushJwks),
    checkpointKeys: noteVerifiers(origin, keys.notes),
    signatures: options.signatures,
    since: since?.size ?? 0,
    notes: sinceNote === null ? notes : [...notes, { where: options.since ?? '', note: sinceNote }],
    receipts: options.receipt
      .flatMap((given) => (given === '-' ? [given] : filesIn(given, ['.json', '.json.gz'])))
      .map((file) => ({ where: file, receipt: readReceiptFile(file) })),
    marks: options.mark.flatMap(marksIn),
    witnesses: options.witnesses === undefined ? null : readWitnessFile(options.witnesses),
    isTimestamp: anchors === null ? null : (token, digest) => verifyTimestamp(token, digest, anchors).ok,
  };
}

const exported = z.object({ keys: z.array(z.object({ id: z.string(), use: z.string(), jwk: z.looseObject({}) })) });

/** The keys of these files. Throws `ConfigError` for one that has none. */
export function givenKeys(files: readonly string[], origin: string): LedgerKeys {
  const all = files.map((file): LedgerKeys => {
    const rows = exportedKeys(file);
    if (rows !== null) return keysOf(rows);
    const { flushJwks, noteJwks, logKeys } = readReceiptKeys([file]);
    const ofLog = logKeys.filter(({ name }) => name === origin).map(({ publicKey }) => publicKey);
    return { flushJwks, notes: [...rawKeys(noteJwks), ...ofLog] };
  });
  return { flushJwks: all.flatMap(({ flushJwks }) => flushJwks), notes: all.flatMap(({ notes }) => notes) };
}

/** Keys on record sign what they are for and nothing else. */
export function keysOf(rows: readonly Pick<KeyRow, 'use' | 'jwk'>[]): LedgerKeys {
  const of = (use: string) => rows.filter((row) => row.use === use).map(({ jwk }) => jwk);
  return { flushJwks: of('ledger'), notes: rawKeys(of('checkpoint')) };
}

/** null: not a file of keys as an export has it. */
function exportedKeys(file: string): z.infer<typeof exported>['keys'] | null {
  const text = readFileSync(file, 'utf8');
  if (!text.trimStart().startsWith('{')) return null;
  try {
    return exported.safeParse(JSON.parse(text)).data?.keys ?? null;
  } catch (error) {
    // Whoever reads it as a JWK set says what is wrong.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function rawKeys(jwks: readonly unknown[]): readonly Buffer[] {
  return receiptJwks(jwks).map(({ x }) => Buffer.from(x, 'base64url'));
}

function marksIn(given: string): readonly MarkFile[] {
  return filesIn(given, ['.mark']).map((file) => ({
    instance: path.basename(file, '.mark'),
    text: readFileSync(file, 'utf8'),
  }));
}

/** A file of any name, or those of a folder whose names end so, in order. Throws `ConfigError` where there are none. */
function filesIn(given: string, ends: readonly string[]): readonly string[] {
  if (!statSync(given).isDirectory()) return [given];
  const names = readdirSync(given).filter((name) => ends.some((end) => name.endsWith(end)));
  if (names.length === 0)
    throw new ConfigError([`${given}: holds no file with a name that ends in ${ends.join(' or ')}`]);
  return names.toSorted().map((name) => path.join(given, name));
}
