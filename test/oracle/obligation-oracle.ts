import { lengthOf, writeLength } from './calendar.ts';
import type { RawApproval, RawObligations, RawRetain } from './policy-content.ts';
import type { JoinedObligations } from './question.ts';

const statuses = ['law', 'unverified', 'design-default'] as const;
const seals = ['transport', 'recipient', 'end-to-end'] as const;

/** What one grant asks of its recipient, in the oracle's one way of writing; null where it contradicts itself. */
export function obligationsOf(raw: RawObligations, retain: RawRetain): JoinedObligations | null {
  const informed = raw['inform-subject'];
  const { approvers, roles } = approvalOf(raw.approval);
  if (roles.length > 2 || !fits(retain.atLeast ?? null, retain.plus ?? null)) return null;
  return {
    retain: {
      until: retain.until,
      plus: retain.plus === undefined ? null : writeLength(lengthOf(retain.plus)),
      atLeast: retain.atLeast === undefined ? null : writeLength(lengthOf(retain.atLeast)),
      status: retain.status ?? 'law',
    },
    informAfterDays: informed === 'at-disclosure' ? 0 : lengthOf(informed.delayed).amount,
    approvers: Math.max(approvers, roles.length),
    roles,
    seal: raw.seal,
    destruction: raw.destruction ?? 'none',
  };
}

/** How many persons must approve, and in which roles. */
export function approvalOf(raw: RawApproval): { approvers: number; roles: string[] } {
  const by = typeof raw === 'string' ? raw : raw.by;
  const roles = typeof raw === 'string' ? [] : (raw.roles ?? []);
  return { approvers: ['none', 'source-human', 'two-persons'].indexOf(by), roles: [...new Set(roles)].sort() };
}

/** The obligations of two grants together; null where they do not join. */
export function joinObligations(a: JoinedObligations, b: JoinedObligations): JoinedObligations | null {
  const retain = joinRetain(a.retain, b.retain);
  if (retain === null) return null;
  if ((a.informAfterDays === 0) !== (b.informAfterDays === 0)) return null;
  const roles = [...new Set([...a.roles, ...b.roles])].sort();
  if (roles.length > 2) return null;
  return {
    retain,
    informAfterDays: Math.min(a.informAfterDays, b.informAfterDays),
    approvers: Math.max(a.approvers, b.approvers, roles.length),
    roles,
    seal: later(seals, a.seal, b.seal),
    destruction: a.destruction === 'confirm' || b.destruction === 'confirm' ? 'confirm' : 'none',
  };
}

function joinRetain(
  a: JoinedObligations['retain'],
  b: JoinedObligations['retain'],
): JoinedObligations['retain'] | null {
  if (a.until !== b.until) return null;
  const plus = a.plus === null || b.plus === null ? null : pick(a.plus, b.plus, (x, y) => x < y);
  if (plus === 'undefined') return null;
  const atLeast =
    a.atLeast === null || b.atLeast === null ? (a.atLeast ?? b.atLeast) : pick(a.atLeast, b.atLeast, (x, y) => x > y);
  if (atLeast === 'undefined') return null;
  if (!fits(atLeast, plus)) return null;
  return { until: a.until, plus, atLeast, status: later(statuses, a.status, b.status) };
}

/** The one of two lengths that is `preferred`; `undefined`, as a word, where they are of different families. */
function pick(a: string, b: string, preferred: (x: number, y: number) => boolean): string {
  const [first, second] = [lengthOf(a), lengthOf(b)];
  if (first.family !== second.family) return 'undefined';
  return preferred(first.amount, second.amount) ? a : b;
}

/** The shortest period lies within the longest; no longest period at all is shorter than any. */
function fits(atLeast: string | null, plus: string | null): boolean {
  if (atLeast === null) return true;
  if (plus === null) return false;
  const [shortest, longest] = [lengthOf(atLeast), lengthOf(plus)];
  return shortest.family === longest.family && shortest.amount <= longest.amount;
}

function later<T>(order: readonly T[], a: T, b: T): T {
  return order.indexOf(a) > order.indexOf(b) ? a : b;
}
