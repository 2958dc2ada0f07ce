import { z } from 'zod';
import type { EntryId, Instant, PurposeId, UnitId } from '../../core/brand.ts';
import { type EntryKind, entryKinds } from '../../core/ledger/entry.ts';
import { startOfDay } from '../format.ts';
import type { EntryFilter, EntryLine, Officer } from '../ports.ts';

/** What happened to data: the list as it opens. */
const mainKinds: readonly EntryKind[] = ['disclosure', 'refusal', 'failed-attempt'];

/**
 * What an officer of a unit may see of entries in which it is a party. Facts and consents are not among
 * them: a recipient may not learn here that a person exists, or refused or stopped a consent, when the
 * partner API would not tell it either.
 */
const partyKinds: readonly EntryKind[] = [
  'permit',
  'refusal',
  'disclosure',
  'failed-attempt',
  'destruction-confirmed',
  'destruction-reported',
  'correction-made',
  'correction-told',
  'correction-confirmed',
  'notice',
  'approval',
  'approval-declined',
  'request-expired',
  'break-glass',
  'break-glass-confirmed',
  'break-glass-revoked',
  'review',
  'source-asked',
  'source-answered',
  'source-declined',
  'answer-closed',
  'answer-taken',
  'collection-confirmed',
  'source-offered',
  'offer-accepted',
  'offer-declined',
  'excess-reported',
  // Of their own unit: who is told apart by which certificate, and whether it is let in.
  'partner-changed',
  'subscription-changed',
  'officer-looked',
];

export function isForParties(kind: EntryKind): boolean {
  return partyKinds.includes(kind);
}

export function kindsFor(officer: Officer): readonly EntryKind[] {
  return officer.unit === null ? entryKinds : partyKinds;
}

export function mayLook(officer: Officer, entry: Pick<EntryLine, 'kind' | 'source' | 'recipient' | 'neverOffered'>) {
  if (!kindsFor(officer).includes(entry.kind)) return false;
  return officer.unit === null || entry.source === officer.unit || recipientThatKnows(entry) === officer.unit;
}

/** Its recipient, unless it is of what was never offered to them. */
export function recipientThatKnows({
  recipient,
  neverOffered,
}: Pick<EntryLine, 'recipient' | 'neverOffered'>): UnitId | null {
  return neverOffered ? null : recipient;
}

const day = z.string().refine((text) => startOfDay(text) !== null);
const word = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/);

/** The list's query, as its own form sends it: a member left empty filters nothing. */
const query = z.strictObject({
  from: day.optional(),
  to: day.optional(),
  purpose: word.optional(),
  source: word.optional(),
  recipient: word.optional(),
  kind: z.enum([...entryKinds, 'main', 'any']).optional(),
  entry: z.uuid().optional(),
  after: z.string().optional(),
  taal: z.string().optional(),
});

export type ListQuery = Readonly<Record<Exclude<keyof z.infer<typeof query>, 'after' | 'taal'>, string>>;
export type ListMember = keyof ListQuery;

export interface ReadFilter {
  /** As typed, to fill the form again. */
  readonly typed: ListQuery;
  /** null: a member is not well formed, and then nothing is listed rather than everything. */
  readonly filter: EntryFilter | null;
  readonly invalid: readonly ListMember[];
}

export function readFilter(search: URLSearchParams, officer: Officer): ReadFilter {
  const typed: ListQuery = {
    from: search.get('from')?.trim() ?? '',
    to: search.get('to')?.trim() ?? '',
    purpose: search.get('purpose') ?? '',
    source: search.get('source') ?? '',
    recipient: search.get('recipient') ?? '',
    kind: search.get('kind') ?? '',
    entry: search.get('entry')?.trim().toLowerCase() ?? '',
  };
  const given = Object.fromEntries(
    [...search.keys(), ...Object.keys(typed)].map((key) => [key, givenValue(typed, search, key)]),
  );
  const parsed = query.safeParse(given);
  if (!parsed.success) {
    const named = new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? '')));
    return { typed, filter: null, invalid: members.filter((member) => named.has(member)) };
  }
  const { from, to, purpose, source, recipient, kind, entry } = parsed.data;
  return {
    typed,
    invalid: [],
    filter: {
      party: officer.unit,
      kinds: kindsOf(kind ?? 'main').filter((one) => kindsFor(officer).includes(one)),
      from: from === undefined ? null : startOfDay(from),
      until: to === undefined ? null : startOfDay(dayAfter(to)),
      purpose: (purpose ?? null) as PurposeId | null,
      source: (source ?? null) as UnitId | null,
      recipient: (recipient ?? null) as UnitId | null,
      id: (entry ?? null) as EntryId | null,
    },
  };
}

const members: readonly ListMember[] = ['from', 'to', 'purpose', 'source', 'recipient', 'kind', 'entry'];

function givenValue(typed: ListQuery, search: URLSearchParams, key: string): string | undefined {
  const value = members.find((member) => member === key) ? typed[key as ListMember] : search.get(key);
  return value === null || value === '' ? undefined : value;
}

function kindsOf(kind: EntryKind | 'main' | 'any'): readonly EntryKind[] {
  if (kind === 'any') return entryKinds;
  return kind === 'main' ? mainKinds : [kind];
}

function dayAfter(day: string): string {
  const date = new Date(`${day}T12:00:00.000Z` as Instant);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}
