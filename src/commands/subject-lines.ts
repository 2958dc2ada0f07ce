import { readFileSync } from 'node:fs';
import { ConfigError } from '../config.ts';
import type { UnitId } from '../core/brand.ts';
import type { PersonNamed } from '../core/subject/change-ports.ts';
import { type SubjectReference, subjectReference } from '../core/subject/reference.ts';

const forms = '`bsn NUMBER`, `skn NUMBER`, `pseudonym UNIT UUID` or `case UNIT REFERENCE`';
const longest = 10_000;

/** A person as a line of standard input names it. */
export interface PersonLine {
  readonly named: PersonNamed;
  readonly reference: SubjectReference;
}

/**
 * Exactly so many lines of standard input, each naming somebody: arguments show in process lists, and
 * stay in the shell's history. Throws `ConfigError` that says which line is wrong, never what stands in it.
 */
export function readPersonLines(...whom: readonly string[]): readonly PersonLine[] {
  return parsePersonLines(readFileSync(0, 'utf8').slice(0, longest), whom);
}

export function parsePersonLines(text: string, whom: readonly string[]): readonly PersonLine[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length !== whom.length) {
    const wanted = whom.map((who, index) => `line ${index + 1}: ${who}`).join('; ');
    throw new ConfigError([`standard input must hold ${whom.length} line(s), each ${forms}. ${wanted}`]);
  }
  const people = lines.map(personOf);
  const problems = people.flatMap((person, index) =>
    person === null ? [`standard input, line ${index + 1}: must be ${forms}, and the number must be a valid one`] : [],
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return people.filter((person) => person !== null);
}

function personOf(line: string): PersonLine | null {
  const words = line.trim().split(/\s+/);
  const [type, first = '', second] = words;
  const isNumber = type === 'bsn' || type === 'skn';
  if (words.length !== (isNumber ? 2 : 3)) return null;
  const value = isNumber ? first : second;
  const parsed = subjectReference.safeParse({ type: type === 'case' ? 'caseReference' : type, value });
  if (!parsed.success) return null;
  const unit = (isNumber ? '' : first) as UnitId;
  return { reference: parsed.data, named: { by: 'reference', reference: parsed.data, unit } };
}
