import { fromBase64, sha256 } from './encoding.ts';

/** Signature types of C2SP signed-note that are known here. */
export const signatureTypes = {
  /** Ed25519 over the text of the note: how a log signs. */
  ed25519: 0x01,
  /** Ed25519 over a time and the text: how a witness cosigns. */
  ed25519Cosignature: 0x04,
  /** ML-DSA-44 over a time, the names, the size and the root: a cosignature that outlasts quantum computers. */
  mlDsa44Cosignature: 0x06,
} as const;

/** Length in bytes of the raw public key of each type. */
const keyLengths: ReadonlyMap<number, number> = new Map([
  [signatureTypes.ed25519, 32],
  [signatureTypes.ed25519Cosignature, 32],
  [signatureTypes.mlDsa44Cosignature, 1312],
]);

/** A public key under the name that its signatures carry. */
export interface VerifierKey {
  readonly name: string;
  readonly type: number;
  /** Raw: 32 bytes for Ed25519, 1312 for ML-DSA-44. */
  readonly publicKey: Buffer;
}

/** First four bytes of SHA-256 over name, newline, type and key. */
export function verifierKeyId({ name, type, publicKey }: VerifierKey): Buffer {
  return sha256(name, '\n', Buffer.of(type), publicKey).subarray(0, 4);
}

/** `name+hex id+base64( type ‖ key )`, as logs and witnesses exchange it. */
export function writeVerifierKey(key: VerifierKey): string {
  const material = Buffer.concat([Buffer.of(key.type), key.publicKey]).toString('base64');
  return `${key.name}+${verifierKeyId(key).toString('hex')}+${material}`;
}

/** The key of such a text, or null: another spelling, an id that is not the key's, or a type that is not known here. */
export function readVerifierKey(text: string): VerifierKey | null {
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text) ?? [];
  const material = fromBase64(encoded);
  const type = material?.[0];
  if (material === null || type === undefined || !isKeyName(name)) return null;
  const key: VerifierKey = { name, type, publicKey: material.subarray(1) };
  if (keyLengths.get(type) !== key.publicKey.length) return null;
  return verifierKeyId(key).toString('hex') === id ? key : null;
}

/** Not empty, and without spaces (of any alphabet), control characters and plus signs. */
export function isKeyName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a name may not have
  return name.isWellFormed() && /^[^\s+\u0000-\u001f\u007f\u0085]+$/.test(name);
}
