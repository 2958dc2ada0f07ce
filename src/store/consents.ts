import type pg from 'pg';
import type { ConsentId, Instant } from '../core/brand.ts';
import type { Consent } from '../core/consent/consent.ts';
import { dueAtOnce } from '../core/disclosure/each-in-turn.ts';
import type { Consents } from '../core/disclosure/ports.ts';
import { consentJson, consentRow, toConsent } from './consent-row.ts';
import { query } from './pool.ts';
import { isUuid } from './uuid.ts';

const byId = { name: 'consent_by_id', text: `SELECT ${consentJson('c')} AS consent FROM consent c WHERE c.id = $1` };

const ended = {
  name: 'consent_ended',
  text: `SELECT id FROM consent WHERE state IN ('requested', 'given') AND valid_until <= $1
    ORDER BY valid_until, id LIMIT ${dueAtOnce} OFFSET $2`,
};

export function createConsents(pool: pg.Pool): Consents {
  return {
    async find(id: ConsentId): Promise<Consent | null> {
      if (!isUuid(id)) return null;
      const [row] = await query<{ consent: unknown }>(pool, byId, [id]);
      return row === undefined ? null : toConsent(consentRow.parse(row.consent));
    },
    async ended(now: Instant, passed: number): Promise<readonly ConsentId[]> {
      return (await query<{ id: string }>(pool, ended, [now, passed])).map(({ id }) => id as ConsentId);
    },
  };
}
