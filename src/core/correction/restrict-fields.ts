import type { FactId, FieldId, Instant } from '../brand.ts';
import { instantAt, momentOf } from '../calendar.ts';
import type { Call } from '../disclosure/operations.ts';
import type { FactPorts } from '../fact/attest-fact.ts';
import { consequencesOf } from '../fact/consequences.ts';
import type { Fact } from '../fact/fact.ts';
import type { Pushed } from '../fact/notices.ts';
import { fieldRestricted, isFieldRestriction, restrictedFields, restrictionType } from '../fact/restriction.ts';
import type { Subject } from '../subject/reference.ts';
import type { CorrectionKind } from './correction.ts';

const nothing: Pushed = { entries: [], changes: [] };

/**
 * A restriction of these fields by their source, or its end, with all that it sets in motion. It rests on the same kind of
 * fact that freezes a whole person, narrowed to one unit and one field, so that it counts at every place where that does.
 */
export async function restrictFields(
  ports: FactPorts,
  call: Call,
  correction: { readonly kind: CorrectionKind; readonly fields: readonly FieldId[] },
  subject: Subject,
  now: Instant,
): Promise<Pushed> {
  const { kind, fields } = correction;
  if (kind !== 'restricted' && kind !== 'restriction-lifted') return nothing;
  const source = call.partner.unit.id;
  const before = await ports.facts.of(subject.id);
  const standing = restrictedFields({ subject, facts: before }, source, now);
  const made =
    kind === 'restricted'
      ? fields.filter((field) => !standing.has(field)).map((field) => restriction(ports, call, field, subject, now))
      : [];
  const ended = kind === 'restricted' ? [] : before.filter((fact) => isOf(fact, source, fields) && stands(fact));
  if (made.length === 0 && ended.length === 0) return nothing;
  const ids = new Set(ended.map(({ id }) => id));
  const after = before.map(
    (fact): Fact => (ids.has(fact.id) ? { ...fact, until: endOf(fact, now), state: 'ended' } : fact),
  );
  const follows = consequencesOf(ports, call, subject, { before, after: [...after, ...made] }, now);
  return {
    entries: follows.entries,
    changes: [
      ...made.map((fact) => ({ type: 'fact-attested', fact }) as const),
      ...ended.map((fact) => ({ type: 'fact-ended', id: fact.id, until: endOf(fact, now) }) as const),
      ...follows.changes,
    ],
  };
}

function restriction(ports: FactPorts, call: Call, field: FieldId, subject: Subject, now: Instant): Fact {
  return {
    id: ports.entropy.id() as FactId,
    subject: subject.id,
    type: restrictionType,
    from: now,
    until: null,
    attestedBy: call.partner.unit.id,
    unit: call.partner.unit.id,
    reference: null,
    state: 'attested',
    attributes: fieldRestricted(field),
  };
}

function isOf(fact: Fact, source: Fact['unit'], fields: readonly string[]): boolean {
  return isFieldRestriction(fact) && fact.unit === source && fields.includes(fact.attributes.field ?? '');
}

function stands({ state, until }: Fact): boolean {
  return state === 'attested' && until === null;
}

/** A gateway whose clock is ahead may have placed it after now: then it ends as soon as it began, and does not stay for ever. */
function endOf({ from }: Fact, now: Instant): Instant {
  return from < now ? now : instantAt(momentOf(from) + 1);
}
