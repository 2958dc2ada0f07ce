import { everyGrant, type OracleGrant } from '../grants.ts';
import type { PolicyContent } from '../policy-content.ts';
import { categoryOf } from '../prohibition-oracle.ts';
import type { OracleQuestion, RecordedConsent, RecordedFact } from '../question.ts';
import { chance, type Draw, pick, some } from './draw.ts';
import { memberRoles, userRoles } from './random-conditions.ts';
import { fields, kinds } from './random-policies.ts';
import { aFact, at, near, type Scene, supportingFacts, units } from './supporting-facts.ts';

const moments = [
  '2026-03-10T09:00:00.000Z',
  '2026-03-31T00:00:00.000Z',
  '2024-02-29T12:00:00.000Z',
  '2026-05-31T23:59:59.999Z',
];
const unreadable = [
  '',
  'x',
  '2026-02-30T00:00:00.000Z',
  '2026-03-01T24:00:00.000Z',
  '2026-03-01T09:00:00Z',
  '2026-13-01T00:00:00.000Z',
];

/** A question near one grant of the set: mostly what it wants, with one thing or another gone wrong. */
export function randomQuestion(draw: Draw, content: PolicyContent): OracleQuestion {
  const grant = pick(draw, everyGrant(content));
  const { policy, rule } = grant;
  const [source, recipient] = chance(draw, 3) ? [units[0], units[0]] : some(draw, units, 2, 2);
  if (source === undefined || recipient === undefined) throw new Error('two units are needed');
  const scene: Scene = { content, now: pick(draw, moments), source, recipient };
  const known = chance(draw, 96);
  return {
    purpose: chance(draw, 95)
      ? policy.purpose
      : pick(draw, [...content.policies.map(({ purpose }) => purpose), 'income']),
    trigger: policy.trigger === 'both' || chance(draw, 10) ? pick(draw, ['pull', 'push'] as const) : policy.trigger,
    source: { unit: source, kind: chance(draw, 97) ? grant.source.kind : pick(draw, kinds) },
    recipient: { unit: recipient, kind: chance(draw, 97) ? grant.recipient.kind : pick(draw, kinds) },
    fields: [...new Set([...some(draw, rule.fields, 1, 4), ...some(draw, [...fields, 'identity.unheardOf'], 0, 3)])],
    userRole: chance(draw, 20) ? null : pick(draw, rolesAsked(content)),
    now: scene.now,
    subject: known ? 'somebody' : null,
    facts: known ? randomFacts(draw, grant, scene) : [],
    consents: known ? randomConsents(draw, grant, scene) : [],
  };
}

/** User roles that some condition of the set speaks of, wherever it stands, or those of the random ones. */
function rolesAsked(content: PolicyContent): string[] {
  const found = [...JSON.stringify(content.policies).matchAll(/"user":\{"role":\[([^\]]*)\]/g)];
  const named = found.flatMap(([, list]) => (list ?? '').split(',').map((word) => word.replaceAll('"', '')));
  return [...new Set([...named, ...userRoles])];
}

function randomFacts(draw: Draw, grant: OracleGrant, scene: Scene): RecordedFact[] {
  const beside = grant.policy.rules.filter(() => chance(draw, 25));
  const wanted = [grant.rule, ...beside].flatMap(({ when }) => when);
  const asked = wanted.flatMap((condition) => supportingFacts(draw, condition, scene));
  const others = scene.content.policies.flatMap(({ rules }) => rules.flatMap(({ when }) => when));
  const facts = [...asked, ...some(draw, others, 0, 2).flatMap((condition) => supportingFacts(draw, condition, scene))];
  if (chance(draw, 40)) facts.push(involvementOf(draw, scene, scene.recipient));
  if (chance(draw, 25)) facts.push(involvementOf(draw, scene, pick(draw, units)));
  if (chance(draw, 15)) facts.push(aFact(draw, scene, pick(draw, ['age-group', 'representation']), undefined, null));
  if (chance(draw, 6)) facts.push(spoilt(draw, aFact(draw, scene, 'restriction', undefined, null), scene));
  const spoiling = pick(draw, [0, 0, 15, 50]);
  return facts.flatMap((fact) => {
    if (!chance(draw, spoiling)) return [fact];
    const bad = spoilt(draw, fact, scene);
    return chance(draw, 20) ? [fact, bad] : [bad];
  });
}

function involvementOf(draw: Draw, scene: Scene, unit: string): RecordedFact {
  const fact = aFact(draw, scene, 'involvement', undefined, unit);
  return memberRoles.includes(fact.attributes.role ?? '') ? { ...fact, reference: 'case-1' } : fact;
}

function spoilt(draw: Draw, fact: RecordedFact, { now, content }: Scene): RecordedFact {
  const words = Object.keys(fact.attributes);
  const other = (name: string) => Object.keys(content.facts[fact.type]?.attributes?.[name] ?? {});
  const ways: (() => RecordedFact)[] = [
    () => ({ ...fact, state: 'disputed' }),
    () => ({ ...fact, state: 'disputed', until: near(draw, now) }),
    () => ({ ...fact, state: 'corrected' }),
    () => ({ ...fact, state: 'ended' }),
    () => ({ ...fact, state: 'ended', until: near(draw, now) }),
    () => ({ ...fact, from: near(draw, now) }),
    () => ({ ...fact, from: at(now, 'P1D'), until: null }),
    () => ({ ...fact, from: pick(draw, unreadable) }),
    () => ({ ...fact, until: pick(draw, unreadable) }),
    () => ({ ...fact, from: pick(draw, unreadable), state: pick(draw, ['disputed', 'corrected', 'ended'] as const) }),
    () => ({ ...fact, until: fact.from }),
    () => ({ ...fact, reference: pick(draw, [null, 'case-1', 'case-2']) }),
    () => (fact.unit === null ? { ...fact, state: 'corrected' } : { ...fact, unit: pick(draw, units) }),
    () => (fact.unit === null ? { ...fact, state: 'ended' } : { ...fact, unit: pick(draw, units) }),
    () => ({ ...fact, attributes: Object.fromEntries(words.map((name) => [name, pick(draw, other(name))])) }),
  ];
  return pick(draw, ways)();
}

function randomConsents(draw: Draw, { policy, rule }: OracleGrant, scene: Scene): RecordedConsent[] {
  const right: RecordedConsent = {
    kind: rule.consent === 'waiver' ? 'waiver' : 'consent',
    subject: 'somebody',
    source: scene.source,
    recipient: scene.recipient,
    purpose: policy.purpose,
    categories: some(draw, [...new Set(rule.fields.map(categoryOf))], 1, 5),
    state: 'given',
    decidedAt: at(scene.now, pick(draw, ['-P1D', '-P1M', '-P1Y'])),
    decidedBy: pick(draw, ['subject', 'subject', 'representative'] as const),
    validUntil: at(scene.now, pick(draw, ['P1D', 'P1M'])),
    noticeVersion: policy.notice?.version ?? 1,
  };
  const consents = [right];
  if (chance(draw, 35)) consents[0] = spoiltConsent(draw, right, scene);
  if (chance(draw, 30)) consents.push(spoiltConsent(draw, right, scene));
  if (chance(draw, 30)) {
    const undone = { ...right, state: pick(draw, ['withdrawn', 'refused'] as const) };
    const decidedAt = pick(draw, [
      null,
      'x',
      near(draw, right.decidedAt ?? scene.now),
      at(scene.now, '-P2Y'),
      at(scene.now, 'P1D'),
    ]);
    consents.push({ ...undone, decidedAt });
    if (chance(draw, 40)) consents.push(spoiltConsent(draw, { ...undone, decidedAt: right.decidedAt }, scene));
  }
  return consents;
}

/** The ways in which a consent is about something else, its kind apart. */
export function elsewhere(consent: RecordedConsent): RecordedConsent[] {
  return [
    { ...consent, subject: 'somebody-else' },
    { ...consent, subject: null },
    { ...consent, source: 'unit-elsewhere' },
    { ...consent, source: `${consent.recipient}-not`, recipient: consent.source },
    { ...consent, recipient: 'unit-elsewhere' },
    { ...consent, purpose: 'reintegration' },
    { ...consent, purpose: `${consent.purpose}-else` },
    { ...consent, categories: ['elsewhere'] },
    { ...consent, categories: [] },
  ];
}

function spoiltConsent(draw: Draw, consent: RecordedConsent, { now }: Scene): RecordedConsent {
  return pick(draw, [
    ...elsewhere(consent),
    { ...consent, kind: consent.kind === 'consent' ? ('waiver' as const) : ('consent' as const) },
    { ...consent, state: pick(draw, ['requested', 'refused', 'withdrawn', 'expired'] as const) },
    { ...consent, decidedAt: null },
    { ...consent, decidedAt: near(draw, now) },
    { ...consent, decidedAt: pick(draw, unreadable) },
    { ...consent, validUntil: near(draw, now) },
    { ...consent, validUntil: pick(draw, unreadable) },
    { ...consent, noticeVersion: consent.noticeVersion + 1 },
    { ...consent, decidedBy: null },
    { ...consent, decidedBy: 'representative' as const },
  ]);
}
