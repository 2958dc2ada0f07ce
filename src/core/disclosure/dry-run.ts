import type { EntryId, FieldId, PurposeId, UnitId } from '../brand.ts';
import { canonical } from '../ledger/canonical.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import type { Decision } from '../policy/decision.ts';
import type { SubjectReference } from '../subject/reference.ts';
import { mayIdentifyBy, unknownWord } from './ask.ts';
import { type ConsultPorts, consult } from './consult.ts';
import { decisionEntry } from './entries.ts';
import type { Call } from './operations.ts';
import type { Entropy, Journal } from './ports.ts';
import { settle, stale } from './settle.ts';

/** What a request would ask, without a word about why: nothing comes of it. */
export interface DryRunQuestion {
  readonly purpose: string;
  readonly source: string;
  readonly subject: SubjectReference;
  readonly fields: readonly string[];
  /** Role of the user for whom is asked; null: nobody said. */
  readonly userRole: string | null;
  /** The asker's own number for what it does with the answer, where it gave one. */
  readonly processingActivity: string | null;
}

export type DryRunOutcome =
  | { readonly kind: 'decided'; readonly decision: Decision; readonly entry: EntryId }
  /** The question names a purpose, source or field that does not exist; `member` is its path. */
  | { readonly kind: 'unknown-word'; readonly member: string }
  /** @law UAVG 46 */
  | { readonly kind: 'number-not-allowed' };

export type DryRunCall = Pick<Call, 'partner' | 'trace' | 'transaction'>;

export type DryRunPorts = ConsultPorts & { readonly entropy: Entropy; readonly journal: Journal };

/**
 * Decides as a request would be decided now, puts that on record and gives nothing: no source is asked,
 * no request opened, nobody told.
 * INVARIANT: it passes everything that a request passes, and writes one entry whoever it is about, so
 * that it tells no more about a person than a request does.
 */
export async function dryRun(ports: DryRunPorts, call: DryRunCall, question: DryRunQuestion): Promise<DryRunOutcome> {
  const member = unknownWord(ports, question);
  if (member !== null) return { kind: 'unknown-word', member };
  if (!mayIdentifyBy(ports, call, question.subject)) return { kind: 'number-not-allowed' };
  return settle(ports, () => decideOnRecord(ports, call, question));
}

async function decideOnRecord(
  ports: DryRunPorts,
  call: DryRunCall,
  question: DryRunQuestion,
): Promise<DryRunOutcome | typeof stale> {
  const unit = call.partner.unit.id;
  const { decision, rests } = await consult(ports, {
    purpose: question.purpose as PurposeId,
    source: question.source as UnitId,
    recipient: unit,
    fields: question.fields as readonly FieldId[],
    trigger: 'pull',
    userRole: question.userRole,
    subject: { by: 'reference', reference: question.subject, unit },
    agreedBy: null,
    idempotency: null,
  });
  const entry = evaluationEntry(ports.entropy, call, question, decision, rests.subject?.id ?? null);
  const committed = await ports.journal.commit({
    // It gives nothing, so it need not wait for whoever changes the person's record: only a person has one.
    rests: { ...rests, subject: null },
    moves: false,
    entries: [entry],
    changes: [],
  });
  if (committed.outcome !== 'durable') return stale;
  return { kind: 'decided', decision, entry: entry.id };
}

/** As the entry of a request that was decided, but of a kind of its own: nobody was permitted anything by it. */
function evaluationEntry(
  entropy: Entropy,
  { partner, trace, transaction }: DryRunCall,
  question: DryRunQuestion,
  decision: Decision,
  subject: EntryDraft['subject'],
): EntryDraft {
  const about = {
    id: entropy.id() as Parameters<typeof decisionEntry>[1]['id'],
    trace,
    transaction,
    purpose: decision.purpose,
    source: question.source as UnitId,
    recipient: partner.unit.id,
  };
  const { body, personal, ...draft } = decisionEntry(entropy, about, decision, subject, null);
  const { request: _, ...decided } = body;
  const { type, value } = question.subject;
  return {
    ...draft,
    kind: 'evaluation',
    body: { ...decided, outcome: decision.outcome, fields: [...question.fields] },
    personal: {
      ...personal,
      reference: canonical({ type, value }),
      ...(question.processingActivity === null ? {} : { processingActivity: question.processingActivity }),
    },
  };
}
