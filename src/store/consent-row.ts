import { z } from 'zod';
import type { ConsentId, PurposeId, SubjectId, UnitId } from '../core/brand.ts';
import type { Consent } from '../core/consent/consent.ts';
import { toInstant } from './types.ts';

const columns = [
  'id',
  'subject_id',
  'source',
  'recipient',
  'purpose',
  'categories',
  'kind',
  'state',
  'decided_by',
  'requested_by',
  'requested_at',
  'decided_at',
  'valid_until',
  'notice_version',
  'language',
];

/** SQL for a row of `consent` under this alias as the JSON that `toConsent` reads. */
export function consentJson(alias: string): string {
  return `json_build_object(${columns.map((column) => `'${column}', ${alias}.${column}`).join(', ')})`;
}

export const consentRow = z.strictObject({
  id: z.uuid(),
  subject_id: z.uuid().nullable(),
  source: z.string(),
  recipient: z.string(),
  purpose: z.string(),
  categories: z.array(z.string()),
  kind: z.enum(['consent', 'waiver']),
  state: z.enum(['requested', 'given', 'refused', 'withdrawn', 'expired']),
  decided_by: z.enum(['subject', 'representative']).nullable(),
  requested_by: z.string(),
  requested_at: z.string(),
  decided_at: z.string().nullable(),
  valid_until: z.string(),
  notice_version: z.int(),
  language: z.string(),
});

export function toConsent(row: z.infer<typeof consentRow>): Consent {
  return {
    id: row.id as ConsentId,
    subject: row.subject_id as SubjectId | null,
    source: row.source as UnitId,
    recipient: row.recipient as UnitId,
    purpose: row.purpose as PurposeId,
    categories: row.categories,
    kind: row.kind,
    state: row.state,
    decidedBy: row.decided_by,
    requestedBy: row.requested_by as UnitId,
    requestedAt: toInstant(row.requested_at),
    decidedAt: row.decided_at === null ? null : toInstant(row.decided_at),
    validUntil: toInstant(row.valid_until),
    noticeVersion: row.notice_version,
    language: row.language,
  };
}
