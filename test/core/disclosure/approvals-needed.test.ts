import { describe, expect, it } from 'vitest';
import { approvalsNeeded, isApproved } from '../../../src/core/disclosure/approvals-needed.ts';

const none = { approval: 'none', approvers: [] } as const;
const one = { approval: 'source-human', approvers: [] } as const;
const nurse = { approval: 'source-human', approvers: ['nurse'] } as const;
const two = { approval: 'two-persons', approvers: [] } as const;
const both = { approval: 'two-persons', approvers: ['director', 'nurse'] } as const;
const twoNurses = { approval: 'two-persons', approvers: ['nurse'] } as const;
const by = (who: string, role: string) => ({ by: who, role });

describe('approvals that are needed', () => {
  it.each([
    ['nobody where none is asked', none, [], 0, []],
    ['one person', one, [], 1, []],
    ['nobody after one', one, [by('a', 'x')], 0, []],
    ['a nurse, whoever else agreed', nurse, [by('a', 'x')], 1, ['nurse']],
    ['nobody after a nurse', nurse, [by('a', 'nurse')], 0, []],
    ['two people', two, [], 2, []],
    ['a second person', two, [by('a', 'x')], 1, []],
    ['a second person after one who agreed twice', two, [by('a', 'x'), by('a', 'y')], 1, []],
    ['nobody after two', two, [by('a', 'x'), by('b', 'x')], 0, []],
    ['one of each role', both, [], 2, ['director', 'nurse']],
    ['a director after a nurse', both, [by('a', 'nurse')], 1, ['director']],
    ['a director after two nurses', both, [by('a', 'nurse'), by('b', 'nurse')], 1, ['director']],
    ['nobody after one of each', both, [by('a', 'nurse'), by('b', 'director')], 0, []],
    ['a second nurse', twoNurses, [by('a', 'nurse'), by('b', 'director')], 1, []],
  ] as const)('are of %s', (_, asked, approvals, persons, roles) => {
    expect(approvalsNeeded(asked, approvals)).toEqual({ persons, roles });
    expect(isApproved(asked, approvals)).toBe(persons === 0);
  });
});
