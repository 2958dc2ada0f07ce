import { expect } from 'vitest';
import { loadPolicySet } from '../../src/policy-files/load.ts';
import type { PolicyFileError } from '../../src/policy-files/yaml-file.ts';
import { type PolicyCopy, withCopy } from './folder.ts';

export const plan = 'plan-basic-conditions.policy.yaml';
export const notice = 'detention-notice.policy.yaml';
export const housing = 'housing-placement.policy.yaml';

/** What loading says of the shipped policies after they were spoiled; empty when they load. */
export function errorsAfter(spoil: (copy: PolicyCopy) => unknown): readonly PolicyFileError[] {
  return withCopy((copy) => {
    spoil(copy);
    const loaded = loadPolicySet(copy.dir);
    return loaded.ok ? [] : loaded.errors;
  });
}

/** Replaces one text, loads, and expects this error on the line where the text stood. */
export function expectError(file: string, from: string, to: string, message: string | RegExp, linesDown = 0): void {
  let line = 0;
  const errors = errorsAfter((copy) => {
    line = copy.replace(file, from, to) + linesDown;
  });
  const said = typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message);
  expect(errors).toContainEqual({ file, line, column: expect.any(Number), message: said });
}
