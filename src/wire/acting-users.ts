import type pg from 'pg';
import type { ActingUsers } from '../api/on-behalf-of.ts';
import type { Clock } from '../core/disclosure/ports.ts';
import type { KeptUsers } from '../core/partner/kept-users.ts';
import type { Oin } from '../core/partner/partner.ts';
import { ok, refuse } from '../core/result.ts';
import type { PartnerKeys } from '../crypto/partner-keys.ts';
import { checkUserToken, namedUser } from '../crypto/user-token.ts';
import { findToken, tokenUses } from '../store/acting-users.ts';
import { userTokenContext } from '../store/user-token-context.ts';

/** Encrypts what stands in the database; the key stands outside it. */
export interface TokenCipher {
  encrypt(plaintext: string, context: string): Buffer;
  decrypt(ciphertext: Buffer, context: string): string;
}

export interface ActingUsersWorld {
  readonly pool: pg.Pool;
  readonly clock: Pick<Clock, 'now'>;
  readonly cipher: TokenCipher;
  /** Marks for which call a token was used: what was asked about whom could be guessed. */
  readonly mark: (text: string) => string;
  readonly keys: PartnerKeys;
  readonly gatewayOin: Oin;
}

/** Checks for whom a call is made, and keeps who that was apart from what came of it. */
export function actingUsers({ pool, clock, cipher, mark, keys, gatewayOin }: ActingUsersWorld): ActingUsers {
  const use = tokenUses(pool);
  return {
    async take(token, { partner: { unit }, trace, request, key }) {
      const now = clock.now();
      const checked = await checkUserToken(token, {
        unit: unit.id,
        audience: audienceOf(gatewayOin),
        request,
        keys: (kid) => keys.of(unit, kid),
        now: new Date(now),
      });
      if (!checked.ok) return checked;
      const { user, jti } = checked.value;
      const used = await use({
        unit: unit.id,
        jti,
        hash: user.token,
        trace,
        // The token's own digest says which call it is for; the key says which time that call was made.
        use: mark(`use\n${unit.id}\n${request}\n${key}`),
        ciphertext: cipher.encrypt(token, userTokenContext(unit.id, user.token)),
        usedAt: now,
      });
      return used ? ok(user) : refuse('used-before');
    },
  };
}

/** Who stands behind an entry of the ledger, for officers with the right to see it. */
export function keptUsers({ pool, cipher }: Pick<ActingUsersWorld, 'pool' | 'cipher'>): KeptUsers {
  return {
    async find(trace, token) {
      const kept = await findToken(pool, trace, token);
      if (kept === null) return null;
      const { id, role, name } = namedUser(cipher.decrypt(kept.ciphertext, userTokenContext(kept.unit, token)));
      return { unit: kept.unit, id, role, name };
    },
  };
}

/** What calls and tokens name this gateway by. */
export function audienceOf(oin: Oin): string {
  return `urn:nld:oin:${oin}`;
}
