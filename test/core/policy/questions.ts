import type { ConsentId, FactId, FieldId, Instant, PurposeId, SubjectId, UnitId } from '../../../src/core/brand.ts';
import type { Consent } from '../../../src/core/consent/consent.ts';
import type { Fact } from '../../../src/core/fact/fact.ts';
import type { Question, Snapshot } from '../../../src/core/policy/decision.ts';

/** Builders of questions that most policy tests ask. */
export const now = '2026-03-10T09:00:00.000Z' as Instant;
export const subject = { id: 'subject-1' as SubjectId, epoch: 7 };

export function fact(type: string, overrides: Partial<Fact> = {}): Fact {
  return {
    id: `${type}-${overrides.unit ?? ''}-${overrides.state ?? ''}` as FactId,
    subject: subject.id,
    type,
    from: '2026-03-01T10:00:00.000Z' as Instant,
    until: null,
    attestedBy: 'pi' as UnitId,
    unit: null,
    reference: null,
    state: 'attested',
    attributes: {},
    ...overrides,
  };
}

export function involved(unit: string, role: string, overrides: Partial<Fact> = {}): Fact {
  return fact('involvement', { unit: unit as UnitId, attributes: { role }, ...overrides });
}

export const standardFacts: readonly Fact[] = [
  fact('detention'),
  involved('pi', 'detaining-prison'),
  involved('stad', 'residence-municipality'),
  involved('reclassering', 'supervising-probation'),
  involved('corporatie', 'housing-applicant'),
];

export function consent(overrides: Partial<Consent> = {}): Consent {
  return {
    id: 'consent-1' as ConsentId,
    subject: subject.id,
    source: 'stad' as UnitId,
    recipient: 'corporatie' as UnitId,
    purpose: 'housing-placement' as PurposeId,
    categories: ['housing', 'identity'],
    kind: 'consent',
    state: 'given',
    decidedBy: 'subject',
    requestedBy: 'stad' as UnitId,
    requestedAt: '2026-03-05T09:00:00.000Z' as Instant,
    decidedAt: '2026-03-06T09:00:00.000Z' as Instant,
    validUntil: '2026-09-01T00:00:00.000Z' as Instant,
    noticeVersion: 1,
    language: 'nl',
    ...overrides,
  };
}

export const kinds = {
  pi: 'prison',
  reclassering: 'probation',
  stad: 'municipality',
  dorp: 'municipality',
  politie: 'police',
  corporatie: 'housingAssociation',
} as const;

export type UnitName = keyof typeof kinds;

export function question(
  purpose: string,
  source: UnitName,
  recipient: UnitName,
  fields: readonly string[],
  snapshot: Partial<Snapshot> = {},
): Question {
  return {
    purpose: purpose as PurposeId,
    trigger: 'pull',
    source: { unit: source as UnitId, kind: kinds[source] },
    recipient: { unit: recipient as UnitId, kind: kinds[recipient] },
    fields: fields as FieldId[],
    userRole: null,
    snapshot: { subject, facts: standardFacts, consents: [], ...snapshot },
    now,
  };
}
