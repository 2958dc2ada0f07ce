import type { Obligations } from './decision.ts';

type Retain = Obligations['retain'];

/** From light to heavy; a join takes the heavier. */
const approvals: readonly Obligations['approval'][] = ['none', 'source-human'];
const seals: readonly Obligations['seal'][] = ['transport', 'recipient', 'end-to-end'];
/** From certain to uncertain: what a joined period rests on is no surer than its least sure part. */
const certainty: readonly Retain['status'][] = ['law', 'unverified', 'design-default'];

/** Undefined where the lattice knows no join: a policy set in which that can happen does not load. */
export function joinObligations(a: Obligations, b: Obligations): Obligations | undefined {
  const retain = joinRetain(a.retain, b.retain);
  // Telling at once and telling later exclude each other; choosing is for a jurist, not for a join.
  if (retain === undefined || a.informSubject !== b.informSubject) return undefined;
  return {
    retain,
    informSubject: a.informSubject,
    approval: heavier(approvals, a.approval, b.approval),
    seal: heavier(seals, a.seal, b.seal),
  };
}

/** The shorter period wins, where both count from the same event in units that compare. */
function joinRetain(a: Retain, b: Retain): Retain | undefined {
  if (a.until !== b.until) return undefined;
  const status = heavier(certainty, a.status, b.status);
  if (a.plus === b.plus) return { ...a, status };
  const [left, right] = [length(a.plus), length(b.plus)];
  if (left.amount !== 0 && right.amount !== 0 && left.unit !== right.unit) return undefined;
  return { until: a.until, plus: left.amount <= right.amount ? a.plus : b.plus, status };
}

/** Months and days do not compare: a month has no fixed number of days. */
function length(duration: string | null): { readonly amount: number; readonly unit: 'months' | 'days' } {
  if (duration === null) return { amount: 0, unit: 'days' };
  const amount = Number(duration.slice(1, -1));
  switch (duration.at(-1)) {
    case 'Y':
      return { amount: amount * 12, unit: 'months' };
    case 'M':
      return { amount, unit: 'months' };
    case 'W':
      return { amount: amount * 7, unit: 'days' };
    default:
      return { amount, unit: 'days' };
  }
}

function heavier<T>(scale: readonly T[], a: T, b: T): T {
  return scale.indexOf(a) >= scale.indexOf(b) ? a : b;
}
