import { describe, expect, it, test } from 'vitest';
import { askOracle } from './oracle.ts';
import type { PolicyContent, RawProhibition } from './policy-content.ts';
import type { OracleQuestion } from './question.ts';
import { aConsent, aFact, aPolicy, aQuestion, aRule, content, holding, involvement } from './small-world.ts';

const involved = involvement('the-town', 'town-of-birth');

/** The reasons for one field, or the rules that permit it. */
function told(world: PolicyContent, over: Partial<OracleQuestion> = {}, field = 'person.name') {
  const answer = askOracle(world, aQuestion({ fields: [field], ...over })).fields[field];
  return answer?.permitted === true ? answer.rules : answer?.reasons;
}

describe('a field', () => {
  it('is permitted by every grant that permits it, and all are named', () => {
    const twice = content([aRule({ id: 'one' }), aRule({ id: 'two' }), aRule({ id: 'three', fields: ['stay.start'] })]);
    expect(told(twice)).toEqual(['one', 'two']);
  });
  it('is permitted by one grant where another refuses', () => {
    const refuses = aRule({ id: 'refuses', when: [{ holds: 'detention' }] });
    expect(told(content([aRule({ id: 'permits' }), refuses]))).toEqual(['permits']);
  });
  test.each<[string, Partial<OracleQuestion>, string]>([
    ['that no rule names', {}, 'person.number'],
    ['for a purpose without a policy', { purpose: 'care' }, 'person.name'],
    ['from another kind of source', { source: { unit: 'the-prison', kind: 'town' } }, 'person.name'],
    ['to another kind of recipient', { recipient: { unit: 'the-town', kind: 'landlord' } }, 'person.name'],
    ['that no catalogue knows', {}, 'person.secret'],
  ])('%s is not permitted', (_, over, field) => {
    expect(told(content([aRule()]), over, field)).toEqual(['not-permitted -']);
  });
  it('is not permitted in the opposite direction', () => {
    const over = { source: { unit: 'the-town', kind: 'town' }, recipient: { unit: 'the-prison', kind: 'prison' } };
    expect(told(content([aRule()]), over)).toEqual(['not-permitted -']);
  });
  it('is not permitted by a trigger that is not the policy’s', () => {
    const pulled = content([], { policies: [aPolicy([aRule()], { trigger: 'pull' })] });
    expect(told(pulled, { trigger: 'pull' })).toEqual(['rule']);
    expect(told(pulled, { trigger: 'push' })).toEqual(['not-permitted -']);
    expect(told(content([aRule()]), { trigger: 'push' })).toEqual(['rule']);
  });
});

describe('among', () => {
  const side = (kind: string) => ({ kind, basis: 'public-task', retain: { until: 'plan-closed' } });
  const { from: _from, to: _to, ...rest } = aRule({ when: [] });
  const mutual = content([{ ...rest, among: [side('prison'), side('town')] }]);
  it('stands for every ordered pair of two different members, and no member with itself', () => {
    const [prison, town] = [
      { unit: 'the-prison', kind: 'prison' },
      { unit: 'the-town', kind: 'town' },
    ];
    expect(told(mutual, { source: prison, recipient: town })).toEqual(['rule']);
    expect(told(mutual, { source: town, recipient: prison, facts: [] })).toEqual(['rule']);
    expect(told(mutual, { source: town, recipient: town })).toEqual(['not-permitted -']);
  });
});

describe('a refusal', () => {
  const world = holding({ holds: 'detention' }, { user: { role: ['clerk'] } });
  it('names each condition that is false or unknown', () => {
    expect(told(world, { userRole: 'other' })).toEqual(['condition-not-met rule']);
    expect(told(world)).toEqual(['condition-not-met rule', 'undecidable rule']);
    expect(told(world, { facts: [involved, aFact('detention')] })).toEqual(['undecidable rule']);
  });
  it('says nothing but not-available to a recipient that is not involved', () => {
    expect(told(world, { facts: [] })).toEqual(['not-available rule']);
    expect(told(world, { facts: [involvement('a-town', 'town-of-birth')] })).toEqual(['not-available rule']);
  });
  it('says so too where the involvement is disputed or unreadable', () => {
    expect(told(world, { facts: [{ ...involved, state: 'disputed' }] })).toEqual(['not-available rule']);
    expect(told(world, { facts: [{ ...involved, from: 'x' }] })).toEqual(['not-available rule']);
  });
  it('gives its reasons to a recipient that is involved in any role', () => {
    const other = involvement('the-town', 'participant');
    expect(told(content([aRule()]), { facts: [other] })).toEqual(['condition-not-met rule']);
  });
  it('comes from every grant that names the field', () => {
    const both = content([
      aRule({ id: 'one', when: [{ holds: 'detention' }] }),
      aRule({ id: 'two', consent: 'required' }),
    ]);
    expect(told(both)).toEqual(['condition-not-met one', 'not-available two']);
  });
});

describe('a restriction', () => {
  const restricted = (over = {}) => told(content([aRule()]), { facts: [involved, aFact('restriction', over)] });
  it('freezes everything while it stands, is disputed now or cannot be read', () => {
    expect(restricted()).toEqual(['not-available rule']);
    expect(restricted({ state: 'disputed' })).toEqual(['not-available rule']);
    expect(restricted({ from: 'x' })).toEqual(['not-available rule']);
  });
  it('freezes nothing when it is over or was corrected', () => {
    expect(restricted({ until: '2026-03-10T09:00:00.000Z' })).toEqual(['rule']);
    expect(restricted({ state: 'corrected' })).toEqual(['rule']);
  });
});

describe('a rule that rests on consent', () => {
  it('permits a field only while a consent of its kind covers the category', () => {
    const world = content([aRule({ consent: 'required', when: [] })]);
    expect(told(world, { consents: [aConsent({ categories: ['person'] })] })).toEqual(['rule']);
    expect(told(world, { consents: [aConsent({ categories: ['stay'] })] })).toEqual(['not-available rule']);
    expect(told(world, { consents: [aConsent({ kind: 'waiver' })] })).toEqual(['not-available rule']);
    const waived = content([aRule({ consent: 'waiver', when: [] })]);
    expect(told(waived, { consents: [aConsent({ kind: 'waiver' })] })).toEqual(['rule']);
    expect(told(waived, { consents: [aConsent()] })).toEqual(['not-available rule']);
  });
  it('says not-available alone, whatever condition is not met', () => {
    const world = content([aRule({ consent: 'required', when: [{ holds: 'detention' }] })]);
    expect(told(world, { consents: [aConsent()] })).toEqual(['not-available rule']);
  });
  it('is none where consent is irrelevant or invalid: there it changes nothing', () => {
    for (const consent of ['irrelevant', 'invalid'] as const) {
      const world = content([aRule({ consent })]);
      expect(told(world)).toEqual(['rule']);
      expect(told(world, { consents: [aConsent({ state: 'refused' })] })).toEqual(['rule']);
      expect(told(world, { facts: [], consents: [aConsent()] })).toEqual(['not-available rule']);
    }
  });
});

describe('a prohibition', () => {
  const forbidding = (...prohibitions: RawProhibition[]) => content([aRule()], { prohibitions });
  it('beats a permit, and every one that matches is named', () => {
    const world = forbidding(
      { id: 'no', fields: ['person.name'] },
      { id: 'never' },
      { id: 'else', fields: ['stay.start'] },
    );
    expect(told(world)).toEqual(['prohibited never', 'prohibited no']);
  });
  test.each<[string, Omit<RawProhibition, 'id'>, boolean]>([
    ['matches everything when it leaves everything out', {}, true],
    ['matches the recipients it names', { recipients: ['town'] }, true],
    ['minds no other recipient', { recipients: ['landlord'] }, false],
    [
      'of kinds without citizen service number minds no kind that has it',
      { recipients: { mayProcessBsn: false } },
      false,
    ],
    ['matches the sources it names', { sources: ['prison'] }, true],
    ['minds no other source', { sources: ['town'] }, false],
    ['matches the purposes it names', { purposes: ['care', 'plan'] }, true],
    ['minds no other purpose', { purposes: ['care'] }, false],
    ['matches all below a group', { purposes: ['return'] }, true],
    ['matches all below a group of groups', { purposes: ['everything'] }, true],
    ['minds not what is below another group', { purposes: ['order'] }, false],
    ['leaves out the purposes it excepts', { exceptPurposes: ['plan'] }, false],
    ['leaves out all below a group that it excepts', { exceptPurposes: ['everything'] }, false],
    ['matches all but the purposes it excepts', { exceptPurposes: ['care'] }, true],
    ['matches a category', { categories: ['person'] }, true],
    ['minds no other category', { categories: ['stay'] }, false],
    ['matches a class', { classes: ['ordinary'] }, true],
    ['minds no other class', { classes: ['health'] }, false],
    ['matches any of the categories, fields and classes', { categories: ['stay'], fields: ['person.name'] }, true],
    ['takes away the fields it excepts', { categories: ['person'], exceptFields: ['person.name'] }, false],
    ['takes away from everything too', { exceptFields: ['person.name'] }, false],
    ['wants all of its lines', { recipients: ['town'], sources: ['town'] }, false],
    ['of provenance passes over a flow', { obtained: ['care'] }, false],
    ['of bases passes over a flow', { bases: ['vital-interest'] }, false],
    ['of consent passes over a flow', { consent: ['required'] }, false],
  ])('%s', (_, prohibition, isForbidden) => {
    expect(told(forbidding({ id: 'no', ...prohibition }))).toEqual(isForbidden ? ['prohibited no'] : ['rule']);
  });

  it('for kinds that may not process the number matches such a kind, also where no rule speaks', () => {
    const world = forbidding({ id: 'no', recipients: { mayProcessBsn: false } });
    expect(told(world, { recipient: { unit: 'x', kind: 'landlord' } })).toEqual(['prohibited no']);
  });
  it('matches a field that the catalogue does not know only where it says nothing of fields', () => {
    const unheardOf = (prohibition: object) => told(forbidding({ id: 'no', ...prohibition }), {}, 'person.unheardOf');
    expect(unheardOf({ recipients: ['town'] })).toEqual(['prohibited no']);
    expect(unheardOf({ categories: ['person'] })).toEqual(['not-permitted -']);
    expect(unheardOf({ exceptFields: ['person.name'] })).toEqual(['not-permitted -']);
  });
  it('matches a field by each of its classes', () => {
    expect(told(forbidding({ id: 'no', classes: ['secrecy'] }), {}, 'body.illness')).toEqual(['prohibited no']);
  });
});

describe('a prohibition with unless', () => {
  const unless = { when: [{ user: { role: ['clinician'] } }] };
  const world = (rule = aRule()) => content([rule], { prohibitions: [{ id: 'no', unless }] });
  it('answers for what no grant names, whatever stands in unless', () => {
    expect(told(world(), { userRole: 'clinician' }, 'person.number')).toEqual(['prohibited no']);
    expect(told(world(), { purpose: 'care' })).toEqual(['prohibited no']);
  });
  it('leaves the reasons to the grant that names the field and is not met', () => {
    expect(told(world(), { facts: [] })).toEqual(['not-available rule']);
  });
  it('forbids a grant whose permit it would deny, and tells that the proof is broken', () => {
    const answer = askOracle(world(), aQuestion());
    expect(answer.fields['person.name']).toEqual({ permitted: false, reasons: ['prohibited no'] });
    expect(answer.proofBroken).toBe(true);
  });
  it('lets a grant be when its conditions are true', () => {
    expect(told(world(), { userRole: 'clinician' })).toEqual(['rule']);
  });
  test.each<[string, RawProhibition['unless'] & object, boolean]>([
    ['its consent role is among those named', { consent: ['waiver', 'invalid'] }, true],
    ['its consent role is not', { consent: ['waiver'] }, false],
    ['its approval is as much', { approval: { by: 'two-persons', roles: ['director'] } }, true],
    ['its approval is more', { approval: 'source-human' }, true],
    ['its approval lacks the role', { approval: { by: 'source-human', roles: ['clinician'] } }, false],
  ])('looks whether %s', (_, clause, isFree) => {
    const approval = { by: 'two-persons', roles: ['director', 'mayor'] } as const;
    const rule = aRule({ obligations: { ...aRule().obligations, approval } });
    const answer = told(content([rule], { prohibitions: [{ id: 'no', unless: clause }] }));
    expect(answer).toEqual(isFree ? ['rule'] : ['prohibited no']);
  });
  it('with fewer persons than asked is not enough', () => {
    const clause = { approval: 'two-persons' } as const;
    const rule = aRule({ obligations: { ...aRule().obligations, approval: 'source-human' } });
    expect(told(content([rule], { prohibitions: [{ id: 'no', unless: clause }] }))).toEqual(['prohibited no']);
  });
});

describe('a prohibition that looks at grants', () => {
  const obtainedForCare = aRule({ from: { kind: 'prison', basis: 'public-task', obtained: ['care'] } });
  const forbidden = (prohibition: Omit<RawProhibition, 'id'>, rule = aRule()) =>
    askOracle(content([rule], { prohibitions: [{ id: 'no', ...prohibition }] }), aQuestion()).proofBroken;
  it('matches by provenance', () => {
    expect(forbidden({ obtained: ['care'] }, obtainedForCare)).toBe(true);
    expect(forbidden({ obtained: ['order'] }, obtainedForCare)).toBe(false);
    expect(forbidden({ obtained: ['care'] })).toBe(false);
  });
  it('matches by a basis of either side, and by the role of consent', () => {
    expect(forbidden({ bases: ['legal-obligation'] })).toBe(true);
    expect(forbidden({ bases: ['vital-interest'] })).toBe(false);
    expect(forbidden({ consent: ['invalid'] })).toBe(true);
    expect(forbidden({ consent: ['required'] })).toBe(false);
  });
});

describe('the whole', () => {
  const world = content(
    [
      aRule({ when: [{ holds: 'detention' }] }),
      aRule({ id: 'other', fields: ['body.illness'], when: [{ user: { role: ['clerk'] } }] }),
    ],
    {
      prohibitions: [{ id: 'no', fields: ['person.number'] }],
    },
  );
  const refusal = (...fields: string[]) => askOracle(world, aQuestion({ fields })).refusal;
  it('is a permit when one field is permitted', () => {
    const answer = askOracle(content([aRule()]), aQuestion({ fields: ['person.name', 'person.number'] }));
    expect(answer.permitted).toBe(true);
    expect(answer.refusal).toBeNull();
  });
  it('takes its class from the first that is found', () => {
    expect(refusal('x.y')).toBe('not-permitted');
    expect(refusal('x.y', 'person.number')).toBe('prohibited');
    expect(refusal('x.y', 'person.number', 'person.name')).toBe('condition-not-met');
    expect(refusal('x.y', 'person.number', 'person.name', 'body.illness')).toBe('undecidable');
    expect(askOracle(world, aQuestion({ fields: ['body.illness', 'person.number'], facts: [] })).refusal).toBe(
      'not-available',
    );
  });
});
