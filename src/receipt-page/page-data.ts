import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Instant } from '../core/brand.ts';
import type { Citation, Label } from '../core/category/catalogue.ts';
import type { WitnessPolicy } from '../core/ledger/witnessed.ts';
import type { PartnerRegistry } from '../core/partner/partner.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';

/** A raw Ed25519 public key, base64url, under the name of whoever signs with it. */
interface NamedKey {
  readonly name: string;
  readonly key: string;
}

/** Whom the page believes. */
export interface PageTrust {
  /** Name of the log; null: any that one of the keys signed for. */
  readonly origin: string | null;
  /** Public keys that sign flushes, by key id (RFC 7638 thumbprint): base64url, 32 bytes. */
  readonly keys: Readonly<Record<string, string>>;
  /** Public keys that sign checkpoints: base64url, 32 bytes. */
  readonly noteKeys: readonly string[];
  /** Keys of logs that are believed under that name alone. */
  readonly logKeys: readonly NamedKey[];
  /** null: the page can check no witnesses, and says so. */
  readonly witnesses: { readonly quorum: number; readonly keys: readonly NamedKey[] } | null;
}

/** What ids in a leaf mean. */
export interface PageNames {
  readonly units: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, Label>>;
  readonly purposes: Readonly<Record<string, { readonly reason: Label; readonly law: readonly Label[] }>>;
}

/** What the page carries beside its own text. */
export interface ReceiptPageData {
  readonly trust: PageTrust;
  readonly names: PageNames;
  readonly madeAt: Instant;
}

/**
 * Witnesses as the page can check them: browsers have Ed25519 alone. Of a checkpoint that reaches the quorum at least
 * so many of them have cosigned as the quorum has more than there are others.
 */
export function pageWitnesses({ witnesses, quorum }: WitnessPolicy): PageTrust['witnesses'] {
  const checkable = witnesses.filter(({ publicKey }) => publicKey.length === 32);
  const least = quorum - (witnesses.length - checkable.length);
  if (least < 1) return null;
  return {
    quorum: least,
    keys: checkable.map(({ name, publicKey }) => ({ name, key: publicKey.toString('base64url') })),
  };
}

const ed25519 = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});

/** The Ed25519 keys among public JWKs, each under its own thumbprint: an id that somebody wrote beside a key is not believed. */
export function pageKeys(jwks: readonly unknown[]): PageTrust['keys'] {
  return Object.fromEntries(
    jwks.flatMap((jwk) => {
      const { data: key } = ed25519.safeParse(jwk);
      return key === undefined ? [] : [[thumbprint(key), key.x]];
    }),
  );
}

/** The Ed25519 keys among these, as checkpoints are signed with them. */
export function pageNoteKeys(jwks: readonly unknown[]): PageTrust['noteKeys'] {
  return Object.values(pageKeys(jwks));
}

/** RFC 7638. */
function thumbprint({ crv, kty, x }: z.infer<typeof ed25519>): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
}

/** Names by the policies and the registry as they are now: a receipt itself holds ids alone. */
export function pageNames(
  { catalogue }: Pick<PolicySet, 'catalogue'>,
  { units }: Pick<PartnerRegistry, 'units'>,
  lawWords: (language: 'nl' | 'en', citation: Citation) => string,
): PageNames {
  const law = (citation: Citation): Label => ({ nl: lawWords('nl', citation), en: lawWords('en', citation) });
  return {
    units: Object.fromEntries([...units.values()].map(({ id, name }) => [id, name])),
    fields: Object.fromEntries([...catalogue.fields.values()].map(({ id, plain }) => [id, plain])),
    purposes: Object.fromEntries(
      [...catalogue.purposes.values()].map((purpose) => [
        purpose.id,
        { reason: purpose.plain, law: purpose.law.map(law) },
      ]),
    ),
  };
}
