import { z } from 'zod';
import type { PurposeId } from '../brand.ts';
import { lengthOf } from '../calendar.ts';
import type { Catalogue } from '../category/catalogue.ts';
import { status } from '../category/catalogue-files.ts';
import type { Problems } from '../category/file-problem.ts';

/** How long somebody is waited for, and who is reminded before it is over. Periods count in days or weeks. */
export interface Term {
  /** ISO 8601 duration. */
  readonly within: string;
  /** ISO 8601 durations before the end. */
  readonly remindBefore: readonly string[];
  /** Whom of its people the party is to turn to; null: it is told no one. */
  readonly escalate: { readonly before: string; readonly to: readonly string[] } | null;
}

/** For one purpose: how long its source has to respond, and its recipient to collect what it was allowed. */
export interface Deadlines {
  readonly respond: Term;
  readonly collect: Term;
}

export interface DeadlineTable {
  readonly default: Deadlines;
  readonly purposes: ReadonlyMap<PurposeId, Partial<Deadlines>>;
}

/** Where nothing is said: short, so that what nobody thought of does not stay open. */
const unsaid: Deadlines = {
  respond: { within: 'P2D', remindBefore: [], escalate: null },
  collect: { within: 'P1D', remindBefore: [], escalate: null },
};

const days = z.string().regex(/^P[1-9][0-9]{0,2}[DW]$/, 'must be a period in days or weeks, such as P14D');
const term = z.strictObject({
  within: days,
  remindBefore: z.array(days).min(1).optional(),
  escalate: z.strictObject({ before: days, to: z.array(z.string().min(1)).min(1) }).optional(),
  status: status.optional(),
});
const terms = z.strictObject({ respond: term.optional(), collect: term.optional() });

/** The form of `catalogue/deadlines.yaml`. */
const deadlinesFile = z.strictObject({ default: terms.optional(), purposes: z.record(z.string(), terms).optional() });

type DeadlinesFile = z.infer<typeof deadlinesFile>;
type TermForm = z.infer<typeof term>;

/** Reads `catalogue/deadlines.yaml`; words that no purpose or kind has, and reminders before the beginning, are noted. */
export function deadlinesOf(content: unknown, catalogue: Catalogue, notes: Problems): DeadlineTable {
  const form = notes.parse<DeadlinesFile>(deadlinesFile, content) ?? {};
  const roles = new Set([...catalogue.partnerKinds.values()].flatMap((kind) => [...kind.roles.keys()]));
  const read = (forms: z.infer<typeof terms>, path: readonly string[]): Partial<Deadlines> => ({
    ...(forms.respond === undefined ? {} : { respond: termOf(forms.respond, roles, notes, [...path, 'respond']) }),
    ...(forms.collect === undefined ? {} : { collect: termOf(forms.collect, roles, notes, [...path, 'collect']) }),
  });
  const purposes = Object.entries(form.purposes ?? {}).map(([purpose, forms]) => {
    notes.known(['purposes', purpose], 'purpose', purpose, catalogue.purposes);
    return [purpose as PurposeId, read(forms, ['purposes', purpose])] as const;
  });
  return { default: { ...unsaid, ...read(form.default ?? {}, ['default']) }, purposes: new Map(purposes) };
}

function termOf(form: TermForm, roles: ReadonlySet<string>, notes: Problems, path: readonly string[]): Term {
  const { within, remindBefore = [], escalate = null } = form;
  const insist = (before: string, at: readonly (string | number)[]): void => {
    if (lengthOf(before).days >= lengthOf(within).days) notes.add([...path, ...at], `must be shorter than ${within}`);
  };
  for (const [index, before] of remindBefore.entries()) insist(before, ['remindBefore', index]);
  if (escalate !== null) insist(escalate.before, ['escalate', 'before']);
  for (const [index, role] of (escalate?.to ?? []).entries())
    notes.known([...path, 'escalate', 'to', index], 'role', role, roles);
  return { within, remindBefore, escalate };
}

/** What is said of the purpose, else of all. */
export function deadlinesFor({ default: all, purposes }: DeadlineTable, purpose: PurposeId): Deadlines {
  return { ...all, ...purposes.get(purpose) };
}
