import type { SubjectId, UnitId } from '../brand.ts';
import type { Subjects } from '../disclosure/ports.ts';
import type { SubjectChangeRecord } from './subject-change.ts';

/** What one unit was told of a change of who is who. */
export interface ToldChange extends Pick<SubjectChangeRecord, 'id' | 'kind' | 'at'> {
  /** Its own pseudonyms until then. */
  readonly before: readonly string[];
  /** Whom it knows since. */
  readonly persons: readonly SubjectId[];
}

export interface SubjectChangeView extends Pick<ToldChange, 'id' | 'kind' | 'at' | 'before'> {
  /** Its own pseudonyms now: one where two records were joined, two where one was parted. */
  readonly after: readonly string[];
}

export interface ReadChangePorts {
  /** null to every unit that was not told. */
  told(unit: UnitId, id: string): Promise<ToldChange | null>;
  readonly subjects: Pick<Subjects, 'pseudonym'>;
}

/** For a unit that was told, in its own pseudonyms and nothing else; to all others there is no such change. */
export async function readSubjectChange(
  ports: ReadChangePorts,
  unit: UnitId,
  id: string,
): Promise<SubjectChangeView | null> {
  const told = await ports.told(unit, id);
  if (told === null) return null;
  const { persons, ...change } = told;
  const after: string[] = [];
  for (const person of persons) after.push(await ports.subjects.pseudonym(unit, person));
  return { ...change, after: [...new Set(after)] };
}
