import { Problems } from '../../core/category/file-problem.ts';
import type { Question } from '../../core/policy/decision.ts';
import type { PolicySet } from '../../core/policy/policy-set.ts';
import { type CaseForm, type CasesForm, casesFile } from '../cases-file.ts';
import type { PolicyFolder } from '../load.ts';
import { playCase } from '../play-case.ts';
import { type PolicyFileError, parseYaml } from '../yaml-file.ts';

/** One case that holds, ready to be played against a set that was spoiled. */
export interface BookedCase {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly question: Question;
  /** Prohibitions by which something in it is refused. */
  readonly prohibitions: ReadonlySet<string>;
  readonly holdsIn: (set: PolicySet) => boolean;
}

export interface CaseBook {
  readonly cases: readonly BookedCase[];
  /** Cases that cannot be played or do not hold: what does not hold can find no mistake. */
  readonly errors: readonly PolicyFileError[];
}

/** Reads every case of a folder and plays it once. */
export function readCaseBook(set: PolicySet, { files }: Pick<PolicyFolder, 'files'>): CaseBook {
  const cases: BookedCase[] = [];
  const errors: PolicyFileError[] = [];
  for (const { file, bytes } of files.filter(({ file: name }) => name.endsWith('.cases.yaml'))) {
    const yaml = parseYaml(file, bytes);
    if (!yaml.ok) {
      errors.push(...yaml.errors);
      continue;
    }
    const notes = new Problems(file);
    const form = notes.parse<CasesForm>(casesFile, yaml.yaml.content);
    errors.push(...notes.found.map(({ path, at, message }) => yaml.yaml.errorAt(path, at, message)));
    for (const one of form?.cases ?? []) {
      const place = yaml.yaml.errorAt(['cases', one.index, 'name'], 'value', '');
      const booked = form === null ? null : book(set, form, one, place);
      if (booked === null) errors.push({ ...place, message: `${one.name}: does not hold` });
      else cases.push(booked);
    }
  }
  return { cases, errors };
}

function book(set: PolicySet, form: CasesForm, one: CaseForm, { file, line }: PolicyFileError): BookedCase | null {
  try {
    const { question, decision, differences } = playCase(set, form, one);
    if (differences.length > 0) return null;
    const reasons = decision.refused.flatMap((refusal) => refusal.reasons);
    return {
      file,
      line,
      name: one.name,
      question,
      prohibitions: new Set(reasons.flatMap((reason) => (reason.class === 'prohibited' ? [reason.rule ?? ''] : []))),
      holdsIn: (other) => playCase(other, form, one).differences.length === 0,
    };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
