import { z } from 'zod';
import type { PurposeId } from '../brand.ts';
import { lengthOf } from '../calendar.ts';
import type { Catalogue } from '../category/catalogue.ts';
import { status } from '../category/catalogue-files.ts';
import type { Problems } from '../category/file-problem.ts';
import type { Regime } from '../partner/partner.ts';

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

/** How long a source has to decide on what a person asks of it, by the act that binds it: ISO 8601 durations. */
export interface RightsTerm extends Readonly<Record<Regime, string>>, Pick<Term, 'remindBefore'> {}

export interface DeadlineTable {
  readonly default: Deadlines;
  readonly purposes: ReadonlyMap<PurposeId, Partial<Deadlines>>;
  /** How long a recipient has to say what it did about a correction of what it got. */
  readonly corrections: Term;
  readonly rights: RightsTerm;
}

/** Where nothing is said: short, so that what nobody thought of does not stay open. */
const unsaid: Deadlines = {
  respond: { within: 'P2D', remindBefore: [], escalate: null },
  collect: { within: 'P1D', remindBefore: [], escalate: null },
};
const unsaidOfCorrections: Term = { within: 'P7D', remindBefore: [], escalate: null };

/** @law AVG 12(3); Wjsg 51b(2); Wpg 25 */
const unsaidOfRights: RightsTerm = { avg: 'P1M', wjsg: 'P4W', wpg: 'P6W', remindBefore: [] };
const legalPeriod = z.string().regex(/^P[1-9][0-9]?[DWM]$/, 'must be a period in days, weeks or months, such as P4W');

const days = z.string().regex(/^P[1-9][0-9]{0,2}[DW]$/, 'must be a period in days or weeks, such as P14D');
const term = z.strictObject({
  within: days,
  remindBefore: z.array(days).min(1).optional(),
  escalate: z.strictObject({ before: days, to: z.array(z.string().min(1)).min(1) }).optional(),
  status: status.optional(),
});
const terms = z.strictObject({ respond: term.optional(), collect: term.optional() });

/** The form of `catalogue/deadlines.yaml`. */
const deadlinesFile = z.strictObject({
  default: terms.optional(),
  purposes: z.record(z.string(), terms).optional(),
  // Nobody's people are told: it is their unit's own.
  corrections: term.omit({ escalate: true }).optional(),
  rights: z
    .strictObject({
      ...{ avg: legalPeriod, wjsg: legalPeriod, wpg: legalPeriod },
      remindBefore: z.array(days).min(1).optional(),
    })
    .optional(),
});

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
  const corrections =
    form.corrections === undefined ? unsaidOfCorrections : termOf(form.corrections, roles, notes, ['corrections']);
  const rights = form.rights === undefined ? unsaidOfRights : rightsOf(form.rights, notes);
  return {
    default: { ...unsaid, ...read(form.default ?? {}, ['default']) },
    purposes: new Map(purposes),
    corrections,
    rights,
  };
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

/** A reminder before the shortest of the terms begins would come before anything was asked. */
function rightsOf(form: NonNullable<DeadlinesFile['rights']>, notes: Problems): RightsTerm {
  const { remindBefore = [], ...terms } = form;
  const shortest = Object.values(terms).reduce((one, other) => (daysOf(other) < daysOf(one) ? other : one));
  for (const [index, before] of remindBefore.entries())
    if (daysOf(before) >= daysOf(shortest))
      notes.add(['rights', 'remindBefore', index], `must be shorter than ${shortest}`);
  return { ...terms, remindBefore };
}

/** A month has at least as many. */
function daysOf(period: string): number {
  const { months, days } = lengthOf(period);
  return months * 28 + days;
}

/** The roles to turn to that people of this kind of partner have; none where nobody is named, or nobody there is called so. */
export function rolesToTurnTo({ escalate }: Term, { partnerKinds }: Catalogue, kind: string): readonly string[] {
  const roles = partnerKinds.get(kind)?.roles;
  return (escalate?.to ?? []).filter((role) => roles?.has(role) === true);
}

/** What is said of the purpose, else of all. */
export function deadlinesFor({ default: all, purposes }: DeadlineTable, purpose: PurposeId): Deadlines {
  return { ...all, ...purposes.get(purpose) };
}
