import { type FieldId, mint } from '../brand.ts';
import type { Regime } from '../partner/partner.ts';
import type { Decision, FieldRefusal, Obligations, Permit, Question, Reason, RefusalClass } from './decision.ts';
import { evaluateGrant, type GrantVerdict, situationOf } from './grant-verdict.ts';
import { joinObligations } from './obligation-lattice.ts';
import type { Grant, Policy } from './policy.ts';
import { grantsBetween, type PolicySet } from './policy-set.ts';
import { forbids } from './prohibition.ts';
import { noRule, prohibitedBy } from './reason.ts';

interface Permitted {
  readonly field: FieldId;
  readonly grants: readonly Grant[];
  readonly consents: readonly string[];
}

type FieldVerdict = Permitted | FieldRefusal;

/**
 * Whether this source may give these fields about this person to this recipient now, field by
 * field, with every rule that permits and every reason that refuses. Pure and synchronous; the
 * only minter of `Permit`. Anything absent, unknown or unreadable means no.
 *
 * `conditions` is for the ledger and for officers: it tells what is on record about the person.
 */
export function decide(set: PolicySet, question: Question): Decision {
  const policy = set.policies.get(question.purpose) ?? null;
  const asked = [...new Set(question.fields)];
  const verdicts = touchedVerdicts(set, policy, question, asked);
  const judged = asked.map((field) => judgeField(set, question, field, verdicts));
  const permitted = judged.filter((verdict): verdict is Permitted => 'grants' in verdict);
  const refused = judged.filter((verdict): verdict is FieldRefusal => 'reasons' in verdict);
  const base = {
    purpose: question.purpose,
    policyVersion: policy?.version ?? null,
    policySet: set.digest,
    law: policy?.law ?? set.catalogue.purposes.get(question.purpose)?.law ?? [],
    regimes: {
      source: regimeOf(set, question.source.kind),
      recipient: regimeOf(set, question.recipient.kind),
    },
    conditions: verdicts.flatMap((verdict) => verdict.records),
    refused,
    decidedAt: question.now,
    epoch: question.snapshot.subject?.epoch ?? null,
  };
  const obligations = joinAll(permitted.flatMap(({ grants }) => grants));
  if (obligations === null) return { ...base, outcome: 'refusal', class: classOf(refused) };
  return mint<Permit>({
    ...base,
    outcome: 'permit',
    permitted: permitted.map(({ field }) => field),
    rules: Object.fromEntries(permitted.map(({ field, grants }) => [field, grants.map((grant) => grant.rule)])),
    obligations,
    consents: [...new Set(permitted.flatMap(({ consents }) => consents))],
  });
}

/** Only grants that name a field that was asked are evaluated: no more about the person is read than needed. */
function touchedVerdicts(
  set: PolicySet,
  policy: Policy | null,
  question: Question,
  asked: readonly FieldId[],
): readonly GrantVerdict[] {
  if (policy === null || (policy.trigger !== 'both' && policy.trigger !== question.trigger)) return [];
  const { purpose, source, recipient } = question;
  const touched = grantsBetween(set, purpose, source.kind, recipient.kind).filter((grant) =>
    asked.some((field) => grant.fields.has(field)),
  );
  const situation = situationOf(question, policy, set.catalogue);
  return touched.map((grant) => evaluateGrant(grant, asked, situation));
}

function judgeField(
  set: PolicySet,
  question: Question,
  field: FieldId,
  verdicts: readonly GrantVerdict[],
): FieldVerdict {
  const { purpose } = question;
  const flow = { purpose, source: question.source.kind, recipient: question.recipient.kind, field };
  // INVARIANT: a prohibition beats every permit, also one that a faulty set let through at load.
  const prohibitions = set.prohibitions.filter((prohibition) => forbids(prohibition, flow));
  if (prohibitions.length > 0) return { field, reasons: prohibitions.map(prohibitedBy) };
  const covering = verdicts.filter(({ grant }) => grant.fields.has(field));
  if (covering.length === 0) return { field, reasons: [noRule] };

  const judgements = covering.map(({ grant, judge }) => ({ grant, ...judge(field) }));
  const permits = judgements.filter((judgement) => judgement.permits);
  if (permits.length > 0) {
    const consents = permits.flatMap(({ consent }) => (consent === null ? [] : [consent.id]));
    return { field, grants: permits.map(({ grant }) => grant), consents };
  }
  return { field, reasons: judgements.flatMap((judgement) => (judgement.permits ? [] : judgement.reasons)) };
}

/**
 * Reasons that rest on the person come first, the least telling of them before the others: a field
 * that nobody may have does not reveal whether the next one could be had.
 */
const precedence: readonly RefusalClass[] = [
  'not-available',
  'undecidable',
  'condition-not-met',
  'prohibited',
  'not-permitted',
];

function classOf(refused: readonly FieldRefusal[]): RefusalClass {
  const reasons: readonly Reason[] = refused.flatMap((refusal) => refusal.reasons);
  return precedence.find((candidate) => reasons.some((reason) => reason.class === candidate)) ?? 'not-permitted';
}

/** Null when nothing was permitted. A join that is not defined does not load, so here it is a fault. */
function joinAll(grants: readonly Grant[]): Obligations | null {
  return grants.reduce<Obligations | null>((joined, { obligations }) => {
    if (joined === null) return obligations;
    const next = joinObligations(joined, obligations);
    if (next === undefined) throw new Error('obligations that do not join passed the load of the policy set');
    return next;
  }, null);
}

/** A kind that the catalogue does not know has no rule either; it is shown under the general law. */
function regimeOf(set: PolicySet, kind: string): Regime {
  return set.catalogue.partnerKinds.get(kind)?.regime ?? 'avg';
}
