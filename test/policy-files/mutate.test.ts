import { describe, expect, test } from 'vitest';
import { compilePolicyFolder, type PolicyFolder, readPolicyFolder } from '../../src/policy-files/load.ts';
import { type MutantResult, mutate } from '../../src/policy-files/mutate.ts';
import { type PolicyCopy, withCopy } from './folder.ts';

const file = 'detention-notice.policy.yaml';
const cases = 'detention-notice.cases.yaml';

/** Mutates one policy of a copy, with its own cases alone. */
function mutants(spoil: (copy: PolicyCopy) => void, only: (name: string) => boolean) {
  return withCopy((copy) => {
    spoil(copy);
    const folder = readPolicyFolder(copy.dir);
    const loaded = compilePolicyFolder(folder);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
    const some: PolicyFolder = { ...folder, files: folder.files.filter((one) => only(one.file)) };
    return mutate(loaded.set, some);
  });
}

const unspoilt = mutants(
  () => undefined,
  (name) => name === file || name === cases,
);
const withoutCases = mutants(
  () => undefined,
  (name) => name === file,
);
const of = (results: readonly MutantResult[], operator: string) => results.filter((one) => one.operator === operator);

describe('mutating a policy', () => {
  test('makes each kind of mistake and says where it stands', () => {
    const operators = new Set(unspoilt.results.map(({ operator }) => operator));
    for (const operator of [
      'trigger',
      'field-drop',
      'field-add',
      'kind',
      'kind-add',
      'condition-drop',
      'condition-negate',
    ])
      expect(operators).toContain(operator);
    for (const operator of [
      'role-drop',
      'role-add',
      'side',
      'retain',
      'inform',
      'consent',
      'regime',
      'basis',
      'obtained-add',
    ])
      expect(operators).toContain(operator);
    expect(unspoilt.results.every(({ place }) => place.file === file && place.line > 1)).toBe(true);
    expect(unspoilt.errors).toEqual([]);
  });

  test('finds a change of regime at load, with the check that says so', () => {
    const found = of(unspoilt.results, 'regime');
    expect(found.length).toBeGreaterThan(3);
    for (const { outcome } of found)
      expect(outcome).toMatchObject({ by: 'load', check: expect.stringContaining('processes under') });
  });

  test('finds a dropped field by a case, and names it', () => {
    for (const { outcome } of of(unspoilt.results, 'field-drop'))
      expect(outcome).toMatchObject({ by: 'case', file: cases, line: expect.any(Number) });
  });

  test('lets nothing survive in what ships, and nearly everything where there is no case', () => {
    expect(unspoilt.results.filter(({ outcome }) => outcome.by === 'nothing')).toEqual([]);
    const survivors = withoutCases.results.filter(({ outcome }) => outcome.by === 'nothing');
    const killed = unspoilt.results.filter(({ outcome }) => outcome.by === 'case');
    expect(survivors.map(({ place }) => place)).toEqual(killed.map(({ place }) => place));
    expect(survivors.length).toBeGreaterThan(60);
  });

  test('shows of a survivor the request that is answered otherwise, and both answers', () => {
    const [dropped] = of(withoutCases.results, 'field-drop');
    expect(dropped?.outcome).toMatchObject({ by: 'nothing' });
    const example = dropped?.outcome.by === 'nothing' ? dropped.outcome.example : '';
    expect(example).toMatch(/^when \w+ asks \w+ for identity\.surname on .* about a person of whom .* is on record: /);
    expect(example).toMatch(/ becomes not-permitted$/);
  });

  test('calls equivalent what cannot make a difference', () => {
    const equivalent = unspoilt.results.filter(({ outcome }) => outcome.by === 'equivalent');
    expect(equivalent.map(({ operator }) => operator)).toContain('consent');
    // A role that no municipality can have.
    expect(equivalent.some(({ place }) => place.message.includes('add "detaining-prison"'))).toBe(true);
  });

  test('takes no case that does not hold, and says so', () => {
    const { errors, results } = mutants(
      (copy) => copy.replace(cases, 'verdict: permit', 'verdict: prohibited'),
      (name) => name === file || name === cases,
    );
    expect(errors).toContainEqual(
      expect.objectContaining({ file: cases, message: expect.stringContaining('does not hold') }),
    );
    expect(results.some(({ outcome }) => outcome.by === 'case')).toBe(true);
  });
});
