import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Digest, FieldId, Instant, RequestId, UnitId } from '../brand.ts';
import { instantOfSeconds, secondsOf } from '../calendar.ts';
import { readCompactJws } from '../compact-jws.ts';
import { jwkThumbprint } from '../partner/jwk-thumbprint.ts';
import type { Oin, Unit } from '../partner/partner.ts';
import type { ProvenKey } from '../partner/registered-key.ts';

/** `typ` of a permit, so that no other token of the gateway passes for one. */
export const permitType = 'sluis-permit+jwt';

/** Sixty-four fields, and names. */
export const maxPermitChars = 8_192;
const longestSeconds = 86_400;

/** So far a clock of another gateway, or of who seals, may be ahead. */
export const clockSkewS = 60;

const unitId = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/);
const uuid = z.uuid();
const seconds = z.int().min(0).max(253_402_300_799);
const category = z.string().regex(/^[a-zA-Z]{1,64}$/);
const field = z.string().regex(/^[a-zA-Z]+\.[a-zA-Z]+$/);

const header = z.strictObject({ typ: z.literal(permitType), alg: z.literal('EdDSA'), kid: z.string().max(64) });

const claims = z
  .strictObject({
    /** The gateway, `urn:nld:oin:` and its OIN. */
    iss: z.string().regex(/^urn:nld:oin:[0-9A-Za-z]{20}$/),
    /** The unit that is asked: it alone answers by this permit. */
    aud: unitId,
    jti: uuid,
    request: uuid,
    purpose: z.string().regex(/^[a-z][a-z0-9-]{1,62}$/),
    recipient: z.strictObject({ unit: unitId, oin: z.string().regex(/^[0-9A-Za-z]{20}$/) }),
    /** Category → its fields that may be given; in the categories' order of first asking. */
    fields: z.record(category, z.array(field).min(1).max(64)),
    /** RFC 7638 thumbprint of the recipient's key to which is sealed. */
    key: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
    iat: seconds,
    nbf: seconds,
    exp: seconds,
  })
  .refine(({ nbf, exp }) => nbf < exp && exp - nbf <= longestSeconds)
  .refine(({ fields }) => {
    const places = Object.entries(fields);
    return places.length > 0 && places.every(([name, within]) => within.every((one) => one.startsWith(`${name}.`)));
  });

/**
 * What a source may seal for whom: by it the source minimises, and it checks itself whose key it seals to. It says
 * nothing of the person, so that it may go to the recipient too.
 */
export type PermitClaims = z.infer<typeof claims>;

/** A permit as it was given out. */
export interface PermitToken {
  readonly jws: string;
  readonly claims: PermitClaims;
}

/** The number by which a unit's certificates name it. */
export function numberOf({ selector, organisation }: Unit): Oin {
  return selector.subOin ?? organisation.oin;
}

/**
 * Claims of a permit, strict: what is put together wrongly is not signed. Throws `ZodError`.
 * @param until end of the permit; never later than a day from now
 */
export function permitClaims(permit: {
  readonly issuer: string;
  readonly id: string;
  readonly request: { readonly id: RequestId; readonly purpose: string; readonly source: UnitId };
  readonly recipient: Unit;
  readonly fields: readonly FieldId[];
  readonly key: ProvenKey;
  readonly now: Instant;
  readonly until: Instant;
}): PermitClaims {
  const { issuer, id, request, recipient, fields, key, now, until } = permit;
  const iat = secondsOf(now);
  return claims.parse({
    iss: issuer,
    aud: request.source,
    jti: id,
    request: request.id,
    purpose: request.purpose,
    recipient: { unit: recipient.id, oin: numberOf(recipient) },
    fields: byCategory(fields),
    key: jwkThumbprint(key.jwk),
    iat,
    nbf: iat,
    exp: Math.min(secondsOf(until), iat + longestSeconds),
  });
}

function byCategory(fields: readonly FieldId[]): Readonly<Record<string, readonly FieldId[]>> {
  const found = new Map<string, FieldId[]>();
  for (const one of fields) {
    const [name = ''] = one.split('.');
    found.set(name, [...(found.get(name) ?? []), one]);
  }
  return Object.fromEntries(found);
}

/** Reads a permit in its one form; null for every other. Says nothing of its signature. */
export function readPermit(jws: string): (PermitToken & { readonly kid: string }) | null {
  const read = readCompactJws(jws, maxPermitChars);
  const said = claims.safeParse(read?.claims);
  const head = header.safeParse(read?.header);
  return head.success && said.success ? { jws, claims: said.data, kid: head.data.kid } : null;
}

/**
 * Whether now lies in the time of a permit, which is half-open. The gateway that gave it out may be ahead of the one that
 * reads it; past its end it is good for nothing on any clock.
 */
export function isPermitInTime({ nbf, exp }: Pick<PermitClaims, 'nbf' | 'exp'>, now: Instant): boolean {
  const [from, until] = [instantOfSeconds(nbf - clockSkewS), instantOfSeconds(exp)];
  return from !== null && until !== null && from <= now && now < until;
}

/** What an answer names its permit by: SHA-256 of the compact JWS, base64url. */
export function permitHash(jws: string): string {
  return createHash('sha256').update(jws, 'ascii').digest('base64url');
}

/** The same as the ledger writes it: `sha256:` and hexadecimal digits. */
export function permitDigest(jws: string): Digest {
  return `sha256:${createHash('sha256').update(jws, 'ascii').digest('hex')}` as Digest;
}
