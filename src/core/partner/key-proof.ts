import { z } from 'zod';
import type { Instant } from '../brand.ts';
import { instantOfSeconds } from '../calendar.ts';
import { type CompactJws, readCompactJws } from '../compact-jws.ts';
import { encryptionKey } from './encryption-key.ts';

/** Long enough for the certificates of four authorities. */
export const maxProofChars = 16_384;
const mostCertificates = 11;
/** Two years, of which one may be a leap year. */
const longestSeconds = 731 * 86_400;

/** DER in its one base64 spelling (RFC 7515 §4.1.6). */
const certificate = z.string().refine((text) => {
  return text !== '' && Buffer.from(text, 'base64').toString('base64') === text;
});

/** Nothing is understood that is not here, so there is no `crit`, `jwk`, `jku` or `kid`. */
const header = z.strictObject({
  typ: z.literal('sluis-encryption-key+jwt'),
  /** Asked for, never followed: the certificate's key decides. */
  alg: z.string().max(16),
  x5c: z.array(certificate).min(1).max(mostCertificates),
});

const seconds = z.int().min(0).max(253_402_300_799);
const claims = z.strictObject({
  iss: z.string().max(64),
  oin: z.string().max(20),
  jwk: encryptionKey,
  nbf: seconds,
  exp: seconds,
});

/** What a unit says of its encryption key; whether it is the unit that says so is judged elsewhere. */
export interface KeyProof {
  readonly jws: CompactJws;
  readonly header: z.infer<typeof header>;
  readonly claims: z.infer<typeof claims>;
  /** Half-open. */
  readonly from: Instant;
  readonly until: Instant;
}

/** null for every other form than a proof's one; pure, and says nothing about who signed it. */
export function readKeyProof(text: string): KeyProof | null {
  const jws = readCompactJws(text, maxProofChars);
  const said = header.safeParse(jws?.header);
  const claimed = claims.safeParse(jws?.claims);
  if (jws === null || !said.success || !claimed.success) return null;
  const { nbf, exp } = claimed.data;
  const [from, until] = [instantOfSeconds(nbf), instantOfSeconds(exp)];
  if (from === null || until === null || exp <= nbf || exp - nbf > longestSeconds) return null;
  return { jws, header: said.data, claims: claimed.data, from, until };
}
