import { z } from 'zod';
import type { Instant } from '../brand.ts';
import { canonical } from '../ledger/canonical.ts';
import type { JsonValue } from '../ledger/entry.ts';
import {
  type EncryptionKey,
  type EncryptionKeyOnRecord,
  encryptionKey,
  encryptionKeyOnRecord,
} from './encryption-key.ts';
import { jwkThumbprint } from './jwk-thumbprint.ts';
import { maxProofChars, readKeyProof } from './key-proof.ts';

/** More than a rotation needs: the newest, those before it while they still open something, and one that comes. */
export const maxEncryptionKeys = 4;

const proof = z.string().max(maxProofChars).nullable();

/** A key as it is registered from now on. */
export const registeredKey = z.strictObject({ jwk: encryptionKey, proof: proof.default(null) });
/** A key as the record has it. */
export const keyOnRecord = z.strictObject({ jwk: encryptionKeyOnRecord, proof: proof.default(null) });

/** An encryption key of a unit. `proof`: the unit's own signature over it (see `KeyProof`); null: it gave none. */
export interface RegisteredKey {
  readonly jwk: EncryptionKeyOnRecord;
  readonly proof: string | null;
}

/** A key with its proof in one spelling. By way of JSON: members that are left out and undefined are one thing. */
export function keyText({ jwk, proof }: RegisteredKey): string {
  return canonical(JSON.parse(JSON.stringify({ jwk, proof })) as JsonValue);
}

/**
 * - `sealed-to`: what is sealed now is sealed to this one
 * - `older`: a newer one takes its place; what was sealed to it before is opened with it
 * - `not-yet`, `over`: by its own proof
 * - `unfit`: of an algorithm or form to which nothing is sealed, or with a proof that cannot be read
 */
export type KeyStanding = 'sealed-to' | 'older' | 'not-yet' | 'over' | 'unfit';

export interface StandingKey {
  /** RFC 7638. */
  readonly thumbprint: string;
  readonly kid: string | null;
  readonly kty: EncryptionKeyOnRecord['kty'];
  readonly standing: KeyStanding;
  /** Whether the unit signed it. */
  readonly proven: boolean;
  /** Half-open, by its proof; null: it has no end. */
  readonly until: Instant | null;
}

/**
 * The key to which is sealed: the newest that is fit and in its time; null: nothing can be sealed.
 * @param keys the newest first
 */
export function keyInForce(keys: readonly RegisteredKey[], now: Instant): EncryptionKey | null {
  for (const key of keys) {
    const { jwk, term } = read(key);
    if (jwk !== null && isWithin(term, now)) return jwk;
  }
  return null;
}

/** A key that its unit signed: somebody else than the gateway can see whose it is. */
export interface ProvenKey {
  readonly jwk: EncryptionKey;
  readonly proof: string;
}

/** As `keyInForce`, among those that their unit signed. */
export function provenKeyInForce(keys: readonly RegisteredKey[], now: Instant): ProvenKey | null {
  for (const key of keys) {
    if (key.proof === null) continue;
    const jwk = keyInForce([key], now);
    if (jwk !== null) return { jwk, proof: key.proof };
  }
  return null;
}

/** How each key stands now, in the same order. */
export function standings(keys: readonly RegisteredKey[], now: Instant): readonly StandingKey[] {
  const inForce = keyInForce(keys, now);
  return keys.map((key) => {
    const { jwk, term } = read(key);
    return {
      thumbprint: jwkThumbprint(key.jwk),
      kid: key.jwk.kid ?? null,
      kty: key.jwk.kty,
      standing: standingOf(jwk, term, inForce, now),
      proven: key.proof !== null,
      until: term?.until ?? null,
    };
  });
}

function standingOf(
  jwk: EncryptionKey | null,
  term: Term | null,
  inForce: EncryptionKey | null,
  now: Instant,
): KeyStanding {
  if (jwk === null) return 'unfit';
  if (term !== null && now < term.from) return 'not-yet';
  if (term !== null && now >= term.until) return 'over';
  return jwk === inForce ? 'sealed-to' : 'older';
}

interface Term {
  readonly from: Instant;
  readonly until: Instant;
}

interface ReadKey {
  /** null: nothing is sealed to it. */
  readonly jwk: EncryptionKey | null;
  /** null: it has no proof, and so no end. */
  readonly term: Term | null;
}

/** Keys stand in the registry for long; what was read in one lives as long as it does. */
const known = new WeakMap<RegisteredKey, ReadKey>();

function read(key: RegisteredKey): ReadKey {
  const before = known.get(key);
  if (before !== undefined) return before;
  const fit = encryptionKey.safeParse(key.jwk);
  const proven = key.proof === null ? null : readKeyProof(key.proof);
  const unreadable = key.proof !== null && proven === null;
  const found = { jwk: fit.success && !unreadable ? fit.data : null, term: proven };
  known.set(key, found);
  return found;
}

function isWithin(term: Term | null, now: Instant): boolean {
  return term === null || (term.from <= now && now < term.until);
}
