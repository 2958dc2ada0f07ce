import type pg from 'pg';
import { z } from 'zod';
import type { EntryId, Instant, PurposeId, SubjectId, UnitId } from '../core/brand.ts';
import type { Notice } from '../core/disclosure/change.ts';
import { query } from './pool.ts';
import { isUuid } from './uuid.ts';

/** The recipient stands in the statement: somebody else's notice does not exist. */
const forRecipient = {
  name: 'notice_for_recipient',
  text: `SELECT id, recipient, source, purpose, subject_id, fields, at, entry_id FROM notice
    WHERE recipient = $1 AND id = $2`,
};

const row = z.strictObject({
  id: z.uuid(),
  recipient: z.string(),
  source: z.string(),
  purpose: z.string(),
  subject_id: z.uuid(),
  fields: z.array(z.string()),
  at: z.string(),
  entry_id: z.uuid(),
});

/** A notice of which this unit is the recipient; null for every other. */
export async function findNotice(pool: pg.Pool, unit: UnitId, id: string): Promise<Notice | null> {
  if (!isUuid(id)) return null;
  const [found] = await query(pool, forRecipient, [unit, id]);
  if (found === undefined) return null;
  const notice = row.parse(found);
  return {
    id: notice.id,
    recipient: notice.recipient as UnitId,
    source: notice.source as UnitId,
    purpose: notice.purpose as PurposeId,
    subject: notice.subject_id as SubjectId,
    fields: notice.fields,
    at: notice.at as Instant,
    entry: notice.entry_id as EntryId,
  };
}
