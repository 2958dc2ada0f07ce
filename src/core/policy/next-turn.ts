import type { Instant, PurposeId } from '../brand.ts';
import { instantAfter, isInstant, momentOf, shifted } from '../calendar.ts';
import type { ConditionForm } from './condition-form.ts';
import type { Snapshot } from './decision.ts';
import type { PolicySet } from './policy-set.ts';

/**
 * The first moment after `now`, and not after `until`, at which a decision for this purpose over this reading may
 * turn by the clock alone: an edge of a fact or of a consent, moved by any period that a rule or prohibition counts.
 * null: there is none. Between `now` and it every decision is the same; that it turns there is not said.
 */
export function nextTurn(
  set: Pick<PolicySet, 'policies' | 'prohibitions'>,
  purpose: PurposeId,
  { facts, consents }: Pick<Snapshot, 'facts' | 'consents'>,
  now: Instant,
  until: Instant,
): Instant | null {
  const edges = [
    ...facts.flatMap(({ from, until: end }) => (end === null ? [from] : [from, end])),
    ...consents.flatMap(({ decidedAt, validUntil }) => (decidedAt === null ? [validUntil] : [decidedAt, validUntil])),
  ].filter(isInstant);
  const periods = periodsOf(set, purpose);
  const [after, last] = [momentOf(now), momentOf(until)];
  let next: Instant | null = null;
  for (const edge of edges) {
    for (const period of periods) {
      const moment = shifted(edge, period);
      if (moment <= after || moment > last) continue;
      const turn = instantAfter(edge, period);
      if (next === null || turn < next) next = turn;
    }
  }
  return next;
}

/** Every period that is counted from an edge, none at all among them. */
function periodsOf({ policies, prohibitions }: Pick<PolicySet, 'policies' | 'prohibitions'>, purpose: PurposeId) {
  const conditions = [
    ...(policies.get(purpose)?.grants ?? []).flatMap((grant) => grant.conditions),
    ...prohibitions.flatMap(({ unless }) => unless?.conditions ?? []),
  ];
  return new Set(['P0D', ...conditions.flatMap(({ form }) => countedIn(form))]);
}

function countedIn({ window, lasted, any = [], all = [] }: ConditionForm): readonly string[] {
  const own = [window?.opens, window?.closes, lasted?.atLeast].filter((period) => period !== undefined);
  return [...own, ...[...any, ...all].flatMap(countedIn)];
}
