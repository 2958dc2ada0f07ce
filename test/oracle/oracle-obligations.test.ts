import { describe, expect, it, test } from 'vitest';
import { joinObligations, obligationsOf } from './obligation-oracle.ts';
import { askOracle } from './oracle.ts';
import type { RawObligations, RawRetain } from './policy-content.ts';
import { aQuestion, aRule, content } from './small-world.ts';

const plain: RawObligations = { 'inform-subject': 'at-disclosure', approval: 'none', seal: 'transport' };
const sixMonths: RawRetain = { until: 'release', plus: 'P6M' };

function joined(a: Partial<RawObligations>, b: Partial<RawObligations>, kept: RawRetain = sixMonths, keptToo = kept) {
  const [one, two] = [obligationsOf({ ...plain, ...a }, kept), obligationsOf({ ...plain, ...b }, keptToo)];
  if (one === null || two === null) throw new Error('an example contradicts itself');
  const [there, back] = [joinObligations(one, two), joinObligations(two, one)];
  expect(there).toEqual(back);
  return there;
}
const retained = (a: Omit<RawRetain, 'until'>, b: Omit<RawRetain, 'until'>) =>
  joined({}, {}, { until: 'release', ...a }, { until: 'release', ...b })?.retain ?? 'undefined';

describe('retention', () => {
  test.each<[string, Omit<RawRetain, 'until'>, Omit<RawRetain, 'until'>, unknown]>([
    ['takes the shorter longest period', { plus: 'P6M' }, { plus: 'P1Y' }, { plus: 'P6M', atLeast: null }],
    ['compares weeks and days', { plus: 'P3W' }, { plus: 'P20D' }, { plus: 'P20D', atLeast: null }],
    ['takes none before any', { plus: 'P6M' }, {}, { plus: null, atLeast: null }],
    [
      'takes the longer shortest period',
      { plus: 'P9Y', atLeast: 'P5Y' },
      { plus: 'P9Y', atLeast: 'P6Y' },
      { plus: 'P108M', atLeast: 'P72M' },
    ],
    [
      'takes a shortest period that one of them has',
      { plus: 'P9Y' },
      { plus: 'P9Y', atLeast: 'P5Y' },
      { plus: 'P108M', atLeast: 'P60M' },
    ],
    ['is undefined between months and days', { plus: 'P1M' }, { plus: 'P30D' }, 'undefined'],
    [
      'is undefined where the shortest is longer than the longest',
      { plus: 'P6M' },
      { plus: 'P9Y', atLeast: 'P5Y' },
      'undefined',
    ],
  ])('%s', (_, a, b, expected) => {
    const found = retained(a, b);
    if (typeof expected === 'string') expect(found).toBe(expected);
    else expect(found).toMatchObject(expected as object);
  });

  test.each<[string, Omit<RawRetain, 'until'>]>([
    ['without a longest', { atLeast: 'P5Y' }],
    ['longer than the longest', { plus: 'P6M', atLeast: 'P1Y' }],
    ['of the other family', { plus: 'P6M', atLeast: 'P1D' }],
  ])('with a shortest period %s contradicts itself', (_, retain) => {
    expect(obligationsOf(plain, { until: 'release', ...retain })).toBeNull();
  });

  it('from another start does not join', () => {
    expect(joined({}, {}, { until: 'release' }, { until: 'plan-closed' })).toBeNull();
  });
  it('carries the least certain status', () => {
    expect(retained({}, { status: 'unverified' })).toMatchObject({ status: 'unverified' });
    expect(retained({ status: 'design-default' }, { status: 'unverified' })).toMatchObject({
      status: 'design-default',
    });
    expect(retained({}, {})).toMatchObject({ status: 'law' });
  });
  it('reads P1Y and P12M as the same', () => {
    expect(retained({ plus: 'P1Y' }, { plus: 'P12M' })).toMatchObject({ plus: 'P12M' });
  });
});

describe('the other obligations', () => {
  it('inform at once when both do, after the shorter delay when both delay, and do not join otherwise', () => {
    const delayed = (delay: string) => ({ 'inform-subject': { delayed: delay } });
    expect(joined({}, {})).toMatchObject({ informAfterDays: 0 });
    expect(joined(delayed('P30D'), delayed('P2W'))).toMatchObject({ informAfterDays: 14 });
    expect(joined({}, delayed('P30D'))).toBeNull();
  });
  test.each<[string, RawObligations['approval'], RawObligations['approval'], unknown]>([
    ['asks the greater number of persons', 'source-human', 'two-persons', { approvers: 2, roles: [] }],
    ['asks nobody when neither does', 'none', 'none', { approvers: 0, roles: [] }],
    [
      'asks all roles of both',
      { by: 'source-human', roles: ['a'] },
      { by: 'two-persons', roles: ['a', 'b'] },
      { approvers: 2, roles: ['a', 'b'] },
    ],
    [
      'asks as many persons as there are roles',
      { by: 'source-human', roles: ['a'] },
      { by: 'source-human', roles: ['b'] },
      { approvers: 2, roles: ['a', 'b'] },
    ],
    [
      'asks one person for one role',
      { by: 'source-human', roles: ['a'] },
      { by: 'source-human', roles: ['a'] },
      { approvers: 1, roles: ['a'] },
    ],
    [
      'is undefined for more than two roles',
      { by: 'two-persons', roles: ['a', 'b'] },
      { by: 'source-human', roles: ['c'] },
      null,
    ],
  ])('approval %s', (_, a, b, expected) => {
    const found = joined({ approval: a }, { approval: b });
    if (expected === null) expect(found).toBeNull();
    else expect(found).toMatchObject(expected as object);
  });
  it('seal as strongly as one of them asks', () => {
    expect(joined({ seal: 'recipient' }, { seal: 'transport' })).toMatchObject({ seal: 'recipient' });
    expect(joined({ seal: 'recipient' }, { seal: 'end-to-end' })).toMatchObject({ seal: 'end-to-end' });
  });
  it('confirm destruction when one of them says so, and not when it is left out', () => {
    expect(joined({}, { destruction: 'confirm' })).toMatchObject({ destruction: 'confirm' });
    expect(joined({}, { destruction: 'none' })).toMatchObject({ destruction: 'none' });
  });
});

describe('of a whole answer', () => {
  const sealed = (seal: RawObligations['seal']) => ({ ...plain, seal });
  it('every grant that permits a field takes part, and none that does not', () => {
    const world = content([
      aRule({ id: 'name', fields: ['person.name'], obligations: sealed('recipient') }),
      aRule({ id: 'start', fields: ['stay.start'], obligations: { ...plain, destruction: 'confirm' } }),
      aRule({ id: 'closed', when: [{ holds: 'detention' }], obligations: sealed('end-to-end') }),
    ]);
    const obligations = (...fields: string[]) => askOracle(world, aQuestion({ fields })).obligations;
    expect(obligations('person.name', 'stay.start')).toMatchObject({ seal: 'recipient', destruction: 'confirm' });
    expect(obligations('person.name')).toMatchObject({ seal: 'recipient', destruction: 'none' });
    expect(obligations('person.number')).toBeNull();
  });
});
