import { lengthOf } from '../calendar.ts';
import type { Obligations } from './decision.ts';

type Retain = Obligations['retain'];
type Approval = Pick<Obligations, 'approval' | 'approvers'>;
type Inform = Pick<Obligations, 'informSubject' | 'informAfter'>;

/** From light to heavy, and by number of persons; a join takes the heavier. */
export const approvals: readonly Obligations['approval'][] = ['none', 'source-human', 'two-persons'];
const seals: readonly Obligations['seal'][] = ['transport', 'recipient', 'end-to-end'];
const destructions: readonly Obligations['destruction'][] = ['none', 'confirm'];
/** From certain to uncertain: what a joined period rests on is no surer than its least sure part. */
const certainty: readonly Retain['status'][] = ['law', 'unverified', 'design-default'];

/**
 * What comes with a permit that rests on both. Commutative, associative and idempotent where it is
 * defined; undefined where the lattice knows no join: a set in which that can happen does not load.
 */
export function joinObligations(a: Obligations, b: Obligations): Obligations | undefined {
  const retain = joinRetain(a.retain, b.retain);
  const inform = joinInform(a, b);
  const approval = joinApproval(a, b);
  if (retain === undefined || inform === undefined || approval === undefined) return undefined;
  return {
    retain,
    ...inform,
    ...approval,
    seal: heavier(seals, a.seal, b.seal),
    destruction: heavier(destructions, a.destruction, b.destruction),
  };
}

/** The shorter longest period and the longer shortest one, where both count from the same event. */
function joinRetain(a: Retain, b: Retain): Retain | undefined {
  if (a.until !== b.until) return undefined;
  const plus = a.plus === null || b.plus === null ? null : shorter(a.plus, b.plus);
  const atLeast = a.atLeast === null ? b.atLeast : b.atLeast === null ? a.atLeast : longer(a.atLeast, b.atLeast);
  if (plus === undefined || atLeast === undefined) return undefined;
  // No period after the event is shorter than any: nothing can then be kept for at least some time after it.
  if (atLeast !== null && (plus === null || !isAtMost(atLeast, plus))) return undefined;
  return { until: a.until, plus, atLeast, status: heavier(certainty, a.status, b.status) };
}

/** Telling at once and telling later exclude each other; choosing is for a jurist, not for a join. */
function joinInform(a: Inform, b: Inform): Inform | undefined {
  if (a.informSubject !== b.informSubject) return undefined;
  if (a.informAfter === null || b.informAfter === null) return a.informAfter === b.informAfter ? pick(a) : undefined;
  const informAfter = shorter(a.informAfter, b.informAfter);
  return informAfter === undefined ? undefined : { informSubject: a.informSubject, informAfter };
}

function pick({ informSubject, informAfter }: Inform): Inform {
  return { informSubject, informAfter };
}

/** Each role that either asks for is a person of its own; the gateway asks for at most two persons. */
function joinApproval(a: Approval, b: Approval): Approval | undefined {
  const approvers = [...new Set([...a.approvers, ...b.approvers])].sort();
  const persons = Math.max(approvals.indexOf(a.approval), approvals.indexOf(b.approval), approvers.length);
  const approval = approvals[persons];
  return approval === undefined ? undefined : { approval, approvers };
}

/** Months and days do not compare: a month has no fixed number of days. */
function shorter(a: string, b: string): string | undefined {
  return compared(a, b)?.[0];
}

function longer(a: string, b: string): string | undefined {
  return compared(a, b)?.[1];
}

/** Shorter first. Of two spellings of one length (P1Y, P12M) the order of their text decides, so that no order of joining does. */
function compared(a: string, b: string): readonly [string, string] | undefined {
  if (a === b) return [a, b];
  const [left, right] = [lengthOf(a), lengthOf(b)];
  if (isInDays(a) !== isInDays(b)) return undefined;
  const difference = left.months - right.months + left.days - right.days;
  return difference < 0 || (difference === 0 && a < b) ? [a, b] : [b, a];
}

function isAtMost(a: string, b: string): boolean {
  if (isInDays(a) !== isInDays(b)) return false;
  const [left, right] = [lengthOf(a), lengthOf(b)];
  return left.months + left.days <= right.months + right.days;
}

function isInDays(period: string): boolean {
  return period.endsWith('D') || period.endsWith('W');
}

function heavier<T>(scale: readonly T[], a: T, b: T): T {
  return scale.indexOf(a) >= scale.indexOf(b) ? a : b;
}
