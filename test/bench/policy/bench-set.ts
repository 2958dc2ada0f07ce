import type { ConsentRole, PolicyContent, RawPolicy, RawRule, RawSide } from '../../oracle/policy-content.ts';
import { classesOf, forbids, matchesGrant } from '../../oracle/prohibition-oracle.ts';
import type { OracleQuestion } from '../../oracle/question.ts';
import { type Draw, pick, seededDraw, some } from '../../oracle/random/draw.ts';
import { widenedFolder } from '../../oracle/random/widened-folder.ts';
import { type PolicyFolder, readPolicyFolder } from '../../oracle/read-policy-folder.ts';
import { benchUserRoles, ruleConditions } from './bench-conditions.ts';

export interface BenchSet {
  readonly folder: PolicyFolder;
  readonly content: PolicyContent;
  readonly rules: number;
}

const text = { nl: 'Iets', en: 'Something' };
const law = [{ act: 'AVG', article: '6' }];
/** Whom the shipped prohibitions name. */
const approvers = ['treatingClinician'];
const special = ['criminal', 'health', 'secrecy'] as const;

/**
 * A set of so many rules over the shipped catalogue and its prohibitions, the same for the same seed. Each rule is
 * for one purpose and one pair of kinds, drawn evenly; roles may be held by every kind, so that no draw is wasted.
 */
export function benchSet(rules: number, seed: number): BenchSet {
  const folder = widenedFolder(readPolicyFolder(), [...benchUserRoles, ...approvers]);
  const draw = seededDraw(seed);
  const purposes = Object.entries(folder.content.purposes)
    .filter(([, purpose]) => !('group' in purpose))
    .map(([id]) => id);
  const drawn = new Map<string, RawRule[]>();
  for (let made = 0; made < rules; ) {
    const purpose = pick(draw, purposes);
    const rule = drawnRule(draw, folder, purpose, `rule-${made + 1}`);
    if (rule === null) continue;
    drawn.set(purpose, [...(drawn.get(purpose) ?? []), rule]);
    made += 1;
  }
  const policies = [...drawn].map(([purpose, own]) => policyOf(purpose, own));
  return { folder, content: { ...folder.content, policies }, rules };
}

function policyOf(purpose: string, rules: readonly RawRule[]): RawPolicy {
  const asks = rules.some(({ consent }) => consent === 'required' || consent === 'waiver');
  const besides = { version: 1, title: text, law };
  return { ...besides, purpose, trigger: 'both', ...(asks ? { notice: { version: 1, text } } : {}), rules };
}

/** Null where a prohibition leaves too few fields to name. */
function drawnRule(draw: Draw, folder: PolicyFolder, purpose: string, id: string): RawRule | null {
  const kinds = Object.keys(folder.content.kinds);
  const consent = pick<ConsentRole>(draw, ['invalid', 'invalid', 'invalid', 'irrelevant', 'required', 'waiver']);
  const from = side(folder, pick(draw, kinds));
  const to = side(folder, pick(draw, kinds));
  const draft: RawRule = {
    id,
    from,
    fields: [],
    when: ruleConditions(draw, to.kind),
    consent,
    obligations: {
      'inform-subject': 'at-disclosure',
      approval: pick(draw, ['source-human', 'source-human', 'two-persons']),
      seal: pick(draw, ['transport', 'recipient', 'end-to-end']),
      destruction: pick(draw, ['none', 'confirm']),
    },
  };
  const fields = some(draw, allowedFields(folder.content, purpose, draft, from, to), 4, 12);
  if (fields.length < 4) return null;
  const retain = { until: 'release', plus: pick(draw, ['P6M', 'P1Y', 'P2Y', 'P5Y']) };
  return { ...draft, fields, to: [{ ...to, ...groundsFor(draw, folder, fields, consent), retain }] };
}

function side({ content }: PolicyFolder, kind: string): RawSide {
  const { regime } = content.kinds[kind] as { regime?: string };
  return { ...{ regime }, kind, basis: ['legal-obligation', 'public-task'] };
}

/** Fields that every prohibition leaves to such a rule, as far as the rule and not what is on record decides it. */
function allowedFields(
  content: PolicyContent,
  purpose: string,
  rule: RawRule,
  source: RawSide,
  recipient: RawSide,
): string[] {
  const policy = policyOf(purpose, [rule]);
  const grant = { policy, rule, source, recipient };
  const nothing = { trigger: 'pull', fields: [], userRole: null, subject: null, facts: [], consents: [] } as const;
  const question: OracleQuestion = {
    ...nothing,
    purpose,
    source: { unit: 'unit-1', kind: source.kind },
    recipient: { unit: 'unit-2', kind: recipient.kind },
    now: '2026-03-10T09:00:00.000Z',
  };
  const against = content.prohibitions
    .map((one) => (one.unless === undefined ? one : { ...one, unless: { ...one.unless, when: [] } }))
    .filter((one) => forbids(one, grant, question, content));
  return fieldNames(content).filter((field) =>
    against.every((one) => !matchesGrant(one, grant, question, field, content)),
  );
}

export function fieldNames({ categories }: PolicyContent): string[] {
  return Object.entries(categories).flatMap(([category, { fields }]) =>
    Object.keys(fields).map((name) => `${category}.${name}`),
  );
}

function groundsFor(draw: Draw, { content, grounds }: PolicyFolder, fields: readonly string[], consent: ConsentRole) {
  const needed = special.filter((one) => fields.some((field) => classesOf(field, content).includes(one)));
  const cited = needed.map((one) => {
    const fitting = Object.entries(grounds[one]).filter(
      ([, ground]) =>
        (ground.consent !== true || consent === 'required') && (ground.waiver !== true || consent === 'waiver'),
    );
    return [`${one}-data`, pick(draw, fitting)[0]] as const;
  });
  return Object.fromEntries(cited);
}
