import type pg from 'pg';
import { z } from 'zod';
import type { ConsentId, SubjectId } from '../../core/brand.ts';
import type { Consent } from '../../core/consent/consent.ts';
import { consentJson, consentRow, toConsent } from '../consent-row.ts';
import { query } from '../pool.ts';

const ofSubject = {
  name: 'pages-consents-of-subject',
  text: `SELECT ${consentJson('c')} AS consent FROM consent c WHERE c.subject_id = $1
    ORDER BY c.requested_at DESC, c.id DESC LIMIT $2`,
};

const oneOfSubject = {
  name: 'pages-consent-of-subject',
  text: `SELECT ${consentJson('c')} AS consent FROM consent c WHERE c.subject_id = $1 AND c.id = $2`,
};

const row = z.strictObject({ consent: consentRow });

/** The pages' `SubjectConsents`: a subject reaches its own consents alone. Throws `Fault('database-unavailable')`. */
export class StoredSubjectConsents {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async of(subject: SubjectId, limit: number): Promise<readonly Consent[]> {
    const rows = await query(this.#pool, ofSubject, [subject, limit]);
    return rows.map((each) => toConsent(row.parse(each).consent));
  }

  async find(subject: SubjectId, id: ConsentId): Promise<Consent | null> {
    const [found] = await query(this.#pool, oneOfSubject, [subject, id]);
    return found === undefined ? null : toConsent(row.parse(found).consent);
  }
}
