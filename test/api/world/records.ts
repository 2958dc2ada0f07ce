import { randomUUID } from 'node:crypto';
import type {
  Digest,
  EntryId,
  FieldId,
  Instant,
  PurposeId,
  RequestId,
  SubjectId,
  TraceId,
} from '../../../src/core/brand.ts';
import type { DecisionSummary, RequestRecord } from '../../../src/core/disclosure/request.ts';
import type { Receipt } from '../../../src/core/ledger/entry.ts';
import { recipient, source } from './partners.ts';

const policySet = `sha256:${'0'.repeat(64)}` as Digest;
const decidedAt = '2026-03-01T09:00:00.000Z' as Instant;
const purpose = 'purpose-a' as PurposeId;
const fields = ['identity.surname', 'detention.start'] as FieldId[];

function permitSummary(): DecisionSummary {
  return {
    outcome: 'permit',
    class: null,
    policyVersion: 2,
    policySet,
    law: [{ act: 'Pbw', article: '18a lid 4' }],
    regimes: { source: 'wjsg', recipient: 'avg' },
    permitted: fields.slice(0, 1),
    refused: [
      {
        field: 'detention.start' as FieldId,
        reasons: [{ class: 'not-permitted', rule: null, text: { nl: 'Geen regel', en: 'No rule' }, remedy: null }],
      },
    ],
    obligations: {
      retain: { until: 'plan-closed', plus: 'P6M', atLeast: null, status: 'design-default' },
      informSubject: 'at-disclosure',
      informAfter: null,
      approval: 'none',
      approvers: [],
      seal: 'transport',
      destruction: 'none',
    },
    obtained: { [fields[0] as FieldId]: ['own'] },
    informAfter: null,
    consented: false,
    given: null,
    decidedAt,
  };
}

/** What the engine says about a person nobody knows. */
export function refusalSummary(): DecisionSummary {
  return {
    ...permitSummary(),
    outcome: 'refusal',
    class: 'not-available',
    permitted: [],
    obligations: null,
    obtained: {},
    refused: fields.map((field) => ({
      field,
      reasons: [
        {
          class: 'not-available',
          rule: 'rule-a',
          text: { nl: 'Niet beschikbaar', en: 'Not available' },
          remedy: { nl: 'Meld betrokkenheid', en: 'File your involvement' },
        },
      ],
    })),
  };
}

export function record(given: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id: randomUUID() as RequestId,
    trace: 'a'.repeat(32) as TraceId,
    direction: 'pull',
    recipient,
    source,
    purpose,
    subject: randomUUID() as SubjectId,
    fields,
    state: 'delivered',
    decision: permitSummary(),
    receivedAt: decidedAt,
    movedAt: decidedAt,
    entry: randomUUID() as EntryId,
    userRole: 'casemanager',
    asker: 'A'.repeat(43),
    approvals: [],
    destructionConfirmedAt: null,
    destroyedHow: null,
    held: null,
    dueAt: null,
    stoppedFor: null,
    openedBy: null,
    ...given,
  };
}

export function receiptOf(leaf = '{"v":1}'): Receipt {
  return {
    v: 1,
    leaf,
    flush: {
      instance: randomUUID(),
      number: 1,
      first: 1,
      count: 1,
      index: 0,
      path: [],
      previous: 'A'.repeat(43),
      key: 'key-1',
      signature: 'A'.repeat(86),
    },
    openings: [{ name: 'payload', salt: 'A'.repeat(22), value: 'x' }],
  };
}

export const bsn = '900000016';

export function requestBodyJson(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    purpose: 'purpose-a',
    source,
    subject: { type: 'bsn', value: bsn },
    fields: ['identity.surname', 'detention.start'],
    justification: 'Voor het opstellen van het plan.',
    caseReference: 'ZAAK-2026/17',
    onBehalfOf: 'a.compact.token',
    ...more,
  };
}
