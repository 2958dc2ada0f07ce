import type pg from 'pg';
import { z } from 'zod';
import type { Instant, TraceId, UnitId } from '../core/brand.ts';
import { query } from './pool.ts';

/** A token that somebody's system brought, and the call that it brought it for. */
export interface UsedToken {
  readonly unit: UnitId;
  readonly jti: string;
  /** SHA-256 of the token, base64url. */
  readonly hash: string;
  readonly trace: TraceId;
  /** Says which call it is: the same call may bring the same token again. */
  readonly use: string;
  readonly ciphertext: Buffer;
  readonly usedAt: Instant;
}

/** Of two that come at once the second waits here for the first, and then sees it. */
const insert = {
  name: 'acting_user_use',
  text: `INSERT INTO acting_user (unit_id, jti, token_hash, trace, use_digest, ciphertext, used_at)
    VALUES ($1, sha256(convert_to($2, 'UTF8')), $3, $4, sha256(convert_to($5, 'UTF8')), $6, $7)
    ON CONFLICT (unit_id, jti) DO NOTHING RETURNING unit_id`,
};
const sameUse = {
  name: 'acting_user_same_use',
  text: `SELECT unit_id FROM acting_user
    WHERE unit_id = $1 AND jti = sha256(convert_to($2, 'UTF8')) AND token_hash = $3
      AND use_digest = sha256(convert_to($4, 'UTF8'))`,
};
const byToken = {
  name: 'acting_user_by_token',
  text: 'SELECT unit_id, ciphertext FROM acting_user WHERE trace = $1 AND token_hash = $2',
};
const row = z.strictObject({ unit_id: z.string(), ciphertext: z.instanceof(Buffer) });

/**
 * Puts on record that a token was used. false: it was used before, for another call. INVARIANT: durable when
 * it resolves, and true for one call per unit and `jti`, on however many gateways.
 * Throws `Fault('database-unavailable')`.
 */
export async function useToken(pool: pg.Pool, token: UsedToken): Promise<boolean> {
  const { unit, jti, trace, use, ciphertext, usedAt } = token;
  const hash = Buffer.from(token.hash, 'base64url');
  const used = await query(pool, insert, [unit, jti, hash, trace, use, ciphertext, usedAt]);
  if (used.length === 1) return true;
  return (await query(pool, sameUse, [unit, jti, hash, use])).length === 1;
}

/** The token behind an entry of the ledger, still encrypted; null: there is none, or its period is over. */
export async function findToken(
  pool: pg.Pool,
  trace: TraceId,
  hash: string,
): Promise<{ readonly unit: UnitId; readonly ciphertext: Buffer } | null> {
  const [found] = await query(pool, byToken, [trace, Buffer.from(hash, 'base64url')]);
  if (found === undefined) return null;
  const { unit_id, ciphertext } = row.parse(found);
  return { unit: unit_id as UnitId, ciphertext };
}
