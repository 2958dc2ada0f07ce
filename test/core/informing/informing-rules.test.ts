import { expect, it } from 'vitest';
import { Problems } from '../../../src/core/category/file-problem.ts';
import { informingRulesOf } from '../../../src/core/informing/informing-rules.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const ground = { label: { nl: 'n', en: 'e' }, plain: { nl: 'n', en: 'e' }, law: { act: 'UAVG', article: '41' } };
const read = (content: unknown) => {
  const notes = new Problems('informing.yaml');
  return { rules: informingRulesOf(content, notes), found: notes.found };
};

it('takes what was written, and no ground at all where nothing was', () => {
  const { rules, found } = read({ longest: 'P14D', grounds: { safety: ground } });
  expect([rules.longest, rules.grounds.get('safety'), found]).toEqual(['P14D', ground, []]);
  expect(read(undefined)).toEqual({ rules: { longest: 'P30D', remindBefore: [], grounds: new Map() }, found: [] });
});

it.each([
  { longest: 'P31D' },
  { longest: 'P0D' },
  { longest: 'P1M' },
  { remindBefore: ['1 week'] },
  { grounds: { 'Not A Word': ground } },
  { more: 1 },
])('refuses %j: then there is no ground', (wrong) => {
  const { rules, found } = read({ longest: 'P30D', grounds: { safety: ground }, ...wrong });
  expect(found.length).toBeGreaterThan(0);
  expect(rules.grounds.size).toBe(0);
});

it('is shipped with grounds of each of the three acts, and a rule that delays no more than the one for serious risks', () => {
  const set = shippedSet();
  expect(new Set([...set.informing.grounds.values()].map(({ law }) => law.act))).toEqual(
    new Set(['UAVG', 'Wpg', 'Wjsg']),
  );
  const delaying = [...set.policies.values()].filter(({ grants }) =>
    grants.some((one) => one.obligations.informAfter !== null),
  );
  expect(delaying.map(({ purpose }) => purpose)).toEqual(['serious-violence-risk']);
});
