import { z } from 'zod';
import type { Catalogue, Citation, Label } from '../category/catalogue.ts';
import { citation, label, status } from '../category/catalogue-files.ts';
import type { Problems } from '../category/file-problem.ts';
import { plainCitation } from '../category/plain-citation.ts';
import { involvementRole, involvementType } from '../policy/condition.ts';
import type { FactPattern } from './fact-pattern.ts';

/** A deadline that begins with a fact: who is told of it, when, and what makes it moot. */
export interface TimerRule {
  readonly id: string;
  readonly label: Label;
  readonly starts: FactPattern & { readonly edge: 'start' | 'end' };
  /** ISO 8601 duration of one unit. */
  readonly after: string;
  /** Moments before it, counted from the start as well. */
  readonly reminds: readonly string[];
  /** Roles of involvement: units that stand in one of them are told. */
  readonly to: readonly string[];
  readonly stops: FactPattern | null;
  readonly law: readonly Citation[];
}

const word = z.string().min(1);
const is = z.record(word, z.array(word).min(1)).optional();
const period = z.string().regex(/^P[1-9][0-9]{0,2}[YMWD]$/, 'must be a period of one unit, such as P10D');

/** The form of `catalogue/timers.yaml`. */
const timersFile = z.record(
  z.string().regex(/^[a-z][a-z0-9-]{1,62}$/, 'must be a word: lower case, digits and hyphens'),
  z.strictObject({
    label,
    starts: z.strictObject({ type: word, edge: z.enum(['start', 'end']), is }),
    after: period,
    reminds: z.array(period).default([]),
    to: z.array(word).min(1),
    stops: z.strictObject({ type: word, is }).optional(),
    status: status.optional(),
    law: z.array(citation).min(1),
  }),
);

type TimersFile = z.infer<typeof timersFile>;

/** Reads the timers; words that no fact can have are noted. */
export function timerRulesOf(content: unknown, catalogue: Catalogue, notes: Problems): Map<string, TimerRule> {
  const form = notes.parse<TimersFile>(timersFile, content) ?? {};
  const roles = catalogue.factTypes.get(involvementType)?.words.get(involvementRole) ?? new Map<string, unknown>();
  return new Map(
    Object.entries(form).map(([id, timer]) => {
      for (const [index, role] of timer.to.entries()) notes.known([id, 'to', index], 'role', role, roles);
      const { starts, stops, after, reminds, to } = timer;
      const rule: TimerRule = {
        id,
        label: timer.label,
        starts: { ...pattern(starts, catalogue, notes, [id, 'starts']), edge: starts.edge },
        after,
        reminds,
        to,
        stops: stops === undefined ? null : pattern(stops, catalogue, notes, [id, 'stops']),
        law: timer.law.map(plainCitation),
      };
      return [id, rule];
    }),
  );
}

function pattern(
  form: { readonly type: string; readonly is?: Readonly<Record<string, readonly string[]>> | undefined },
  catalogue: Catalogue,
  notes: Problems,
  path: readonly string[],
): FactPattern {
  const known = notes.known([...path, 'type'], 'fact type', form.type, catalogue.factTypes);
  const attributes = catalogue.factTypes.get(form.type)?.words ?? new Map<string, ReadonlyMap<string, unknown>>();
  const narrowed = Object.entries(form.is ?? {});
  for (const [attribute, words] of known ? narrowed : []) {
    if (!notes.known([...path, 'is', attribute], 'attribute', attribute, attributes)) continue;
    const read = attributes.get(attribute) ?? new Map<string, unknown>();
    for (const [index, each] of words.entries()) notes.known([...path, 'is', attribute, index], 'word', each, read);
  }
  return { type: form.type, is: new Map(narrowed.map(([attribute, words]) => [attribute, new Set(words)])) };
}
