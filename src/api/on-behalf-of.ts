import type { TraceId } from '../core/brand.ts';
import type { Label } from '../core/category/catalogue.ts';
import type { Call } from '../core/disclosure/operations.ts';
import type { Partner, User } from '../core/partner/partner.ts';
import type { TokenRefusal } from '../core/partner/token-refusal.ts';
import type { Result } from '../core/result.ts';
import { idempotencyOf } from './idempotency.ts';
import { type Problem, problem } from './problem.ts';

/** For which call a token is brought. */
export interface TokenUse {
  readonly partner: Partner;
  readonly trace: TraceId;
  /** `sha256:<hex>` over method, path and the body without the token: what the token must have been made for. */
  readonly request: string;
  /** The same call again has the same key, and may bring the same token. */
  readonly key: string;
}

/** The people on whose behalf partners' systems call. */
export interface ActingUsers {
  /** Whom the token names, once it is on record that it was used. Throws `Fault('database-unavailable')`. */
  take(token: string, use: TokenUse): Promise<Result<User, TokenRefusal>>;
}

export const userProblems = ['user-token-malformed', 'user-token-refused', 'user-keys-unavailable'] as const;

/** What a call says about its user, beside what its handler gets of every call. */
interface UserCall {
  readonly call: Call;
  /** Path and body as they were sent: that is what was signed. */
  readonly sent: { readonly path: string; readonly body: unknown };
}

export type OnBehalfOf =
  | {
      readonly ok: true;
      readonly user: User;
      /** The call with a digest that counts who it is for, and not how the token was spelt. */
      readonly call: Call;
    }
  | { readonly ok: false; readonly problem: Problem<(typeof userProblems)[number]> };

/** For whom a call is made, by the token in this member of its body. INVARIANT: nobody is taken at their system's word. */
export async function onBehalfOf(
  users: ActingUsers,
  { call, sent }: UserCall,
  token: string,
  member: 'onBehalfOf' | 'approver' | 'by',
): Promise<OnBehalfOf> {
  const { partner, trace } = call;
  const { key } = call.idempotency;
  const { [member]: _token, ...rest } = sent.body as Readonly<Record<string, unknown>>;
  const request = idempotencyOf(key, sent.path, rest).digest;
  const taken = await users.take(token, { partner, trace, request, key });
  if (!taken.ok) return { ok: false, problem: tokenProblem(taken.refusal, member) };
  const { id, role, name } = taken.value;
  const idempotency = idempotencyOf(key, sent.path, { ...rest, [member]: { id, role, name } });
  return { ok: true, user: taken.value, call: { ...call, idempotency } };
}

function tokenProblem(refusal: TokenRefusal, member: string): Problem<(typeof userProblems)[number]> {
  const detail = details[refusal];
  const errors = [{ in: 'body', location: { pointer: `#/${member}` }, code: refusal, detail }] as const;
  if (refusal === 'malformed') return problem('user-token-malformed', { errors });
  if (refusal !== 'keys-unavailable') return problem('user-token-refused', { errors });
  return problem('user-keys-unavailable', { errors, headers: { 'Retry-After': '10' } });
}

const details: Readonly<Record<TokenRefusal, Label>> = {
  malformed: {
    nl: 'moet een compacte JWS zijn in base64url zonder opvulling, met precies de beschreven onderdelen',
    en: 'must be a compact JWS in base64url without padding, with exactly the members that are described',
  },
  'unknown-key': {
    nl: 'moet zijn ondertekend met een geregistreerde of gepubliceerde sleutel van uw onderdeel',
    en: 'must be signed by a registered or published key of your unit',
  },
  'wrong-algorithm': {
    nl: 'moet het algoritme van de soort sleutel hebben: EdDSA, ES256 of PS256',
    en: 'must have the algorithm of its kind of key: EdDSA, ES256 or PS256',
  },
  'does-not-match': {
    nl: 'heeft een handtekening die niet bij de sleutel en de inhoud past',
    en: 'has a signature that does not fit the key and the content',
  },
  'wrong-issuer': {
    nl: 'moet het onderdeel dat vraagt als iss hebben',
    en: 'must have the unit that calls as iss',
  },
  'wrong-audience': {
    nl: 'moet deze gateway als aud hebben: urn:nld:oin: en zijn OIN',
    en: 'must have this gateway as aud: urn:nld:oin: and its OIN',
  },
  expired: { nl: 'is verlopen', en: 'has expired' },
  'not-yet-valid': { nl: 'is nog niet geldig', en: 'is not valid yet' },
  'lives-too-long': {
    nl: 'mag van nbf tot exp hoogstens vijf minuten geldig zijn',
    en: 'must be valid for at most five minutes from nbf to exp',
  },
  'other-request': {
    nl: 'is voor een ander pad of een andere inhoud gemaakt',
    en: 'was made for another path or body',
  },
  'used-before': {
    nl: 'is al voor een andere aanroep gebruikt: maak per aanroep een nieuw token',
    en: 'was used for another call before: make a new token for each call',
  },
  'keys-unavailable': {
    nl: 'kan nu niet worden gecontroleerd: op het adres van uw sleutels is niets bruikbaars te halen',
    en: 'cannot be checked now: nothing usable is to be had at the address of your keys',
  },
};
