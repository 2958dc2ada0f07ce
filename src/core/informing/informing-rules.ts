import { z } from 'zod';
import { lengthOf } from '../calendar.ts';
import type { Citation, Label } from '../category/catalogue.ts';
import { citation, label, status } from '../category/catalogue-files.ts';
import type { Problems } from '../category/file-problem.ts';

/** Why a person is told later of what was given about them. */
export interface InformingGround {
  readonly label: Label;
  /** What that person reads of it. */
  readonly plain: Label;
  readonly law: Citation;
}

/** @law UAVG 41; Wpg 27; Wjsg 21(2) */
export interface InformingRules {
  /** ISO 8601 duration: the longest for which it is put off at a time. */
  readonly longest: string;
  /** ISO 8601 durations: so long before the person sees it its source is reminded. */
  readonly remindBefore: readonly string[];
  readonly grounds: ReadonlyMap<string, InformingGround>;
}

/** Where nothing is said there is no ground to put anything off. */
const none: InformingRules = { longest: 'P30D', remindBefore: [], grounds: new Map() };

const word = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be a word: lower-case letters, digits and hyphens');
/** At most thirty days: whoever decides looks again by then. */
const longest = z.string().regex(/^P(?:[1-9]|[12][0-9]|30)D$/, 'must be a number of days up to P30D');

/** The form of `catalogue/informing.yaml`. */
const informingFile = z.strictObject({
  longest,
  remindBefore: z.array(longest).min(1).optional(),
  status: status.optional(),
  grounds: z.record(word, z.strictObject({ label, plain: label, law: citation })),
});

/** Reads `catalogue/informing.yaml`. `content`: undefined where there is no such file. */
export function informingRulesOf(content: unknown, notes: Problems): InformingRules {
  const form = content === undefined ? null : notes.parse<z.infer<typeof informingFile>>(informingFile, content);
  if (form === null) return none;
  const grounds = Object.entries(form.grounds).map(([id, { law, ...words }]) => {
    const { act, article, status: open } = law;
    return [id, { ...words, law: { act, article, ...(open === undefined ? {} : { status: open }) } }] as const;
  });
  const { longest: most, remindBefore = [] } = form;
  for (const [index, before] of remindBefore.entries())
    if (lengthOf(before).days >= lengthOf(most).days)
      notes.add(['remindBefore', index], `must be shorter than ${most}`);
  return { longest: most, remindBefore, grounds: new Map(grounds) };
}
