import type { EntryId, TraceId } from '../brand.ts';
import type { DryRunCall, DryRunOutcome, DryRunQuestion } from '../disclosure/dry-run.ts';
import type { Partner } from '../partner/partner.ts';
import type { Decision } from '../policy/decision.ts';
import { type SubjectReference, subjectReference } from '../subject/reference.ts';
import type { AccessEvaluation, AccessEvaluations } from './evaluation-form.ts';

/** Why there was nothing to decide; about the question alone, never about a person. */
export const deniedUndecided = ['not-understood', 'not-the-asking-unit', 'not-now', 'number-not-allowed'] as const;
export type DeniedUndecided = (typeof deniedUndecided)[number];

export type AccessOutcome =
  | { readonly kind: 'decided'; readonly decision: Decision; readonly entry: EntryId }
  | { readonly kind: 'denied'; readonly reason: DeniedUndecided; readonly member: string | null };

export interface EvaluatePorts {
  readonly dryRun: (call: DryRunCall, question: DryRunQuestion) => Promise<DryRunOutcome>;
  /** Whether this moment is about now. */
  readonly isNow: (time: string) => boolean;
}

interface Asking {
  readonly partner: Partner;
  /** Of the exchange; a trace that the evaluation names itself goes first. */
  readonly trace: TraceId;
  /** Of the call; see `Call`. */
  readonly transaction: string | null;
}

/** The words by which our vocabulary stands in AuthZEN's. */
export const resourceType = 'person';
export const unitType = 'unit';

/**
 * One access evaluation as a dry run: the subject is the unit that asks, the action the purpose, the
 * resource a person with a source and fields. Whatever is not understood, or about another moment or
 * another unit, is a denial before anything is read.
 */
export async function evaluate(
  ports: EvaluatePorts,
  { partner, trace, transaction }: Asking,
  evaluation: AccessEvaluation,
): Promise<AccessOutcome> {
  const { subject, context } = evaluation;
  if (subject.type !== unitType) return denied('not-understood', 'subject.type');
  if (subject.id !== partner.unit.id) return denied('not-the-asking-unit', 'subject.id');
  if (context?.time !== undefined && !ports.isNow(context.time)) return denied('not-now', 'context.time');
  const question = questionOf(evaluation);
  if ('reason' in question) return question;
  const given = context?.traceparent?.slice(3, 35) as TraceId | undefined;
  const outcome = await ports.dryRun({ partner, trace: given ?? trace, transaction }, question);
  switch (outcome.kind) {
    case 'decided':
      return outcome;
    case 'number-not-allowed':
      return denied('number-not-allowed', 'resource.properties.identifiedBy');
    case 'unknown-word':
      return denied('not-understood', outcome.member === 'purpose' ? 'action.name' : inResource(outcome.member));
  }
}

/** Permits only where every field that was asked is permitted: a yes must not be read as more than it is. */
export function isPermitted(outcome: AccessOutcome): boolean {
  return outcome.kind === 'decided' && outcome.decision.outcome === 'permit' && outcome.decision.refused.length === 0;
}

/** One after another, in the order asked, until the semantic says that the rest does not matter. */
export async function evaluateAll(
  ports: EvaluatePorts,
  asking: Asking,
  { evaluations, semantic }: AccessEvaluations,
): Promise<readonly AccessOutcome[]> {
  const outcomes: AccessOutcome[] = [];
  for (const evaluation of evaluations) {
    const outcome = await evaluate(ports, asking, evaluation);
    outcomes.push(outcome);
    const permitted = isPermitted(outcome);
    if (semantic === 'deny_on_first_deny' && !permitted) break;
    if (semantic === 'permit_on_first_permit' && permitted) break;
  }
  return outcomes;
}

type Denied = AccessOutcome & { readonly kind: 'denied' };

function questionOf({ subject: asker, action, resource }: AccessEvaluation): DryRunQuestion | Denied {
  if (resource.type !== resourceType) return denied('not-understood', 'resource.type');
  const { identifiedBy, source, fields = [] } = resource.properties ?? {};
  const subject = subjectReference.safeParse({ type: identifiedBy, value: resource.id });
  if (identifiedBy === undefined) return denied('not-understood', 'resource.properties.identifiedBy');
  if (!subject.success) return denied('not-understood', 'resource.id');
  if (source === undefined) return denied('not-understood', 'resource.properties.source');
  if (fields.length === 0) return denied('not-understood', 'resource.properties.fields');
  const processingActivity = action.properties?.processing_activity_id ?? null;
  const userRole = asker.properties?.role ?? null;
  return { purpose: action.name, source, subject: subject.data, fields, userRole, processingActivity };
}

/** The persons whom evaluations are about, as far as they name any. */
export function personsAsked(evaluations: readonly AccessEvaluation[]): readonly SubjectReference[] {
  return evaluations.flatMap(({ resource }) => {
    const named = subjectReference.safeParse({ type: resource.properties?.identifiedBy, value: resource.id });
    return resource.type === resourceType && named.success ? [named.data] : [];
  });
}

function inResource(member: string): string {
  return `resource.properties.${member}`;
}

function denied(reason: DeniedUndecided, member: string | null): Denied {
  return { kind: 'denied', reason, member };
}
