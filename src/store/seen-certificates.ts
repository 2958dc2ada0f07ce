import type pg from 'pg';
import { z } from 'zod';
import type { Instant, UnitId } from '../core/brand.ts';
import type { Oin } from '../core/partner/partner.ts';
import { query } from './pool.ts';
import { type OwnEvent, tellingStatement, tellingValues } from './tell-event.ts';

/** A certificate with which a unit came in. */
export interface SeenCertificate {
  /** SHA-256 over the DER certificate, lower-case hexadecimal. */
  readonly thumbprint: string;
  /** RFC 7638 thumbprint of its public key; null: it was not seen since that is noted. */
  readonly key: string | null;
  readonly unit: UnitId;
  readonly oin: Oin;
  readonly notAfter: Instant;
  readonly lastSeen: Instant;
}

const see = {
  name: 'certificate_see',
  text: `INSERT INTO seen_certificate AS kept (thumbprint, unit_id, oin, not_after, first_seen, last_seen, key)
    VALUES ($1, $2, $3, $4, $5, $5, $6)
    ON CONFLICT (thumbprint, unit_id)
      DO UPDATE SET last_seen = greatest(kept.last_seen, excluded.last_seen), key = excluded.key`,
};
const read = {
  name: 'certificates_seen',
  text: `SELECT thumbprint, key, unit_id AS unit, oin, not_after AS "notAfter", last_seen AS "lastSeen"
    FROM seen_certificate WHERE $1::text IS NULL OR unit_id = $1 ORDER BY not_after, unit_id, thumbprint LIMIT 1000`,
};
const readKeys = {
  name: 'certificate_keys_seen',
  text: 'SELECT DISTINCT key FROM seen_certificate WHERE unit_id = $1 AND key IS NOT NULL',
};
/**
 * Telling a unit and having told it are one statement: of two gateways that look at the same moment the
 * second waits for the row, finds it told, and tells nothing.
 */
const tell = {
  name: 'certificate_end_tell',
  text: `WITH due AS (
      UPDATE seen_certificate SET told_days = $3
      WHERE thumbprint = $1 AND unit_id = $2 AND (told_days IS NULL OR told_days > $3) RETURNING unit_id
    )${tellingStatement(4)}`,
};

const row = z
  .strictObject({
    thumbprint: z.string(),
    key: z.string().nullable(),
    unit: z.string(),
    oin: z.string(),
    notAfter: z.string(),
    lastSeen: z.string(),
  })
  .transform(
    (found): SeenCertificate => ({
      thumbprint: found.thumbprint,
      key: found.key,
      unit: found.unit as UnitId,
      oin: found.oin as Oin,
      notAfter: found.notAfter as Instant,
      lastSeen: found.lastSeen as Instant,
    }),
  );

/** Notes that a certificate is in use. */
export async function seeCertificate(pool: pg.Pool, seen: SeenCertificate): Promise<void> {
  await query(pool, see, [seen.thumbprint, seen.unit, seen.oin, seen.notAfter, seen.lastSeen, seen.key]);
}

/** Certificates that were seen, of one unit or (null) of all, the first to end first; at most a thousand. */
export async function seenCertificates(pool: pg.Pool, unit: UnitId | null): Promise<readonly SeenCertificate[]> {
  return (await query(pool, read, [unit])).map((found) => row.parse(found));
}

const keyRow = z.strictObject({ key: z.string() });

/** RFC 7638 thumbprints of the keys in certificates with which a unit came in. */
export async function certificateKeys(pool: pg.Pool, unit: UnitId): Promise<ReadonlySet<string>> {
  return new Set((await query(pool, readKeys, [unit])).map((found) => keyRow.parse(found).key));
}

/** True: the unit is told now, by this event. False: it was told before, here or by another gateway. */
export async function tellOfEnd(
  pool: pg.Pool,
  certificate: Pick<SeenCertificate, 'thumbprint' | 'unit'>,
  days: number,
  event: OwnEvent,
): Promise<boolean> {
  const { thumbprint, unit } = certificate;
  const told = await query(pool, tell, [thumbprint, unit, days, ...tellingValues(event)]);
  return told.length === 1;
}
