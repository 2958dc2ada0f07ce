import type { FieldId, PurposeId } from '../core/brand.ts';
import { unknownWord } from '../core/category/known-word.ts';
import { consentRoleWords } from '../core/policy/consent-role-words.ts';
import { approvalWords, retentionWords } from '../core/policy/explain/obligation-words.ts';
import { type MatrixRow, matrix } from '../core/policy/matrix.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import { loadPolicies } from './load-policies.ts';
import { matrixPage } from './matrix-page.ts';
import { coloursFor, exitCodes, printJson, printLines, textTable } from './terminal.ts';

export interface MatrixOptions {
  /** Folder with the policies. */
  readonly policies: string;
  readonly field?: string;
  readonly kind?: string;
  readonly purpose?: string;
  readonly format: 'text' | 'json' | 'html';
  readonly language: 'nl' | 'en';
}

/** `policy matrix`: everything the policies permit, by purpose and kinds of partners. */
export function policyMatrix(options: MatrixOptions): void {
  const { field, kind, purpose, format, language } = options;
  const set = loadPolicies(options.policies, format === 'json');
  if (set === null) return;
  const { fields, partnerKinds, purposes } = set.catalogue;
  const known =
    isKnown('field', field, fields) &&
    isKnown('partner kind', kind, partnerKinds) &&
    isKnown('purpose', purpose, purposes);
  if (!known) return;
  const filter = {
    field: (field ?? null) as FieldId | null,
    kind: kind ?? null,
    purpose: (purpose ?? null) as PurposeId | null,
  };
  const rows = matrix(set, filter);
  if (format === 'json') printJson({ set: set.digest, filter, rows });
  else if (format === 'html') process.stdout.write(matrixPage(set, rows, language));
  else printLines(tableLines(set, rows, language));
}

function tableLines(set: PolicySet, rows: readonly MatrixRow[], language: 'nl' | 'en'): string[] {
  const kindName = (id: string): string => set.catalogue.partnerKinds.get(id)?.label[language] ?? id;
  const header = ['purpose', 'rule', 'from', 'to', 'fields', 'consent', 'approval'];
  const cells = rows.map((row) => [
    row.purpose,
    row.rule,
    kindName(row.source),
    kindName(row.recipient),
    row.fields.length,
    row.consent,
    row.obligations.approval,
  ]);
  return [...textTable(header, cells), '', `${rows.length} ways`];
}

export interface WhoOptions {
  readonly policies: string;
  readonly language: 'nl' | 'en';
  readonly json: boolean;
}

/** `policy who-can-see`: every kind of partner that may get a field, from whom, why, and on which conditions. */
export function policyWhoCanSee(field: string, options: WhoOptions): void {
  const set = loadPolicies(options.policies, options.json);
  if (set === null || !isKnown('field', field, set.catalogue.fields)) return;
  const rows = matrix(set, { field: field as FieldId, kind: null, purpose: null });
  if (options.json) {
    printJson({ set: set.digest, field, rows });
    return;
  }
  const { language } = options;
  const colours = coloursFor(process.stdout);
  const known = set.catalogue.fields.get(field as FieldId);
  printLines([
    `${colours.strong(field)} ${known?.label[language] ?? ''} (${known?.classes.join(', ')})`,
    '',
    ...rows.flatMap((row) => whoLines(set, row, language, colours.strong)),
    rows.length === 0 ? colours.warn('nobody: no rule gives it') : `${rows.length} ways`,
  ]);
}

const lead = {
  nl: {
    from: 'van',
    because: 'doel',
    when: 'als',
    law: 'wet',
    ground: 'grond',
    consent: 'toestemming',
    after: 'en dan',
  },
  en: {
    from: 'from',
    because: 'purpose',
    when: 'if',
    law: 'law',
    ground: 'ground',
    consent: 'consent',
    after: 'and then',
  },
};

function whoLines(set: PolicySet, row: MatrixRow, language: 'nl' | 'en', strong: (text: string) => string): string[] {
  const words = lead[language];
  const kindName = (id: string): string => set.catalogue.partnerKinds.get(id)?.label[language] ?? id;
  const line = (name: string, text: string): string => `  ${name.padEnd(12)} ${text}`;
  const grounds = Object.values(row.grounds).filter((ground) => ground !== null);
  const kept = retentionWords(set, row.obligations.retain);
  return [
    `${strong(kindName(row.recipient))} ${words.from} ${kindName(row.source)}`,
    line(words.because, `${set.catalogue.purposes.get(row.purpose)?.label[language] ?? row.purpose} (${row.rule})`),
    ...row.conditions.map((condition) => line(words.when, condition[language])),
    line(words.consent, consentRoleWords[row.consent][language]),
    line(words.law, row.law.map(({ act, article }) => `${act} ${article}`).join('; ')),
    ...grounds.map((ground) => line(words.ground, ground)),
    ...[...approvalWords(set, row.obligations, row.source), kept].map((said) => line(words.after, said[language])),
    '',
  ];
}

/** Says on standard error which word is meant where one is not known; nothing was asked where there is none. */
function isKnown(what: string, word: string | undefined, words: { keys(): Iterable<string> }): boolean {
  const names = new Set(words.keys());
  if (word === undefined || names.has(word)) return true;
  process.stderr.write(`sluis: ${unknownWord(what, word, names)}\n`);
  process.exitCode = exitCodes.usage;
  return false;
}
