import type { FieldId, Instant, PurposeId, UnitId } from '../brand.ts';
import type { Change, Notice } from '../disclosure/change.ts';
import { frame, subjectMark } from '../disclosure/entries.ts';
import { longestDelay } from '../disclosure/inform-after.ts';
import type { Entropy, PolicySets } from '../disclosure/ports.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import type { PartnerRegistry, Unit } from '../partner/partner.ts';
import { involvementRole, involvementType } from '../policy/condition.ts';
import { decide } from '../policy/decide.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import { pushesFor } from '../policy/push.ts';
import { trustedFacts } from '../policy-set/trusted-facts.ts';
import type { Subject } from '../subject/reference.ts';
import { type Fact, holdsAt } from './fact.ts';

/** What a change of facts sets in motion: entries and changes for the same transaction. */
export interface Pushed {
  readonly entries: readonly EntryDraft[];
  readonly changes: readonly Change[];
}

/**
 * Who must be told because of a change of facts. A notice goes out where a push policy permits after
 * the change what it did not permit before (`started`), or no longer permits what it did (`ended`).
 * It names no person and no data: the recipient asks under the same purpose, and is decided then. Each
 * source pushes under the policies that it accepted, and without any not at all.
 */
export function noticesFor(
  world: {
    readonly policies: PolicySets;
    readonly registry: PartnerRegistry;
    readonly entropy: Entropy;
    readonly trace: EntryDraft['trace'];
    readonly now: Instant;
  },
  subject: Subject,
  before: readonly Fact[],
  after: readonly Fact[],
): Pushed {
  const entries: EntryDraft[] = [];
  const changes: Change[] = [];
  for (const { set, source, recipient, purpose, fields } of candidates(world, [...before, ...after])) {
    const under = { set, now: world.now };
    const trusted = (facts: readonly Fact[]) => trustedFacts(facts, set, world.registry);
    const permittedBefore = permitted(under, subject, trusted(before), source, recipient, purpose, fields);
    const permittedAfter = permitted(under, subject, trusted(after), source, recipient, purpose, fields);
    if (permittedBefore.length > 0 === permittedAfter.length > 0) continue;
    const phase = permittedAfter.length > 0 ? 'started' : 'ended';
    const about = { trace: world.trace, purpose, source: source.id, recipient: recipient.id };
    const notice: Notice = {
      id: world.entropy.id(),
      recipient: recipient.id,
      source: source.id,
      purpose,
      subject: subject.id,
      fields: permittedAfter,
      at: world.now,
      entry: world.entropy.id() as Notice['entry'],
    };
    entries.push({
      ...frame(world.entropy, about, world.now, set.digest),
      id: notice.entry,
      kind: 'notice',
      body: { notice: notice.id, phase, fields: [...permittedAfter] },
      subject: subject.id,
      personal: { subject: subjectMark(world.entropy, subject.id) },
      fleeting: {},
    });
    changes.push(
      { type: 'notice-given', notice, informAfter: longestDelay([set], purpose) },
      {
        type: 'event-emitted',
        event: {
          id: world.entropy.id(),
          unit: recipient.id,
          type: `nl.sluis.${purpose}.${phase}`,
          time: world.now,
          dataref: `/v1/notices/${notice.id}`,
          about: subject.id,
        },
      },
    );
  }
  return { entries, changes };
}

interface Candidate {
  readonly set: PolicySet;
  readonly source: Unit;
  readonly recipient: Unit;
  readonly purpose: PurposeId;
  readonly fields: readonly FieldId[];
}

/** Every pair of involved units between which some purpose pushes. */
function candidates(
  world: { readonly policies: PolicySets; readonly registry: PartnerRegistry },
  facts: readonly Fact[],
): readonly Candidate[] {
  const ids = new Set(facts.map((fact) => fact.unit).filter((unit): unit is UnitId => unit !== null));
  const units = [...ids]
    .map((id) => world.registry.units.get(id))
    .filter((unit): unit is Unit => unit?.state === 'active');
  return units.flatMap((source) => {
    const set = world.policies.boundTo(source);
    if (set === null) return [];
    return units
      .filter((recipient) => recipient.id !== source.id)
      .flatMap((recipient) =>
        pushesFor(set, source.kind, recipient.kind).map((push) => ({ set, source, recipient, ...push })),
      );
  });
}

function permitted(
  world: { readonly set: PolicySet; readonly now: Instant },
  subject: Subject,
  facts: readonly Fact[],
  source: Unit,
  recipient: Unit,
  purpose: PurposeId,
  fields: readonly FieldId[],
): readonly FieldId[] {
  const decision = decide(world.set, {
    purpose,
    trigger: 'push',
    source: { unit: source.id, kind: source.kind },
    recipient: { unit: recipient.id, kind: recipient.kind },
    fields,
    userRole: null,
    snapshot: { subject, facts, consents: [] },
    now: world.now,
  });
  // That there is something to ask for is told by nobody before two people agreed to tell it: the source offers it then.
  if (decision.outcome === 'refusal' || decision.obligations.approval === 'two-persons') return [];
  return decision.permitted;
}

/** Whether a unit is involved with the subject right now: in whatever role, or in one of these. */
export function isInvolved(
  facts: readonly Fact[],
  unit: UnitId,
  now: Instant,
  roles: 'any' | readonly string[] = 'any',
): boolean {
  return facts.some(
    (fact) =>
      fact.type === involvementType &&
      fact.unit === unit &&
      holdsAt(fact, now) &&
      (roles === 'any' || roles.includes(fact.attributes[involvementRole] ?? '')),
  );
}
