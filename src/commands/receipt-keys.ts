import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from '../config.ts';
import { fromBase64Url, toBase64Url } from '../core/ledger/encoding.ts';
import { readVerifierKey, signatureTypes } from '../core/ledger/verifier-key.ts';

/** Public keys that somebody holds receipts against. */
export interface ReceiptKeys {
  /** Ed25519 keys of a gateway that sign flushes, as JWKs. */
  readonly flushJwks: readonly unknown[];
  /** Those that sign checkpoints, of whatever name. */
  readonly noteJwks: readonly unknown[];
  /** Keys of logs that are believed under their own name alone. */
  readonly logKeys: readonly { readonly name: string; readonly publicKey: Buffer }[];
}

const jwk = z.looseObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().refine((x) => fromBase64Url(x, 32) !== null),
});
const jwkSet = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) });

/**
 * Keys of files: each a JWK set as the gateway publishes it (`/.well-known/jwks.json`), `keys.json` of an export, or
 * lines with verifier keys (`name+id+key`). Throws `ConfigError` for a file that is
 * none of these, or that has no key to check a receipt with.
 */
export function readReceiptKeys(files: readonly string[]): ReceiptKeys {
  const read = files.map((file) => keysIn(file, readFileSync(file, 'utf8')));
  return {
    flushJwks: read.flatMap(({ flushJwks }) => flushJwks),
    noteJwks: read.flatMap(({ noteJwks }) => noteJwks),
    logKeys: read.flatMap(({ logKeys }) => logKeys),
  };
}

/** Of JWKs those that can sign receipts. */
export function receiptJwks(jwks: readonly unknown[]) {
  return jwks.flatMap((each) => jwk.safeParse(each).data ?? []);
}

/** The raw key as the page that checks receipts carries it. */
export function encodedKey({ publicKey }: { readonly publicKey: Buffer }): string {
  return toBase64Url(publicKey);
}

function keysIn(file: string, text: string): ReceiptKeys {
  const keys = text.trimStart().startsWith('{') ? ofJson(file, text) : ofLines(file, text);
  if (keys.flushJwks.length + keys.noteJwks.length + keys.logKeys.length === 0) {
    throw new ConfigError([`${file}: has no Ed25519 key to check a receipt with`]);
  }
  return keys;
}

/** A key signs what it is published for; one that does not say for what signs nothing here. */
const saysNoUse =
  'does not say what each key signs ("sluis_use": "ledger" or "checkpoint"): ' +
  'fetch it again from /.well-known/jwks.json of the gateway';

/** As `keys.json` of an export has them. */
const exportedKeys = z.looseObject({
  keys: z.array(z.looseObject({ use: z.string(), jwk: z.looseObject({}) })).min(1),
});

function ofJson(file: string, text: string): ReceiptKeys {
  const value = json(file, text);
  const exported = exportedKeys.safeParse(value).data;
  if (exported === undefined) return ofJwkSet(file, value);
  refusePrivate(
    file,
    exported.keys.map((key) => key.jwk),
  );
  const of = (use: string) => receiptJwks(exported.keys.filter((key) => key.use === use).map((key) => key.jwk));
  return { flushJwks: of('ledger'), noteJwks: of('checkpoint'), logKeys: [] };
}

function refusePrivate(file: string, jwks: readonly object[]): void {
  if (jwks.some((key) => 'd' in key || 'k' in key)) {
    throw new ConfigError([`${file}: holds a private key; give the public ones alone`]);
  }
}

function ofJwkSet(file: string, value: unknown): ReceiptKeys {
  const parsed = jwkSet.safeParse(value);
  if (!parsed.success) throw new ConfigError([`${file}: is not a JWK set: an object with a list "keys"`]);
  refusePrivate(file, parsed.data.keys);
  const keys = receiptJwks(parsed.data.keys);
  if (keys.length > 0 && !keys.some((key) => 'sluis_use' in key)) throw new ConfigError([`${file}: ${saysNoUse}`]);
  const of = (use: string) => keys.filter((key) => key.sluis_use === use);
  return { flushJwks: of('ledger'), noteJwks: of('checkpoint'), logKeys: [] };
}

function ofLines(file: string, text: string): ReceiptKeys {
  const lines = text.split('\n').map((line) => line.trim());
  const logKeys = lines.flatMap((line, index) => {
    if (line === '' || line.startsWith('#')) return [];
    const key = readVerifierKey(line);
    if (key === null) throw new ConfigError([`${file}:${index + 1}: is not a verifier key (name+id+key)`]);
    return key.type === signatureTypes.ed25519 ? [{ name: key.name, publicKey: key.publicKey }] : [];
  });
  return { flushJwks: [], noteJwks: [], logKeys };
}

function json(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ConfigError([`${file}: is not JSON`]);
    throw error;
  }
}
