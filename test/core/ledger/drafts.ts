import type { Digest, EntryId, Instant, PurposeId, SubjectId, TraceId, UnitId } from '../../../src/core/brand.ts';
import type { EntryDraft } from '../../../src/core/ledger/entry.ts';

const permitted = {
  v: 2,
  request: '01920000-0000-7000-9000-000000000001',
  policyVersion: 1,
  regimes: { source: 'wjsg', recipient: 'avg' },
  permitted: ['a.b'],
  refused: [],
  obligations: {
    informSubject: 'at-disclosure',
    approval: 'none',
    approvers: [],
    seal: 'transport',
    destruction: 'none',
    retain: { until: 'plan-closed', status: 'law' },
  },
};

/** A draft of an entry about an invented person; `n` makes the id. */
export function draft(n: number, changes: Partial<EntryDraft> = {}): EntryDraft {
  return {
    id: `01920000-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as EntryId,
    kind: 'permit',
    time: '2026-03-01T12:00:00.000Z' as Instant,
    trace: '0af7651916cd43dd8448eb211c80319c' as TraceId,
    policySet: `sha256:${'ab'.repeat(32)}` as Digest,
    purpose: 'some-purpose' as PurposeId,
    source: 'unit-a' as UnitId,
    recipient: 'unit-b' as UnitId,
    subject: '01920000-0000-7000-a000-000000000001' as SubjectId,
    personal: {
      subject: '01920000-0000-7000-a000-000000000001',
      conditions: '[]',
      reference: 'the reference',
    },
    fleeting: {},
    ...changes,
    body: { ...permitted, ...changes.body },
  };
}
