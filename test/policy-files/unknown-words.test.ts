import { describe, test } from 'vitest';
import { expectError, notice, plan } from './spoil.ts';

describe('an unknown word is an error at its line, with the nearest known one', () => {
  test.each([
    [
      'a field',
      plan,
      'identity.givenNames',
      'identity.givenName',
      'unknown field "identity.givenName"; did you mean "identity.givenNames"?',
    ],
    ['a purpose', notice, 'purpose: detention-notice', 'purpose: detention-notise', 'did you mean "detention-notice"?'],
    [
      'a source kind',
      notice,
      'from: { kind: prison,',
      'from: { kind: prisn,',
      'unknown partner kind "prisn"; did you mean "prison"?',
    ],
    ['a recipient kind', notice, 'kind: municipality', 'kind: municipalty', 'did you mean "municipality"?'],
    [
      'a role',
      notice,
      'as: [detaining-prison]',
      'as: [detaining-prisn]',
      'unknown role "detaining-prisn"; did you mean "detaining-prison"?',
    ],
    ['a fact type', notice, 'holds: detention', 'holds: detentoin', 'did you mean "detention"?'],
    [
      'a phase',
      plan,
      'phase: [detention, plan-execution]',
      'phase: [detention, plan-exec]',
      'unknown phase "plan-exec"',
    ],
    ['a start of retention', notice, 'until: release', 'until: relaese', 'did you mean "release"?'],
    ['a member', notice, 'trigger: both', 'triger: both', 'unknown member "triger"; did you mean "trigger"?'],
    ['a condition', notice, 'holds: detention', 'hold: detention', 'unknown member "hold"; did you mean "holds"?'],
    ['a word of a list', notice, 'approval: none', 'approval: nobody', 'must be one of none, source-human'],
    [
      'a consent word',
      notice,
      'consent: irrelevant',
      'consent: waved',
      'must be one of irrelevant, invalid, required, waiver; did you mean "waiver"?',
    ],
    [
      'a kind in a prohibition',
      'catalogue/prohibitions.yaml',
      'recipients: [prison, prisonService]',
      'recipients: [prisom]',
      'did you mean "prison"?',
    ],
    [
      'a category in a prohibition',
      'catalogue/prohibitions.yaml',
      'categories: [medical]',
      'categories: [medicl]',
      'did you mean "medical"?',
    ],
    [
      'a field in a prohibition',
      'catalogue/prohibitions.yaml',
      'fields: [numbers.bsn]',
      'fields: [numbers.bns]',
      'unknown field "numbers.bns"',
    ],
    [
      'a purpose in a prohibition',
      'catalogue/prohibitions.yaml',
      'exceptPurposes: [plan-basic-conditions',
      'exceptPurposes: [plan-basic-condition',
      'did you mean "plan-basic-conditions"?',
    ],
    [
      'who may attest',
      'catalogue/facts.yaml',
      'attestedBy: [prison, prisonService]',
      'attestedBy: [prison, prisonServise]',
      'did you mean "prisonService"?',
    ],
    [
      'a class',
      'catalogue/categories.yaml',
      'surname: { class: ordinary',
      'surname: { class: ordinry',
      'did you mean "ordinary"?',
    ],
  ])('%s', (_, file, from, to, message) => {
    expectError(file, from, to, message);
  });
});
