import type {
  ConsentId,
  Digest,
  FactId,
  FieldId,
  Instant,
  PurposeId,
  SubjectId,
  UnitId,
} from '../../src/core/brand.ts';
import { type AssembledSet, assemblePolicySet } from '../../src/core/policy/assemble.ts';
import type { Decision, Obligations, Question } from '../../src/core/policy/decision.ts';
import { lengthOf, writeLength } from './calendar.ts';
import type { PolicyContent } from './policy-content.ts';
import type { FieldAnswer, JoinedObligations, OracleAnswer, OracleQuestion, RefusalClass } from './question.ts';
import type { PolicyFolder } from './read-policy-folder.ts';

/** The engine's set of these policies, as its own loader would assemble them from the files. */
export function assembleContent(folder: PolicyFolder, content: PolicyContent): AssembledSet {
  const file = (name: string, value: unknown) => ({ file: name, content: value });
  return assemblePolicySet({
    digest: `sha256:${'0'.repeat(64)}` as Digest,
    catalogue: {
      partnerKinds: file('partner-kinds.yaml', content.kinds),
      categories: file('categories.yaml', content.categories),
      purposes: file('purposes.yaml', content.purposes),
      facts: file('facts.yaml', content.facts),
      grounds: file('grounds.yaml', folder.grounds),
    },
    prohibitions: file('prohibitions.yaml', content.prohibitions),
    retention: file('retention.yaml', folder.retention),
    policies: content.policies.map((policy) => file(`${policy.purpose}.policy.yaml`, policy)),
  });
}

/** The oracle's question in the engine's words. */
export function engineQuestion(question: OracleQuestion): Question {
  const now = question.now as Instant;
  const subject = question.subject as SubjectId | null;
  return {
    purpose: question.purpose as PurposeId,
    trigger: question.trigger,
    source: { unit: question.source.unit as UnitId, kind: question.source.kind },
    recipient: { unit: question.recipient.unit as UnitId, kind: question.recipient.kind },
    fields: question.fields as readonly string[] as readonly FieldId[],
    userRole: question.userRole,
    now,
    snapshot: {
      subject: subject === null ? null : { id: subject, epoch: 1 },
      facts: question.facts.map((fact, index) => ({
        ...fact,
        id: `fact-${index}` as FactId,
        subject: (subject ?? 'nobody') as SubjectId,
        from: fact.from as Instant,
        until: fact.until as Instant | null,
        attestedBy: 'unit-that-attests' as UnitId,
        unit: fact.unit as UnitId | null,
      })),
      consents: question.consents.map((consent, index) => ({
        ...consent,
        id: `consent-${index}` as ConsentId,
        subject: consent.subject as SubjectId | null,
        source: consent.source as UnitId,
        recipient: consent.recipient as UnitId,
        purpose: consent.purpose as PurposeId,
        requestedBy: consent.recipient as UnitId,
        requestedAt: '2020-01-01T00:00:00.000Z' as Instant,
        decidedAt: consent.decidedAt as Instant | null,
        validUntil: consent.validUntil as Instant,
        language: 'nl',
      })),
    },
  };
}

/** The engine's decision in the oracle's words. */
export function engineAnswer(decision: Decision): Omit<OracleAnswer, 'proofBroken'> {
  const fields: Record<string, FieldAnswer> = {};
  if (decision.outcome === 'permit') {
    for (const field of decision.permitted)
      fields[field] = { permitted: true, rules: [...(decision.rules[field] ?? [])].sort() };
  }
  for (const { field, reasons } of decision.refused) {
    const told = reasons.map((reason) => `${reason.class} ${reason.rule ?? '-'}`);
    fields[field] = { permitted: false, reasons: [...new Set(told)].sort() };
  }
  if (decision.outcome === 'permit')
    return { fields, permitted: true, refusal: null, obligations: joinedObligations(decision.obligations) };
  return { fields, permitted: false, refusal: decision.class as RefusalClass, obligations: null };
}

function joinedObligations(obligations: Obligations): JoinedObligations {
  const written = (duration: string | null) => (duration === null ? null : writeLength(lengthOf(duration)));
  const { retain, informAfter, approval, approvers, seal, destruction } = obligations;
  return {
    retain: { ...retain, plus: written(retain.plus), atLeast: written(retain.atLeast) },
    informAfterDays: informAfter === null ? 0 : lengthOf(informAfter).amount,
    approvers: ['none', 'source-human', 'two-persons'].indexOf(approval),
    roles: [...approvers].sort(),
    seal,
    destruction,
  };
}
