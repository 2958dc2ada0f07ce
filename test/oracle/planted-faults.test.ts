import { describe, expect, it, test } from 'vitest';
import { wrongVerdicts } from './compare.ts';
import { everythingJoins } from './everything-joins.ts';
import { askOracle } from './oracle.ts';
import type { PolicyContent, RawPolicy, RawProhibition, RawRule, RawSide } from './policy-content.ts';
import type { OracleAnswer, OracleQuestion, RecordedConsent, RecordedFact } from './question.ts';
import { seededDraw } from './random/draw.ts';
import { userRoles } from './random/random-conditions.ts';
import { randomPolicies } from './random/random-policies.ts';
import { randomQuestion } from './random/random-question.ts';
import { widenedFolder } from './random/widened-folder.ts';
import { readPolicyFolder } from './read-policy-folder.ts';

/** What the random questions are worth: an engine that is wrong in one point must be found out by them. */
const folder = widenedFolder(readPolicyFolder(), userRoles);
const asked: { content: PolicyContent; question: OracleQuestion; right: OracleAnswer }[] = [];
for (let seed = 1; asked.length < 6000; seed += 1) {
  const draw = seededDraw(seed);
  const content = randomPolicies(draw, folder);
  if (!everythingJoins(content)) continue;
  for (let index = 0; index < 15; index += 1) {
    const question = randomQuestion(draw, content);
    asked.push({ content, question, right: askOracle(content, question) });
  }
}

function isFoundOut(wrong: (content: PolicyContent, question: OracleQuestion) => OracleAnswer): boolean {
  return asked.some(({ content, question, right }) => {
    const { proofBroken: _, ...answer } = wrong(content, question);
    const { proofBroken: __, ...expected } = right;
    return JSON.stringify(answer) !== JSON.stringify(expected);
  });
}

const facts =
  (change: (fact: RecordedFact, question: OracleQuestion) => RecordedFact[]) => (question: OracleQuestion) => ({
    ...question,
    facts: question.facts.flatMap((fact) => change(fact, question)),
  });
const consents =
  (change: (consent: RecordedConsent, question: OracleQuestion) => RecordedConsent[]) =>
  (question: OracleQuestion) => ({
    ...question,
    consents: question.consents.flatMap((consent) => change(consent, question)),
  });
const always = (over: Partial<RecordedConsent>) => consents((consent) => [{ ...consent, ...over }]);
const attested = (fact: RecordedFact): RecordedFact => ({ ...fact, state: 'attested' });
const readable = (text: string | null) => text === null || !Number.isNaN(Date.parse(text));
const shifted = (text: string, by: number) => new Date(Date.parse(text) + by).toISOString();

describe('the random questions find out an engine that', () => {
  test.each<[string, (question: OracleQuestion) => OracleQuestion]>([
    ['takes disputed facts for attested ones', facts((fact) => [fact.state === 'disputed' ? attested(fact) : fact])],
    ['takes no notice of disputed facts', facts((fact) => (fact.state === 'disputed' ? [] : [fact]))],
    ['takes corrected facts for attested ones', facts((fact) => [fact.state === 'corrected' ? attested(fact) : fact])],
    ['takes no notice of ended facts', facts((fact) => (fact.state === 'ended' ? [] : [fact]))],
    ['forgets when a fact ends', facts((fact) => [{ ...fact, until: null }])],
    [
      'takes no notice of unreadable facts',
      facts((fact) => (readable(fact.from) && readable(fact.until) ? [fact] : [])),
    ],
    [
      'counts periods that run backwards',
      facts((fact) => [fact.until === fact.from ? { ...fact, until: null } : fact]),
    ],
    ['forgets references', facts((fact) => [{ ...fact, reference: null }])],
    ['takes every reference for the same', facts((fact) => [{ ...fact, reference: 'case-1' }])],
    [
      'takes every involvement for the recipient’s',
      facts((fact, { recipient }) => [fact.unit === null ? fact : { ...fact, unit: recipient.unit }]),
    ],
    [
      'takes no notice of who decides instead',
      facts((fact) => (['age-group', 'representation'].includes(fact.type) ? [] : [fact])),
    ],
    ['takes no notice of restrictions', facts((fact) => (fact.type === 'restriction' ? [] : [fact]))],
    ['decides a millisecond late', (question) => ({ ...question, now: shifted(question.now, 1) })],
    ['decides a millisecond early', (question) => ({ ...question, now: shifted(question.now, -1) })],
    ['forgets the user', (question) => ({ ...question, userRole: null })],
    ['takes a push for a pull', (question) => ({ ...question, trigger: 'pull' })],
    ['looks no further than the first field', (question) => ({ ...question, fields: question.fields.slice(0, 1) })],
    [
      'turns source and recipient round',
      ({ source, recipient, ...rest }) => ({ ...rest, source: recipient, recipient: source }),
    ],
    ['takes a waiver for a consent', always({ kind: 'consent' })],
    ['takes a consent of somebody else', always({ subject: 'somebody' })],
    ['takes a consent for another source', consents((consent, { source }) => [{ ...consent, source: source.unit }])],
    [
      'takes a consent for another recipient',
      consents((consent, { recipient }) => [{ ...consent, recipient: recipient.unit }]),
    ],
    ['takes a consent for another purpose', consents((consent, { purpose }) => [{ ...consent, purpose }])],
    ['takes a consent for another category', always({ categories: Object.keys(folder.content.categories) })],
    [
      'takes a consent that was only asked for or is over',
      consents((consent) => [
        { ...consent, state: ['requested', 'expired'].includes(consent.state) ? 'given' : consent.state },
      ]),
    ],
    ['takes no notice of refusals', consents((consent) => (consent.state === 'refused' ? [] : [consent]))],
    ['takes no notice of withdrawals', consents((consent) => (consent.state === 'withdrawn' ? [] : [consent]))],
    [
      'takes no notice of those at an unknown moment',
      consents((consent) => (consent.state !== 'given' && consent.decidedAt === null ? [] : [consent])),
    ],
    [
      'takes a withdrawal before a consent for one after it',
      consents((consent, { now }) => [consent.state === 'given' ? consent : { ...consent, decidedAt: now }]),
    ],
    ['forgets when a consent ends', always({ validUntil: '2090-01-01T00:00:00.000Z' })],
    [
      'takes a consent on another notice',
      consents((consent) => [
        { ...consent, noticeVersion: 1 },
        { ...consent, noticeVersion: 2 },
      ]),
    ],
    ['takes every decision for a representative’s', always({ decidedBy: 'representative' })],
  ])('%s', (_, change) => {
    expect(isFoundOut((content, question) => askOracle(content, change(question)))).toBe(true);
  });

  const inRules = (change: (rule: RawRule) => RawRule) => (content: PolicyContent) => ({
    ...content,
    policies: content.policies.map((policy) => ({ ...policy, rules: policy.rules.map(change) })),
  });
  const inSides = (change: (side: RawSide) => RawSide) =>
    inRules((rule) => ({
      ...rule,
      ...(rule.to === undefined ? {} : { to: rule.to.map(change) }),
      ...(rule.among === undefined ? {} : { among: rule.among.map(change) }),
    }));
  const inPolicies = (change: (policy: RawPolicy) => RawPolicy) => (content: PolicyContent) => ({
    ...content,
    policies: content.policies.map(change),
  });
  const inProhibitions = (change: (prohibition: RawProhibition) => RawProhibition) => (content: PolicyContent) => ({
    ...content,
    prohibitions: content.prohibitions.map(change),
  });
  const text =
    (from: RegExp, to: string) =>
    (content: PolicyContent): PolicyContent => ({
      ...content,
      policies: JSON.parse(JSON.stringify(content.policies).replace(from, to)),
    });

  test.each<[string, (content: PolicyContent) => PolicyContent]>([
    ['leaves out the last condition of each rule', inRules((rule) => ({ ...rule, when: rule.when.slice(0, -1) }))],
    ['leaves out the last field of each rule', inRules((rule) => ({ ...rule, fields: rule.fields.slice(0, -1) }))],
    ['takes any for all', text(/"any":/g, '"all":')],
    ['takes all for any', text(/"all":/g, '"any":')],
    ['takes the end of a window for its start', text(/"edge":"end"/g, '"edge":"start"')],
    ['counts a month as thirty days', text(/"P1M"/g, '"P30D"')],
    ['counts a quarter as ninety days', text(/"(-?)P3M"/g, '"$1P90D"')],
    ['forgets about whom a fact is', text(/,"about":"(source|recipient)"/g, '')],
    ['asks no words of a fact', text(/"is":\{[^}]*\}/g, '"is":{}')],
    [
      'takes consent for irrelevant where it is required',
      inRules((rule) => (rule.consent === 'required' ? { ...rule, consent: 'irrelevant' } : rule)),
    ],
    [
      'takes a waiver for a consent',
      inRules((rule) => (rule.consent === 'waiver' ? { ...rule, consent: 'required' } : rule)),
    ],
    [
      'takes mutual exchange for one direction',
      inRules(({ among, ...rule }) =>
        among === undefined ? rule : { ...rule, from: among[0] as RawSide, to: among.slice(1) },
      ),
    ],
    ['knows no trigger', inPolicies((policy) => ({ ...policy, trigger: 'both' }))],
    [
      'forgets the version of the notice',
      inPolicies((policy) => (policy.notice === undefined ? policy : { ...policy, notice: { version: 1 } })),
    ],
    [
      'forgets the longest period',
      inSides(({ retain, ...side }) => (retain === undefined ? side : { ...side, retain: { until: retain.until } })),
    ],
    [
      'forgets how certain a period is',
      inSides(({ retain, ...side }) =>
        retain === undefined ? side : { ...side, retain: { ...retain, status: 'unverified' } },
      ),
    ],
    ['forgets seals', inRules((rule) => ({ ...rule, obligations: { ...rule.obligations, seal: 'transport' } }))],
    [
      'informs at once',
      inRules((rule) => ({ ...rule, obligations: { ...rule.obligations, 'inform-subject': 'at-disclosure' } })),
    ],
    ['forgets approval', inRules((rule) => ({ ...rule, obligations: { ...rule.obligations, approval: 'none' } }))],
    [
      'forgets destruction',
      inRules((rule) => ({ ...rule, obligations: { ...rule.obligations, destruction: 'none' } })),
    ],
    ['forgets prohibitions', (content) => ({ ...content, prohibitions: [] })],
    ['forgets unless', inProhibitions(({ unless: _, ...rest }) => rest)],
    ['forgets excepted fields', inProhibitions(({ exceptFields: _, ...rest }) => rest)],
    ['forgets excepted purposes', inProhibitions(({ exceptPurposes: _, ...rest }) => rest)],
    ['forgets the sources of a prohibition', inProhibitions(({ sources: _, ...rest }) => rest)],
    ['forgets the recipients of a prohibition', inProhibitions(({ recipients: _, ...rest }) => rest)],
    ['knows no groups of purposes', (content) => ({ ...content, purposes: {} })],
    ['knows no classes', (content) => ({ ...content, categories: {} })],
    ['knows no exclusive roles and no representatives', (content) => ({ ...content, facts: {} })],
  ])('%s', (_, change) => {
    const changed = new Map<PolicyContent, PolicyContent>();
    const wrong = (content: PolicyContent) => {
      const known = changed.get(content) ?? change(content);
      changed.set(content, known);
      return known;
    };
    expect(
      isFoundOut((content, question) =>
        askOracle(everythingJoins(wrong(content)) ? wrong(content) : content, question),
      ),
    ).toBe(true);
  });
});

describe('the random questions', () => {
  const share = (holds: (answer: OracleAnswer) => boolean) =>
    asked.filter(({ right }) => holds(right)).length / asked.length;
  it('are permitted and refused, each for a good part, and refused in every class', () => {
    expect(share(({ permitted }) => permitted)).toBeGreaterThan(0.2);
    expect(share(({ permitted }) => !permitted)).toBeGreaterThan(0.2);
    for (const word of ['not-available', 'undecidable', 'condition-not-met', 'prohibited', 'not-permitted'])
      expect(share(({ refusal }) => refusal === word)).toBeGreaterThan(0.01);
  });
  it('are permitted by several rules at once, and field by field differently', () => {
    const answers = (answer: OracleAnswer) => Object.values(answer.fields);
    expect(share((answer) => answers(answer).some((one) => one.permitted && one.rules.length > 1))).toBeGreaterThan(
      0.01,
    );
    expect(share((answer) => answer.permitted && answers(answer).some((one) => !one.permitted))).toBeGreaterThan(0.05);
  });
});

test('an engine that says yes or no alone is held to the fields it permits', () => {
  const some = asked.filter(({ right }) => right.permitted).slice(0, 50);
  for (const { content, question, right } of some) {
    const fields = Object.keys(right.fields).filter((field) => right.fields[field]?.permitted === true);
    expect(wrongVerdicts(content, [question], () => fields.toReversed())).toEqual([]);
    expect(wrongVerdicts(content, [question], () => fields.slice(1))).toHaveLength(1);
    expect(wrongVerdicts(content, [question], () => [...fields, 'identity.unheardOf'])).toHaveLength(1);
  }
});
