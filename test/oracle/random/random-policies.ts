import type {
  ConsentRole,
  PolicyContent,
  RawApproval,
  RawCondition,
  RawObligations,
  RawPolicy,
  RawProhibition,
  RawRetain,
  RawRule,
  RawSide,
} from '../policy-content.ts';
import { categoryOf, classesOf } from '../prohibition-oracle.ts';
import type { PolicyFolder } from '../read-policy-folder.ts';
import { chance, type Draw, pick, some } from './draw.ts';
import { involvedRoles, memberRoles, randomCondition } from './random-conditions.ts';

export const kinds = ['prison', 'municipality', 'careProvider', 'housingAssociation'];
const purposes = ['plan-basic-conditions', 'plan-care', 'housing-placement', 'detention-notice'];
const groups = ['reintegration', 'reintegration-plan', 'means-of-living'];
export const fields = [
  'identity.surname',
  'identity.birthDate',
  'numbers.bsn',
  'debts.referral',
  'detention.start',
  'housing.need',
  'medical.diagnosis',
  'treatmentCompliance.attendance',
  'riskAssessment.assessment',
];
const text = { nl: 'Iets', en: 'Something' };
const law = [{ act: 'AVG', article: '6' }];
const special = ['criminal', 'health', 'secrecy'] as const;

/** What the rules of one policy have in common more often than chance would: so that several speak of one flow. */
interface Shared {
  readonly obligations: RawObligations;
  readonly from: string;
  readonly to: readonly string[];
}

/** A policy set in the language, over the catalogue that the product ships: its words, other rules. */
export function randomPolicies(draw: Draw, folder: PolicyFolder): PolicyContent {
  const policies = some(draw, purposes, 1, 3).map((purpose) => randomPolicy(draw, folder, purpose));
  const prohibitions = Array.from({ length: draw.upTo(3) }, (_, index) =>
    randomProhibition(draw, policies, folder.content, `forbidden-${index + 1}`),
  );
  return { ...folder.content, policies, prohibitions };
}

function randomPolicy(draw: Draw, folder: PolicyFolder, purpose: string): RawPolicy {
  const shared = { obligations: randomObligations(draw), from: pick(draw, kinds), to: some(draw, kinds, 1, 2) };
  const rules = Array.from({ length: 1 + draw.upTo(3) }, (_, index) =>
    randomRule(draw, folder, purpose, `rule-${index + 1}`, shared),
  );
  const asks = rules.some(({ consent }) => consent === 'required' || consent === 'waiver');
  return {
    ...{ version: 1 + draw.upTo(2), title: text, law },
    purpose,
    trigger: pick(draw, ['both', 'pull', 'push'] as const),
    ...(asks ? { notice: { version: 1 + draw.upTo(2), text } } : {}),
    rules,
  };
}

function randomRule(draw: Draw, folder: PolicyFolder, purpose: string, id: string, shared: Shared): RawRule {
  const consent = pick<ConsentRole>(draw, ['irrelevant', 'invalid', 'required', 'waiver']);
  const restsOnPerson = consent === 'required' || consent === 'waiver';
  const named = some(draw, fields, 1, 5);
  const gives = (kind: string) => givingSide(draw, folder.content, purpose, kind, consent);
  const receives = (kind: string) => receivingSide(draw, folder, kind, named, consent);
  const sides = chance(draw, 25)
    ? { among: some(draw, kinds, 2, 3).map((kind) => ({ ...receives(kind), ...gives(kind) })) }
    : chance(draw, 60)
      ? { from: gives(shared.from), to: shared.to.map(receives) }
      : { from: gives(pick(draw, kinds)), to: some(draw, kinds, 1, 2).map(receives) };
  const involved: RawCondition = chance(draw, 75)
    ? { involved: { who: 'recipient', as: some(draw, involvedRoles, 1, 4) } }
    : { member: { of: pick(draw, memberRoles) } };
  const rest = Array.from({ length: draw.upTo(2) }, () => randomCondition(draw, folder.content, 3));
  const when = restsOnPerson && chance(draw, 50) && rest.length > 0 ? rest : [involved, ...rest];
  const obligations = chance(draw, 85) ? { ...shared.obligations, seal: pick(draw, seals) } : randomObligations(draw);
  return { id, ...sides, fields: named, when, consent, obligations };
}

function plainSide(draw: Draw, content: PolicyContent, kind: string, consent: ConsentRole): RawSide {
  const bases = ['public-task', 'legal-obligation', ...(consent === 'required' ? ['consent'] : [])];
  const { regime } = content.kinds[kind] as { regime?: string };
  return { ...{ regime }, kind, basis: chance(draw, 50) ? pick(draw, bases) : some(draw, bases, 1, 2) };
}

function givingSide(draw: Draw, content: PolicyContent, purpose: string, kind: string, consent: ConsentRole): RawSide {
  const { usesDataOf = [] } = content.purposes[purpose] as { usesDataOf?: string[] };
  const obtained = chance(draw, 30) ? { obtained: some(draw, [purpose, ...usesDataOf], 1, 2) } : {};
  return { ...plainSide(draw, content, kind, consent), ...obtained };
}

/** With a ground for each special class of a named field, and how long it may be kept. */
function receivingSide(
  draw: Draw,
  { content, grounds, retention }: PolicyFolder,
  kind: string,
  named: readonly string[],
  consent: ConsentRole,
): RawSide {
  const needed = special.filter((one) => named.some((field) => classesOf(field, content).includes(one)));
  const cited = needed.map((one) => {
    const fitting = Object.entries(grounds[one]).filter(
      ([, ground]) =>
        (ground.consent !== true || consent === 'required') && (ground.waiver !== true || consent === 'waiver'),
    );
    return [`${one}-data`, pick(draw, fitting)[0]];
  });
  const retain = chance(draw, 85) ? similarRetain(draw) : randomRetain(draw, Object.keys(retention.starts));
  return { ...plainSide(draw, content, kind, consent), ...Object.fromEntries(cited), retain };
}

/** Periods that join with one another. */
function similarRetain(draw: Draw): RawRetain {
  const plus = pick(draw, ['P1Y', 'P12M', 'P6M', 'P10Y']);
  const atLeast = chance(draw, 20) ? { atLeast: pick(draw, ['P1M', 'P6M']) } : {};
  const status = chance(draw, 30) ? { status: pick(draw, ['unverified', 'design-default'] as const) } : {};
  return { until: 'release', plus, ...atLeast, ...status };
}

function randomRetain(draw: Draw, starts: readonly string[]): RawRetain {
  const until = chance(draw, 60) ? 'release' : pick(draw, starts);
  const period = pick(draw, [
    {},
    { plus: 'P1Y' },
    { plus: 'P8M', atLeast: 'P2M' },
    { plus: 'P2Y', atLeast: 'P1Y' },
    { plus: 'P30D' },
    { plus: 'P5W', atLeast: 'P20D' },
  ]);
  return { until, ...period };
}

const seals = ['transport', 'recipient', 'end-to-end'] as const;

function randomObligations(draw: Draw): RawObligations {
  const delayed = { delayed: pick(draw, ['P30D', 'P14D', 'P2W', 'P3W']), ground: 'UAVG 41 lid 1 onder d' };
  const destruction = chance(draw, 50) ? { destruction: pick(draw, ['none', 'confirm'] as const) } : {};
  return {
    'inform-subject': chance(draw, 25) ? delayed : 'at-disclosure',
    approval: randomApproval(draw),
    seal: pick(draw, seals),
    ...destruction,
  };
}

function randomApproval(draw: Draw): RawApproval {
  const plain = pick(draw, ['none', 'source-human', 'two-persons'] as const);
  if (plain === 'none' || chance(draw, 60)) return plain;
  return {
    by: plain,
    roles: some(draw, ['director', 'caseManager', 'physician'], 1, plain === 'source-human' ? 1 : 2),
  };
}

/** Half of them look at a rule of the set, so that their `unless` can be so. */
function randomProhibition(
  draw: Draw,
  policies: readonly RawPolicy[],
  content: PolicyContent,
  id: string,
): RawProhibition {
  const rule = pick(
    draw,
    policies.flatMap(({ rules }) => rules),
  );
  const asked = pick(draw, [fields, rule.fields]);
  const what = pick(draw, [
    { fields: some(draw, asked, 1, 2) },
    { categories: some(draw, [...new Set(asked.map(categoryOf))], 1, 2) },
    { classes: some(draw, ['health', 'secrecy', 'number', 'criminal'], 1, 1) },
    { categories: ['identity', 'medical'], exceptFields: ['identity.surname'] },
    { exceptFields: some(draw, asked, 1, 3) },
  ]);
  const who = pick(draw, [
    { recipients: some(draw, kinds, 1, 2) },
    { recipients: { mayProcessBsn: false } as const },
    { sources: some(draw, kinds, 1, 2) },
    {},
  ]);
  const why = pick(draw, [
    {},
    { purposes: some(draw, purposes, 1, 2) },
    { purposes: [pick(draw, groups)] },
    { exceptPurposes: [pick(draw, [...groups, ...purposes])] },
  ]);
  const of = chance(draw, 30)
    ? pick(draw, [
        { obtained: some(draw, purposes, 1, 2) },
        { bases: ['legal-obligation'] },
        { consent: ['invalid' as const] },
      ])
    : {};
  const unless = chance(draw, 60) ? { unless: fittingUnless(draw, rule, content) } : {};
  return { ...{ text, law }, id, ...who, ...why, ...what, ...of, ...unless };
}

function fittingUnless(draw: Draw, rule: RawRule, content: PolicyContent): NonNullable<RawProhibition['unless']> {
  const when = chance(draw, 80) ? some(draw, rule.when, 1, 2) : [randomCondition(draw, content, 1)];
  return {
    when,
    ...(chance(draw, 30) ? { consent: [rule.consent] } : {}),
    ...(chance(draw, 20) ? { approval: rule.obligations.approval } : {}),
  };
}
