import { v7 } from 'uuid';
import type { RequestId, TraceId } from '../../src/core/brand.ts';
import { decisionEntry } from '../../src/core/disclosure/entries.ts';
import { decide } from '../../src/core/policy/decide.ts';
import type { Question } from '../../src/core/policy/decision.ts';
import type { PolicySet } from '../../src/core/policy/policy-set.ts';
import { parseConditions, type RecordedDecision } from '../../src/core/policy/replay/recorded-decision.ts';

const entropy = { id: () => v7(), trace: () => '0af7651916cd43dd8448eb211c80319c' as TraceId };

/** A question, decided, and read back from the entry that goes on record. */
export function recorded(set: PolicySet, question: Question): RecordedDecision {
  const { purpose, source, recipient, trigger } = question;
  const about = {
    id: v7() as RequestId,
    trace: entropy.trace(),
    purpose,
    source: source.unit,
    recipient: recipient.unit,
  };
  const decision = decide(set, question);
  const draft = decisionEntry(entropy, about, decision, null, null);
  return {
    entry: draft.id,
    at: draft.time,
    policySet: draft.policySet,
    purpose,
    trigger,
    source: source.kind,
    recipient: recipient.kind,
    permitted: decision.outcome === 'permit' ? decision.permitted : [],
    refused: decision.refused.map(({ field }) => field),
    conditions: parseConditions(draft.personal.conditions ?? ''),
  };
}
