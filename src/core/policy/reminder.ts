import { z } from 'zod';
import type { Citation, Label } from '../category/catalogue.ts';
import { citation, label } from '../category/catalogue-files.ts';
import type { Problems } from '../category/file-problem.ts';
import { plainCitation } from '../category/plain-citation.ts';

/** Where somebody decides: at the source about a request, or the person about a consent. */
export type DecidingPlace = 'approval' | 'consent';

/** A prohibition that is about people's reasons: no rule can check it, so whoever decides is told. */
export interface Reminder {
  readonly id: string;
  readonly shown: readonly DecidingPlace[];
  readonly text: Label;
  readonly law: readonly Citation[];
}

const remindersFile = z.array(
  z.strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{1,62}$/, 'must be a word: lower case, digits and hyphens'),
    shown: z.array(z.enum(['approval', 'consent'])).min(1),
    text: label,
    law: z.array(citation).min(1),
  }),
);

type RemindersFile = z.infer<typeof remindersFile>;

/** Reads `catalogue/reminders.yaml`. */
export function remindersOf(content: unknown, notes: Problems): Reminder[] {
  const seen = new Set<string>();
  return (notes.parse<RemindersFile>(remindersFile, content) ?? []).map((form, index) => {
    if (seen.has(form.id)) notes.add([index, 'id'], `"${form.id}" is used twice`);
    seen.add(form.id);
    return { ...form, law: form.law.map(plainCitation) };
  });
}

/** What is told in one place, in the order of the file. */
export function remindersAt(reminders: readonly Reminder[], place: DecidingPlace): Label[] {
  return reminders.filter(({ shown }) => shown.includes(place)).map(({ text }) => text);
}
