import { everyGrant, type OracleGrant } from '../../oracle/grants.ts';
import type { RawCondition } from '../../oracle/policy-content.ts';
import { categoryOf } from '../../oracle/prohibition-oracle.ts';
import type { OracleQuestion, RecordedConsent, RecordedFact } from '../../oracle/question.ts';
import { chance, type Draw, pick, seededDraw, some } from '../../oracle/random/draw.ts';
import { aFact, at, type Scene, supportingFacts } from '../../oracle/random/supporting-facts.ts';
import { benchUserRoles } from './bench-conditions.ts';
import { type BenchSet, fieldNames } from './bench-set.ts';

const now = '2026-03-10T09:00:00.000Z';

/**
 * Requests of six fields about persons on record: each near one rule of the set, with facts and consents that mostly
 * are as the rule asks, some that lie beside it, and now and then one that is disputed, over or withdrawn.
 */
export function benchQuestions({ content }: BenchSet, count: number, seed: number): OracleQuestion[] {
  const draw = seededDraw(seed);
  const grants = everyGrant(content);
  const names = fieldNames(content);
  const scene: Scene = { content, now, source: 'unit-1', recipient: 'unit-2' };
  return Array.from({ length: count }, (_, index) => {
    const grant = pick(draw, grants);
    const own = some(draw, grant.rule.fields, 4, 5);
    const others = names.filter((name) => !own.includes(name));
    return {
      purpose: grant.policy.purpose,
      trigger: pick(draw, ['pull', 'push'] as const),
      source: { unit: scene.source, kind: grant.source.kind },
      recipient: { unit: scene.recipient, kind: grant.recipient.kind },
      fields: [...own, ...some(draw, others, 6 - own.length, 6 - own.length)],
      userRole: chance(draw, 10) ? null : pick(draw, rolesOf(grant.rule.when)),
      now,
      subject: `person-${index}`,
      facts: drawnFacts(draw, grant, pick(draw, grants), scene),
      consents: drawnConsents(draw, grant, `person-${index}`, scene),
    };
  });
}

function rolesOf(when: readonly RawCondition[]): readonly string[] {
  const own = when.flatMap((one) => ('user' in one ? one.user.role : []));
  return own.length > 0 ? own : benchUserRoles;
}

function drawnFacts(draw: Draw, { rule }: OracleGrant, other: OracleGrant, scene: Scene): RecordedFact[] {
  const wanted = [...rule.when, ...some(draw, other.rule.when, 1, 2)];
  const facts = wanted.flatMap((condition) => supportingFacts(draw, condition, scene));
  if (chance(draw, 50)) facts.push(aFact(draw, scene, 'age-group', { age: ['from-16'] }, null));
  if (chance(draw, 2)) facts.push(aFact(draw, scene, 'restriction', undefined, null));
  return facts.map((fact) => {
    if (!chance(draw, 8)) return fact;
    return pick(draw, [
      { ...fact, state: 'disputed' as const },
      { ...fact, state: 'ended' as const, until: at(now, '-P1D') },
      { ...fact, state: 'corrected' as const },
    ]);
  });
}

function drawnConsents(draw: Draw, grant: OracleGrant, subject: string, scene: Scene): RecordedConsent[] {
  const { rule, policy } = grant;
  const given: RecordedConsent = {
    kind: rule.consent === 'waiver' ? 'waiver' : 'consent',
    subject,
    source: scene.source,
    recipient: scene.recipient,
    purpose: policy.purpose,
    categories: some(draw, [...new Set(rule.fields.map(categoryOf))], 1, 6),
    state: 'given',
    decidedAt: at(now, pick(draw, ['-P1D', '-P1M', '-P3M'])),
    decidedBy: 'subject',
    validUntil: at(now, pick(draw, ['P1D', 'P3M', 'P1Y'])),
    noticeVersion: 1,
  };
  const elsewhere = { ...given, recipient: 'unit-3' };
  if (rule.consent !== 'required' && rule.consent !== 'waiver') return chance(draw, 30) ? [elsewhere] : [];
  if (chance(draw, 15)) return [given, { ...given, state: 'withdrawn', decidedAt: at(now, '-P1D') }];
  return chance(draw, 20) ? [elsewhere] : [given, elsewhere];
}
