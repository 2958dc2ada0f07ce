import type { ConsentId, FieldId, Instant, PurposeId, SubjectId, UnitId } from '../../brand.ts';
import type { Catalogue } from '../../category/catalogue.ts';
import type { Consent, ConsentKind } from '../../consent/consent.ts';
import type { Fact } from '../../fact/fact.ts';
import type { Question, Side } from '../decision.ts';
import { type Evidence, SeenFact } from '../evidence.ts';

/** One situation that conditions can tell apart from others: what is on record, and for whom is asked. */
export interface World {
  readonly now: Instant;
  readonly facts: readonly Fact[];
  readonly userRole: string | null;
  /** Kinds of consent that the person has given for everything that can be asked. */
  readonly consents: readonly ConsentKind[];
}

/** Partner kinds of the two sides. */
export interface Kinds {
  readonly source: string;
  readonly recipient: string;
}

export const subject = { id: 'the person' as SubjectId, epoch: 1 };

/** Units of the worlds. A third one holds what can stand in the way of the two. */
export const units = {
  source: 'the source' as UnitId,
  recipient: 'the recipient' as UnitId,
  third: 'a third unit' as UnitId,
} as const;

function sidesOf(kinds: Kinds): { readonly source: Side; readonly recipient: Side } {
  return {
    source: { unit: units.source, kind: kinds.source },
    recipient: { unit: units.recipient, kind: kinds.recipient },
  };
}

export function evidenceIn(world: Pick<World, 'now' | 'facts' | 'userRole'>, kinds: Kinds): Evidence {
  const facts = world.facts.map((fact) => new SeenFact(fact, world.now));
  return { facts, userRole: world.userRole, now: world.now, ...sidesOf(kinds) };
}

export interface Asked extends Kinds {
  readonly purpose: PurposeId;
  readonly trigger: 'pull' | 'push';
  readonly fields: readonly FieldId[];
}

/** The question that is asked in a world; `noticeVersion` is that of the notice on which consent was given. */
export function questionIn(world: World, asked: Asked, noticeVersion: number | null, catalogue: Catalogue): Question {
  const consents = noticeVersion === null ? [] : world.consents;
  return {
    purpose: asked.purpose,
    trigger: asked.trigger,
    ...sidesOf(asked),
    fields: asked.fields,
    userRole: world.userRole,
    now: world.now,
    snapshot: {
      subject,
      facts: world.facts,
      consents: consents.map((kind) => given(kind, world.now, asked.purpose, noticeVersion ?? 0, catalogue)),
    },
  };
}

/** Decided by a representative, for that counts whether or not the person decides alone. */
function given(kind: ConsentKind, now: Instant, purpose: PurposeId, notice: number, catalogue: Catalogue): Consent {
  return {
    id: `the ${kind}` as ConsentId,
    subject: subject.id,
    source: units.source,
    recipient: units.recipient,
    purpose,
    categories: [...catalogue.categories.keys()],
    kind,
    state: 'given',
    decidedBy: 'representative',
    requestedBy: units.source,
    requestedAt: now,
    decidedAt: now,
    validUntil: lastInstant,
    noticeVersion: notice,
    language: 'nl',
  };
}

const lastInstant = '9999-12-31T23:59:59.999Z' as Instant;
