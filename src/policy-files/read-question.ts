import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Problems } from '../core/category/file-problem.ts';
import type { Question } from '../core/policy/decision.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import { caseQuestion } from './case-question.ts';
import {
  type AskedForm,
  type CasesForm,
  casesFile,
  type RequestForm,
  requestFile,
  type SituationForm,
} from './cases-file.ts';
import { type PolicyFileError, parseYaml, type YamlFile } from './yaml-file.ts';

export type ReadQuestion =
  | { readonly ok: true; readonly question: Question }
  | { readonly ok: false; readonly errors: readonly PolicyFileError[] };

/**
 * Reads a question from a file with one `request`, or one case by name from a file of cases; YAML or
 * JSON. Throws when the file cannot be read.
 */
export function readQuestion(set: PolicySet, path: string, caseName: string | null): ReadQuestion {
  const file = basename(path);
  const parsed = parseYaml(file, readFileSync(path));
  if (!parsed.ok) return parsed;
  const { yaml } = parsed;
  const notes = new Problems(file);
  const found = caseName === null ? readRequest(yaml, notes) : readCase(yaml, notes, caseName);
  const errors = notes.found.map(({ path: at, at: where, message }) => yaml.errorAt(at, where, message));
  if (found === null) return { ok: false, errors };
  try {
    return { ok: true, question: caseQuestion(set, found.situation, found.asked) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ok: false, errors: [yaml.errorAt(found.path, 'value', error.message)] };
  }
}

interface Found {
  readonly situation: SituationForm;
  readonly asked: AskedForm;
  readonly path: readonly (string | number)[];
}

function readRequest({ content }: YamlFile, notes: Problems): Found | null {
  const form = notes.parse<RequestForm>(requestFile, content);
  return form === null ? null : { situation: form, asked: form.request, path: ['request'] };
}

function readCase({ content }: YamlFile, notes: Problems, name: string): Found | null {
  const form = notes.parse<CasesForm>(casesFile, content);
  if (form === null) return null;
  const asked = form.cases.find((one) => one.name === name);
  if (asked !== undefined) return { situation: form, asked, path: ['cases', asked.index] };
  notes.known(['cases'], 'case', name, new Map(form.cases.map((one) => [one.name, one])));
  return null;
}
