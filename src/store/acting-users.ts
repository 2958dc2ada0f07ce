import type pg from 'pg';
import { z } from 'zod';
import type { Instant, TraceId, UnitId } from '../core/brand.ts';
import { askTogether } from './ask-together.ts';
import { bytea } from './bytea.ts';
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

/**
 * Tells whose row it wrote. Of two that come at once the second waits here for the first; of two in one statement the
 * first gets the row. In one order, so that two gateways that bring the same tokens never wait for each other.
 */
const insert = {
  name: 'acting_user_uses',
  text: `WITH given AS (
      SELECT place, unit, sha256(convert_to(jti, 'UTF8')) AS jti, hash, trace, sha256(convert_to(use, 'UTF8')) AS use,
        ciphertext, at
      FROM ROWS FROM (json_to_recordset($1) AS (unit text, jti text, hash bytea, trace text, use text, ciphertext bytea,
        at timestamptz)) WITH ORDINALITY AS brought (unit, jti, hash, trace, use, ciphertext, at, place)
    ), used AS (
      INSERT INTO acting_user (unit_id, jti, token_hash, trace, use_digest, ciphertext, used_at)
      SELECT unit, jti, hash, trace, use, ciphertext, at FROM given ORDER BY unit, jti, place
      ON CONFLICT (unit_id, jti) DO NOTHING RETURNING unit_id, jti, token_hash, use_digest
    )
    SELECT EXISTS (SELECT 1 FROM used WHERE unit_id = unit AND used.jti = given.jti AND token_hash = hash
      AND use_digest = use) AS used FROM given ORDER BY place`,
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

const usedRow = z.strictObject({ used: z.boolean() });

/** Puts on record that a token was used. false: it was used before, for another call. */
export type UseToken = (token: UsedToken) => Promise<boolean>;

/**
 * Tokens that come at about the same time share one commit. INVARIANT: a use is durable when it resolves, and true for
 * one call per unit and `jti`, on however many gateways. Throws `Fault('database-unavailable')`.
 */
export function tokenUses(pool: pg.Pool): UseToken {
  const insertTogether = askTogether(async (tokens: readonly UsedToken[]) => {
    const rows = await query(pool, insert, [JSON.stringify(tokens.map(jsonOf))]);
    return rows.map((row) => usedRow.parse(row).used);
  });
  return async (token) => {
    if (await insertTogether(token)) return true;
    const { unit, jti, use } = token;
    return (await query(pool, sameUse, [unit, jti, Buffer.from(token.hash, 'base64url'), use])).length === 1;
  };
}

function jsonOf({ unit, jti, hash, trace, use, ciphertext, usedAt }: UsedToken) {
  const bytes = { hash: bytea(Buffer.from(hash, 'base64url')), ciphertext: bytea(ciphertext) };
  return { unit, jti, trace, use, at: usedAt, ...bytes };
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
