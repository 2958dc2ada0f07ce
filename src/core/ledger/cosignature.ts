import type { Checkpoint } from './checkpoint.ts';
import { type NoteSignature, signatureLine } from './note.ts';
import type { CheckSignature } from './ports.ts';
import { signatureTypes, type VerifierKey } from './verifier-key.ts';

/** A key that cosigns, with the calculation that checks what it signed. */
export interface CosignerKey extends VerifierKey {
  readonly check: CheckSignature;
}

/** The part of a checkpoint that a cosignature is about. */
type CosignedTree = Pick<Checkpoint, 'origin' | 'size' | 'root'>;

const timeLength = 8;
const signatureLengths: ReadonlyMap<number, number> = new Map([
  [signatureTypes.ed25519Cosignature, 64],
  [signatureTypes.mlDsa44Cosignature, 2420],
]);

/**
 * C2SP tlog-cosignature: what a cosigner signs to say that at that time this was the largest tree of the
 * log that it had seen, and that it continues every one before. `time` in whole POSIX seconds, `text` the
 * signed text of the checkpoint. Throws `RangeError` for a key of a type that does not cosign.
 */
export function cosignatureMessage(key: VerifierKey, time: number, text: string, tree: CosignedTree): Buffer {
  if (key.type === signatureTypes.ed25519Cosignature) return Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
  if (key.type !== signatureTypes.mlDsa44Cosignature) throw new RangeError('a key of this type does not cosign');
  return Buffer.concat([
    Buffer.from('subtree/v1\n\0'),
    shortText(key.name),
    unsigned64(time),
    shortText(tree.origin),
    unsigned64(0),
    unsigned64(tree.size),
    tree.root,
  ]);
}

/** One line to add to the note. Throws as `cosignatureMessage`. */
export function cosignatureLine(
  key: VerifierKey,
  sign: (message: Buffer) => Buffer,
  on: { readonly text: string; readonly tree: CosignedTree; readonly time: number },
): string {
  const signature = sign(cosignatureMessage(key, on.time, on.text, on.tree));
  return signatureLine(key, Buffer.concat([unsigned64(on.time), signature]));
}

/** When the cosigner says that it saw the tree, in POSIX seconds; null when it did not sign this. */
export function verifyCosignature(
  signature: NoteSignature,
  key: CosignerKey,
  text: string,
  tree: CosignedTree,
): number | null {
  if (signature.bytes.length !== timeLength + (signatureLengths.get(key.type) ?? Number.NaN)) return null;
  const time = Number(signature.bytes.readBigUInt64BE(0));
  if (!Number.isSafeInteger(time) || !fitsLength(key.name) || !fitsLength(tree.origin)) return null;
  const message = cosignatureMessage(key, time, text, tree);
  return key.check(message, signature.bytes.subarray(timeLength)) ? time : null;
}

function unsigned64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** As TLS presents it: one byte of length, from 1 to 255, and the text. */
function shortText(text: string): Buffer {
  if (!fitsLength(text)) throw new RangeError('a name of 1 to 255 bytes is signed');
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

function fitsLength(text: string): boolean {
  const { length } = Buffer.from(text);
  return length > 0 && length <= 255;
}
