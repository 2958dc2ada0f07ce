import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ConfigError } from '../config.ts';
import type { SubjectChangeId } from '../core/brand.ts';
import { correctNumber } from '../core/subject/correct-number.ts';
import { joinPeople } from '../core/subject/join-people.ts';
import { lookAtPerson } from '../core/subject/look-at-person.ts';
import { partingFile, partPeople } from '../core/subject/part-people.ts';
import type { NumberScheme } from '../core/subject/subject-change.ts';
import { takeBackJoining } from '../core/subject/take-back-joining.ts';
import { readPersonLines } from './subject-lines.ts';
import { tellSubjectChange } from './subject-outcome.ts';
import { readAsked, withSubjects } from './subject-session.ts';
import { printJson } from './terminal.ts';

export interface SubjectOptions {
  readonly by: string;
  readonly ground: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** `sluis subject correct`: line 1 names the person, line 2 the right number. Exit code 1: refused, nothing changed. */
export async function subjectCorrect(options: SubjectOptions): Promise<void> {
  const asked = readAsked(options);
  const [person, right] = readPersonLines('the person, as it is known now', 'the right number');
  if (person === undefined || right === undefined) throw new RangeError('two lines were read');
  const { type: scheme, value } = right.reference;
  if (scheme !== 'bsn' && scheme !== 'skn') {
    throw new ConfigError(['standard input, line 2: must be `bsn NUMBER` or `skn NUMBER`']);
  }
  const correct = await withSubjects((ports) =>
    correctNumber(ports, person.named, { scheme, value }, asked, options.dryRun),
  );
  tellSubjectChange(correct, options);
}

/** `sluis subject merge`: line 1 names whose record goes up in that of line 2. */
export async function subjectMerge(options: SubjectOptions & { readonly withdraw: NumberScheme[] }): Promise<void> {
  const asked = readAsked(options);
  const [goes, stays] = readPersonLines('the record that goes up in the other', 'the record that stays');
  if (goes === undefined || stays === undefined) throw new RangeError('two lines were read');
  const joining = { goes: goes.named, stays: stays.named, withdraw: [...new Set(options.withdraw)] };
  tellSubjectChange(await withSubjects((ports) => joinPeople(ports, joining, asked, options.dryRun)), options);
}

/** `sluis subject split`: by a file that says what goes, or taking a joining back by its id. */
export async function subjectSplit(
  options: SubjectOptions & { readonly file?: string; readonly takeBack?: string },
): Promise<void> {
  const asked = readAsked(options);
  const { file, takeBack, dryRun } = options;
  if ((file === undefined) === (takeBack === undefined)) {
    throw new ConfigError(['say what goes with --file, or which merge is taken back with --take-back: one of the two']);
  }
  if (takeBack !== undefined) {
    const id = takeBack as SubjectChangeId;
    tellSubjectChange(await withSubjects((ports) => takeBackJoining(ports, id, asked, dryRun)), options);
    return;
  }
  const parting = readParting(file ?? '');
  const [person] = readPersonLines('the person whose record is taken apart');
  if (person === undefined) throw new RangeError('one line was read');
  tellSubjectChange(await withSubjects((ports) => partPeople(ports, person.named, parting, asked, dryRun)), options);
}

/** `sluis subject show`: what hangs on a person, by id, as `split` wants it named. The look goes on record. */
export async function subjectShow(options: Pick<SubjectOptions, 'by' | 'ground'>): Promise<void> {
  const asked = readAsked(options);
  const [person] = readPersonLines('the person');
  if (person === undefined) throw new RangeError('one line was read');
  const seen = await withSubjects((ports) => lookAtPerson(ports, person.named, asked));
  if (seen === null) throw new ConfigError(['the gateway knows no such person']);
  printJson(seen);
}

function readParting(file: string) {
  const parsed = partingFile.safeParse(parse(readFileSync(file, 'utf8'), { maxAliasCount: 0 }));
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.map((issue) => `${file}: ${issue.path.join('.')} ${issue.message}`));
}
