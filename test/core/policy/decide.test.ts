import { describe, expect, test } from 'vitest';
import type { FieldId, Instant, PurposeId, UnitId } from '../../../src/core/brand.ts';
import { decide } from '../../../src/core/policy/decide.ts';
import type { Prohibition } from '../../../src/core/policy/prohibition.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { consent, fact, involved, question, standardFacts } from './questions.ts';

const set = shippedSet();
const plan = (fields: readonly string[], snapshot = {}) =>
  question('plan-basic-conditions', 'pi', 'stad', fields, snapshot);

describe('a permit', () => {
  test('names per field the rule, with version, law, regimes, set and epoch', () => {
    const decision = decide(set, plan(['identity.surname', 'numbers.bsn']));
    expect(decision).toMatchObject({
      outcome: 'permit',
      permitted: ['identity.surname', 'numbers.bsn'],
      rules: { 'identity.surname': ['prison-to-plan-partners'], 'numbers.bsn': ['prison-to-plan-partners'] },
      policyVersion: set.policies.get('plan-basic-conditions' as PurposeId)?.version,
      policySet: set.digest,
      regimes: { source: 'wjsg', recipient: 'avg' },
      epoch: 7,
      consents: [],
      refused: [],
    });
    expect(decision.law).toContainEqual({ act: 'Pm', article: '20d lid 1 en 2' });
  });

  test('keeps the order asked and gives a field that is asked twice once', () => {
    const decision = decide(set, plan(['numbers.bsn', 'identity.surname', 'numbers.bsn']));
    expect(decision).toMatchObject({ permitted: ['numbers.bsn', 'identity.surname'] });
  });

  test('says which consent it rests on', () => {
    const asked = question('housing-placement', 'stad', 'corporatie', ['housing.need'], { consents: [consent()] });
    expect(decide(set, asked)).toMatchObject({ outcome: 'permit', consents: ['consent-1'] });
  });

  test('records each condition with inputs dated to the day', () => {
    const { conditions } = decide(set, plan(['identity.surname']));
    expect(conditions).toContainEqual({
      rule: 'prison-to-plan-partners',
      condition: 'involved(recipient: residence-municipality | return-municipality)',
      value: 'true',
      inputs: { role: 'residence-municipality', state: 'attested', from: '2026-03-01', until: 'open' },
    });
    expect(conditions.map((record) => record.condition)).toContain('unrestricted');
  });
});

describe('absent, unknown or unreadable is no', () => {
  const cases: readonly (readonly [string, ReturnType<typeof question>, string])[] = [
    ['no fields', plan([]), 'not-permitted'],
    ['a purpose that does not exist', { ...plan(['identity.surname']), purpose: 'anything' as never }, 'not-permitted'],
    ['a purpose without a policy', { ...plan(['identity.surname']), purpose: 'income' as never }, 'not-permitted'],
    ['a field that does not exist', plan(['identity.shoeSize']), 'not-permitted'],
    ['a field named as a prototype member', plan(['constructor', '__proto__']), 'not-permitted'],
    [
      'a kind that does not exist',
      { ...plan(['identity.surname']), recipient: { unit: 'stad' as UnitId, kind: 'guild' } },
      'not-permitted',
    ],
    ['no facts', plan(['identity.surname'], { facts: [] }), 'not-available'],
    ['no person', plan(['identity.surname'], { subject: null }), 'not-available'],
    [
      'facts about somebody else',
      plan(['identity.surname'], { facts: standardFacts.map((f) => ({ ...f, subject: 'other' as never })) }),
      'not-available',
    ],
    [
      'facts that end before they begin',
      plan(['identity.surname'], {
        facts: standardFacts.map((f) => ({ ...f, until: '2026-02-01T10:00:00.000Z' as Instant })),
      }),
      'not-available',
    ],
    [
      'a detention whose start cannot be read',
      plan(['identity.surname'], {
        facts: standardFacts.map((f) => (f.type === 'detention' ? { ...f, from: 'soon' as Instant } : f)),
      }),
      'undecidable',
    ],
    [
      'a detention that ends before it begins',
      plan(['identity.surname'], {
        facts: standardFacts.map((f) =>
          f.type === 'detention' ? { ...f, until: '2026-02-01T10:00:00.000Z' as Instant } : f,
        ),
      }),
      'undecidable',
    ],
    [
      'a detention that was disputed and is over',
      plan(['identity.surname'], {
        facts: standardFacts.map((f) =>
          f.type === 'detention' ? { ...f, state: 'disputed', until: '2026-03-02T10:00:00.000Z' as Instant } : f,
        ),
      }),
      'condition-not-met',
    ],
    [
      'another kind of fact that names the unit and a role',
      plan(['identity.surname'], {
        facts: standardFacts.map((f) => (f.unit === 'stad' ? { ...f, type: 'mandate' } : f)),
      }),
      'not-available',
    ],
    [
      'an involvement without a role',
      plan(['identity.surname'], { facts: standardFacts.map((f) => (f.unit === 'pi' ? { ...f, attributes: {} } : f)) }),
      'condition-not-met',
    ],
    [
      'a restriction that cannot be read',
      plan(['identity.surname'], { facts: [...standardFacts, fact('restriction', { from: 'soon' as Instant })] }),
      'not-available',
    ],
  ];
  test.each(cases)('%s', (_, asked, expected) => {
    expect(decide(set, asked)).toMatchObject({ outcome: 'refusal', class: expected });
  });

  test('a fact holds from its first moment until just before its last', () => {
    const until = '2026-04-01T00:00:00.000Z' as Instant;
    const facts = [...standardFacts.filter((f) => f.type !== 'detention'), fact('detention', { until })];
    const at = (moment: string) => decide(set, { ...plan(['identity.surname'], { facts }), now: moment as Instant });
    expect(at('2026-03-01T10:00:00.000Z').outcome).toBe('permit');
    expect(at('2026-03-31T23:59:59.999Z').outcome).toBe('permit');
    expect(at(until).outcome).toBe('refusal');
    expect(at('2026-03-01T09:59:59.999Z').outcome).toBe('refusal');
  });
});

describe('a prohibition', () => {
  test('beats a permit, also in a set that should not have loaded', () => {
    const planted: Prohibition = {
      id: 'planted',
      recipients: new Set(['municipality']),
      sources: null,
      purposes: null,
      fields: new Set(['identity.surname' as FieldId]),
      obtained: null,
      bases: null,
      consent: null,
      unless: null,
      text: { nl: 'mag niet', en: 'forbidden' },
      law: [],
    };
    const faulty = { ...set, prohibitions: [...set.prohibitions, planted] };
    expect(decide(faulty, plan(['identity.surname']))).toMatchObject({ outcome: 'refusal', class: 'prohibited' });
    expect(decide(faulty, plan(['identity.surname', 'numbers.bsn']))).toMatchObject({
      outcome: 'permit',
      permitted: ['numbers.bsn'],
      refused: [{ field: 'identity.surname', reasons: [{ class: 'prohibited', rule: 'planted' }] }],
    });
  });

  test('gives every prohibition that applies, each with its law', () => {
    const decision = decide(set, question('housing-placement', 'stad', 'corporatie', ['medical.diagnosis']));
    const reasons = decision.refused[0]?.reasons ?? [];
    expect(reasons.map((reason) => reason.rule)).toEqual([
      'medical-to-enforcement-housing-school',
      'health-to-housing-school',
    ]);
    expect(reasons[0]?.text.nl).toContain('BW 7:457');
  });
});

describe('what a refusal says', () => {
  test('an involved recipient reads which condition failed, one that is not involved does not', () => {
    const facts = standardFacts.filter((f) => f.type !== 'detention');
    const told = decide(set, plan(['identity.surname'], { facts }));
    expect(told.refused[0]?.reasons[0]?.text.nl).toMatch(/vastgesteld is: detentie/);
    const untold = decide(set, question('plan-basic-conditions', 'pi', 'dorp', ['identity.surname'], { facts }));
    expect(untold.refused[0]?.reasons[0]).toMatchObject({ class: 'not-available' });
  });

  test('every condition that failed is named, not only the first', () => {
    const facts = [involved('stad', 'residence-municipality')];
    const { refused } = decide(set, plan(['identity.surname'], { facts }));
    const ofRule = refused[0]?.reasons.filter(({ rule }) => rule === 'prison-to-plan-partners') ?? [];
    expect(ofRule.map((reason) => reason.class)).toEqual(['condition-not-met', 'condition-not-met']);
  });

  test('a rule that rests on consent never names what failed, however involved the recipient is', () => {
    const facts = [involved('corporatie', 'housing-applicant')];
    const asked = question('housing-placement', 'stad', 'corporatie', ['housing.need'], { facts });
    expect(decide(set, asked)).toMatchObject({ class: 'not-available' });
  });

  test('the remedy lists all that the rule asks, consent included, met or not', () => {
    const { refused } = decide(set, question('housing-placement', 'stad', 'corporatie', ['housing.need']));
    expect(refused[0]?.reasons[0]?.remedy).toEqual({
      nl: expect.stringMatching(
        /^Mogelijk als: de bron is bij deze persoon betrokken als .*; de betrokkene heeft hiervoor geldige toestemming gegeven\.$/,
      ),
      en: expect.stringMatching(/^Possible if: .*; the data subject has given valid consent for this\.$/),
    });
    const planned = decide(set, plan(['identity.surname'], { facts: [] }));
    expect(planned.refused[0]?.reasons[0]?.remedy?.nl).not.toMatch(/toestemming/);
  });

  test('a static refusal beside it does not change the class that rests on the person', () => {
    const asked = plan(['offence.conviction', 'identity.surname'], { facts: [] });
    expect(decide(set, asked)).toMatchObject({ outcome: 'refusal', class: 'not-available' });
  });
});
