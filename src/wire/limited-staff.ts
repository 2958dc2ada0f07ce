import type { Limiter, OverLimit } from '../core/limit/limiter.ts';
import type { SubjectReference } from '../core/subject/reference.ts';
import type { Staff } from '../pages/ports.ts';
import type { StaffOperations, UnlimitedStaff } from '../pages/staff/staff-operations.ts';

/** Whoever gets it did what was not theirs to do: counted as a refusal, as it is of a system. */
const refusals: ReadonlySet<string> = new Set(['may-not-approve', 'number-not-allowed']);

/**
 * What people of a unit do at the pages counts for that unit and for whoever does it, in the same windows as what its systems
 * do for the same people. INVARIANT: over a limit nothing is decided, and where nobody can tell whether it is over, neither.
 */
export function limitedStaff(staff: UnlimitedStaff, limiter: Limiter): StaffOperations {
  return {
    ...staff,
    count: ({ unit }) => limiter.call(unit),
    decide: (who, ...given) => within(limiter, who, [], () => staff.decide(who, ...given)),
    act: (who, trace, id, act, page) =>
      within(limiter, who, act.kind === 'answer' ? [{ type: 'pseudonym', value: act.subject }] : [], () =>
        staff.act(who, trace, id, act, page),
      ),
    duties: {
      ...staff.duties,
      act: (who, trace, act, page) =>
        within(limiter, who, act.kind === 'correction' ? [{ type: 'pseudonym', value: act.subject }] : [], () =>
          staff.duties.act(who, trace, act, page),
        ),
    },
  };
}

async function within<Outcome extends { readonly kind: string }>(
  limiter: Limiter,
  { unit, number: user }: Staff,
  subjects: readonly SubjectReference[],
  work: () => Promise<Outcome>,
): Promise<Outcome | ({ readonly kind: 'over-limit' } & OverLimit)> {
  const whole = await limiter.call(unit);
  if (whole !== null) return { kind: 'over-limit', ...whole };
  const admission = await limiter.admit({ unit, user, subjects });
  if (admission.over !== null) return { kind: 'over-limit', ...admission.over };
  const outcome = await work();
  if (refusals.has(outcome.kind)) await admission.refused();
  return outcome;
}
