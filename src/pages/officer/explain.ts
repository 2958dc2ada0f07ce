import { z } from 'zod';
import type { FieldId, TraceId } from '../../core/brand.ts';
import type { DecisionSummary } from '../../core/disclosure/request.ts';
import type { EntryKind, Opening, Receipt } from '../../core/ledger/entry.ts';
import { readLeaf } from '../../core/ledger/leaf.ts';
import { openingsFor } from '../../core/ledger/reader.ts';
import type { EntryDetail, Officer } from '../ports.ts';

const condition = z.strictObject({
  rule: z.string(),
  condition: z.string(),
  value: z.enum(['true', 'false', 'unknown']),
  inputs: z.record(z.string(), z.string()),
});
export type ShownCondition = z.infer<typeof condition>;

const userOpening = z.strictObject({ role: z.string(), token: z.string() });

/** A person at a partner as an entry names them: by role, and by what finds who it was. */
export interface EntryUser {
  readonly role: string;
  /** SHA-256 of the token. */
  readonly token: string;
  readonly trace: TraceId;
}

/** Conditions to show, or why there are none. */
export type ShownConditions =
  | { readonly state: 'shown'; readonly conditions: readonly ShownCondition[] }
  /** The reader may not see them: their values could tell whether a person is known. */
  | { readonly state: 'hidden' }
  /** Their opening was erased or cannot be read. */
  | { readonly state: 'unreadable' };

export interface Explanation {
  readonly decision: DecisionSummary | null;
  /** Fields that this entry itself names: what left in a disclosure, or was told of in a notice. */
  readonly fields: readonly FieldId[];
  /** What whoever approved struck out; empty where this entry is no approval. */
  readonly struck: readonly FieldId[];
  readonly conditions: ShownConditions;
  readonly user: EntryUser | null;
  readonly justification: string | null;
  readonly caseReference: string | null;
  readonly approver: EntryUser | null;
  /** Who destroyed what was got. */
  readonly reporter: EntryUser | null;
  readonly ground: string | null;
}

/** Openings that an officer may see and take along: never who the gateway thinks a person is, nor that person's number. */
const shownOpenings = new Set(['user', 'justification', 'caseReference', 'approver', 'reporter', 'ground']);

/**
 * `receipts`: those of the request's decision and of this entry, as far as they can be read. A kind whose
 * decision is over (a permit that a later refusal replaced) has no summary any more and shows none.
 */
export function explain(officer: Officer, entry: EntryDetail, receipts: readonly Receipt[]): Explanation {
  const openings = receipts.flatMap((receipt) => openTo(officer, receipt));
  const opening = (name: string) => openings.find((one) => one.name === name) ?? null;
  return {
    decision: decisionOf(entry),
    fields: fieldNames(entry.body, 'fields'),
    struck: fieldNames(entry.body, 'struck'),
    conditions: conditionsFor(officer, entry, opening('conditions')),
    user: readUser(receipts, 'user'),
    justification: opening('justification')?.value ?? null,
    caseReference: opening('caseReference')?.value ?? null,
    approver: readUser(receipts, 'approver'),
    reporter: readUser(receipts, 'reporter'),
    ground: opening('ground')?.value ?? null,
  };
}

/**
 * The receipt that an officer may download. An officer of the gateway may open condition values too; a
 * unit's officer gets them only where the unit was permitted.
 */
export function officerReceipt(officer: Officer, entry: EntryDetail, receipt: Receipt): Receipt {
  const mayConditions = seesConditions(officer, entry) === 'all';
  const openings = openTo(officer, receipt).filter(
    ({ name }) => shownOpenings.has(name) || (mayConditions && name === 'conditions'),
  );
  return { ...receipt, openings };
}

/** What a party decided for itself alone is for its own officers, and for those of the gateway. */
function openTo({ unit }: Officer, { leaf: text, openings }: Receipt): readonly Opening[] {
  if (unit === null) return openings;
  const leaf = readLeaf(text);
  if (leaf === null) return [];
  const own = openingsFor(leaf, leaf.source === unit ? 'source' : 'recipient', openings);
  return openings.filter((opening) => opening.name !== 'ground' || own.includes(opening));
}

function decisionOf(entry: EntryDetail): DecisionSummary | null {
  const decision = entry.request?.decision ?? null;
  const kindsOf: Readonly<Record<DecisionSummary['outcome'], readonly EntryKind[]>> = {
    permit: ['permit', 'break-glass', 'disclosure', 'failed-attempt', 'approval', 'approval-declined'],
    refusal: ['refusal'],
  };
  return decision !== null && kindsOf[decision.outcome].includes(entry.kind) ? decision : null;
}

function conditionsFor(officer: Officer, entry: EntryDetail, opening: Opening | null): ShownConditions {
  const sees = seesConditions(officer, entry);
  if (sees === 'none') return { state: 'hidden' };
  const conditions = opening && readJson(opening.value, z.array(condition));
  if (conditions === null) return { state: 'unreadable' };
  return {
    state: 'shown',
    conditions: sees === 'all' ? conditions : conditions.filter(({ value }) => value === 'true'),
  };
}

/**
 * A party of a permit may see what made it true, not which other ways were closed; of a refusal it may
 * see the reasons alone, which are the same for a person that nobody knows.
 */
function seesConditions(officer: Officer, entry: EntryDetail): 'all' | 'true-ones' | 'none' {
  if (officer.unit === null) return 'all';
  return decisionOf(entry)?.outcome === 'permit' ? 'true-ones' : 'none';
}

const fieldList = z.array(z.string());

/** Bodies differ by kind; those that name fields, or fields that were struck out, do so under one name each. */
function fieldNames(body: EntryDetail['body'], member: 'fields' | 'struck'): readonly FieldId[] {
  const named = fieldList.safeParse(body[member]);
  return named.success ? (named.data as FieldId[]) : [];
}

function readUser(receipts: readonly Receipt[], name: 'user' | 'approver' | 'reporter'): EntryUser | null {
  for (const { leaf, openings } of receipts) {
    const opening = openings.find((one) => one.name === name);
    const user = opening && readJson(opening.value, userOpening);
    const trace = user && readLeaf(leaf)?.trace;
    if (user && trace) return { ...user, trace };
  }
  return null;
}

/** null: not JSON, or another shape than this version knows: shown as unreadable, never guessed at. */
export function readJson<T>(text: string, schema: z.ZodType<T>): T | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
