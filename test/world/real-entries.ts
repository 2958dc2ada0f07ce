import type { Digest, EntryId, Instant, PurposeId, SubjectId, TraceId, UnitId } from '../../src/core/brand.ts';
import type { EntryDraft } from '../../src/core/ledger/entry.ts';

/** Entries as large as the story of Zwolle makes them: ten fields for a re-entry plan. */

const fields = [
  ...['identity.surname', 'identity.givenNames', 'identity.birthDate', 'numbers.bsn', 'detention.start'],
  ...['detention.expectedRelease', 'identityDocument.hasValid', 'housing.priorSituation', 'incomeWork.workHistory'],
  'debts.referral',
];
const subject = '01a2020b-9f00-7000-8000-000000000001' as SubjectId;
const request = '01a2020b-a0bb-7279-8341-b50542f9ced6';
/** The digest of sealed openings, as every entry with openings has it. */
const sealed = 'ZzhuOnrkFFVGc8EHW3XTHGrzMNI1-VhMaHlpAYrrdPU';

const frame = {
  time: '2026-11-22T06:57:26.206Z' as Instant,
  trace: '9815bd41fff9ab7805513c57a6353c6c' as TraceId,
  policySet: 'sha256:cc5f542182978f82a4571563543a66de767125f48a78e1f5d0952b53e7923496' as Digest,
  purpose: 'plan-basic-conditions' as PurposeId,
  source: 'pi-zwolle' as UnitId,
  recipient: 'gemeente-zwolle' as UnitId,
  subject,
};

export const realPermit: EntryDraft = {
  ...frame,
  id: '01a2020b-a0bf-7465-9381-65614098bf00' as EntryId,
  kind: 'permit',
  body: {
    v: 2,
    request,
    policyVersion: 2,
    regimes: { source: 'wjsg', recipient: 'avg' },
    permitted: fields,
    refused: [],
    obligations: {
      informSubject: 'at-disclosure',
      approval: 'none',
      approvers: [],
      seal: 'transport',
      destruction: 'none',
      retain: { until: 'plan-closed', plus: 'P6M', status: 'design-default' },
    },
    sealed,
  },
  personal: {
    subject,
    conditions: '[]',
    reference: '{"type":"bsn","value":"900000041"}',
    justification:
      'Plan maken voor terugkeer naar de gemeente: inkomen, woning, schulden en zorg zijn nog niet geregeld.',
    caseReference: 'ZW-2026-0117',
    user: '{"role":"nazorgcoördinator","token":"gqZLc0bT4lMZ0Yt3O1m0oQJcU3bq5n0aIu7cZqP0vWk"}',
  },
  fleeting: {},
};

export const realDisclosure: EntryDraft = {
  ...frame,
  id: '01a2020b-a0c8-7664-b64c-9b653d19f5f1' as EntryId,
  kind: 'disclosure',
  body: { v: 2, request, fields, form: 'clear', sealed },
  personal: { subject },
  fleeting: { payload: 'sha256:b8f3d0d7a1f4e0c89e7c2c8b0d0f6a5f4c3b2a190807f6e5d4c3b2a1908f7e6d5' },
};
