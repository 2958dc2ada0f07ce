import { hkdfSync } from 'node:crypto';
import type { LedgerSigner } from '../core/ledger/ports.ts';
import { KeyFileError, type KeyPlaces, keyFileOf, readRing } from './key-files.ts';
import type { WrittenKey } from './key-ring-text.ts';
import { isSigningUse, type KeyUse, keyUses, type SecretUse, type SigningUse } from './key-uses.ts';
import type { Token } from './pkcs11.ts';
import { type SecretKey, softwareSecret } from './secret-key.ts';
import { type PublishedKey, retiredKey, softwareSigner } from './signing-key.ts';

/** The keys of one use, by what they are for now. */
export interface Ring<Key> {
  readonly current: Key;
  readonly next: Key | null;
  readonly old: readonly Key[];
}

export interface SigningRing extends Ring<LedgerSigner> {
  readonly retired: readonly PublishedKey[];
}

/** Every key of a gateway at one moment. */
export type KeyMaterial = Readonly<Record<SigningUse, SigningRing>> & Readonly<Record<SecretUse, Ring<SecretKey>>>;

/** Everything that may read: the current key first. */
export function readable<Key>({ current, next, old }: Ring<Key>): readonly Key[] {
  return next === null ? [current, ...old] : [current, next, ...old];
}

/** Reads every key. `token` is asked for those that it keeps. Throws `KeyFileError`. */
export function readKeyMaterial(places: KeyPlaces, token: () => Token): KeyMaterial {
  const signing = (use: SigningUse): SigningRing => {
    const ring = readRing(places, use);
    const where = placeOf(places, use);
    const open = (key: WrittenKey): LedgerSigner =>
      key.form === 'token' ? token().signer(key.text) : usable(softwareSigner(key.text), where);
    return {
      ...insistOnDifferent(mapRing(ring, open), ({ keyId }) => keyId, where),
      retired: ring.retired.map(({ text }) => usable(retiredKey(text), where)),
    };
  };
  const secret = (use: SecretUse): Ring<SecretKey> => {
    const ring = readRing(places, use);
    const purpose = use === 'lookup' ? 'hmac' : 'aes';
    const open = ({ form, text }: WrittenKey): SecretKey =>
      form === 'token' ? token().secret(text, purpose) : softwareSecret(Buffer.from(text, 'base64url'), purpose);
    return insistOnDifferent(mapRing(ring, open), ({ id }) => id, placeOf(places, use));
  };
  return {
    ledger: signing('ledger'),
    checkpoint: signing('checkpoint'),
    answers: signing('answers'),
    lookup: secret('lookup'),
    data: secret('data'),
    wrapping: secret('wrapping'),
    users: secret('users'),
    unknown: { current: softwareSecret(unknownPersonBytes(places), 'aes'), next: null, old: [] },
  };
}

/** The key for openings about nobody known: one for ever, because what it sealed stays. Throws `KeyFileError`. */
export function unknownPersonBytes(places: KeyPlaces): Buffer {
  const ring = readRing(places, 'unknown');
  if (ring.current.form !== 'secret' || ring.next !== null || ring.old.length > 0) {
    throw new KeyFileError(placeOf(places, 'unknown'), 'must hold one key, and not the name of one in a token');
  }
  return Buffer.from(ring.current.text, 'base64url');
}

/**
 * That key for a gateway from before it stood in a file of its own: derived from the first wrapping key, as it
 * was then. Throws `KeyFileError` where that key is not here.
 */
export function firstUnknownPersonKey(places: KeyPlaces): WrittenKey {
  const { current, old } = readRing(places, 'wrapping');
  if (current.form !== 'secret' || old.length > 0) {
    throw new KeyFileError(placeOf(places, 'unknown'), 'is missing; restore it from a backup');
  }
  const bytes = Buffer.from(current.text, 'base64url');
  const derived = Buffer.from(hkdfSync('sha256', bytes, Buffer.alloc(0), 'dummy-subject-key', 32));
  return { form: 'secret', text: derived.toString('base64url') };
}

/** Every file that keys are read from, for whoever watches them. */
export function keyFiles(places: KeyPlaces): readonly string[] {
  return keyUses.flatMap((use) => keyFileOf(places, use) ?? []);
}

export function placeOf(places: KeyPlaces, use: KeyUse): string {
  return keyFileOf(places, use) ?? places.files?.[use] ?? use;
}

function mapRing<Key>(
  ring: { readonly current: WrittenKey; readonly next: WrittenKey | null; readonly old: readonly WrittenKey[] },
  open: (key: WrittenKey) => Key,
): Ring<Key> {
  return { current: open(ring.current), next: ring.next === null ? null : open(ring.next), old: ring.old.map(open) };
}

function insistOnDifferent<Key>(ring: Ring<Key>, idOf: (key: Key) => string, where: string): Ring<Key> {
  const ids = readable(ring).map(idOf);
  if (new Set(ids).size < ids.length) throw new KeyFileError(where, 'holds one key twice');
  return ring;
}

function usable<Key>(key: Key | 'unreadable' | 'other-kind', where: string): Key {
  if (key === 'unreadable') throw new KeyFileError(where, 'is not a private key in PEM');
  if (key === 'other-kind') throw new KeyFileError(where, 'is not an Ed25519 key');
  return key as Key;
}

/** One key of a gateway, as it is told and put on record: never the key itself. */
export interface KeyVersion {
  readonly use: KeyUse;
  /** Thumbprint of a signing key; 16 hexadecimal digits of a secret. */
  readonly id: string;
  readonly state: 'current' | 'next' | 'overlap';
  /** Public half; null for a secret. */
  readonly jwk: Readonly<Record<string, unknown>> | null;
}

export function versionsOf(material: KeyMaterial): readonly KeyVersion[] {
  return keyUses.flatMap((use) => {
    const told = <Key>(ring: Ring<Key>, tell: (key: Key) => Pick<KeyVersion, 'id' | 'jwk'>): KeyVersion[] => [
      { use, state: 'current', ...tell(ring.current) },
      ...(ring.next === null ? [] : [{ use, state: 'next' as const, ...tell(ring.next) }]),
      ...ring.old.map((key) => ({ use, state: 'overlap' as const, ...tell(key) })),
    ];
    return isSigningUse(use)
      ? told(material[use], ({ keyId, jwk }) => ({ id: keyId, jwk }))
      : told(material[use], ({ id }) => ({ id, jwk: null }));
  });
}
