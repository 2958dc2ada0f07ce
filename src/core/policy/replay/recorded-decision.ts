import { z } from 'zod';
import type { Digest, EntryId, FieldId, Instant, PurposeId } from '../../brand.ts';
import type { ConditionRecord } from '../decision.ts';

/** A decision as it stands on record, with what a replay needs and no more. */
export interface RecordedDecision {
  readonly entry: EntryId;
  readonly at: Instant;
  /** Under which it was decided; null: none was in force. */
  readonly policySet: Digest | null;
  readonly purpose: PurposeId;
  readonly trigger: 'pull' | 'push';
  /** Partner kinds of the two units, as they are registered now. */
  readonly source: string;
  readonly recipient: string;
  /** Together every field that was asked. */
  readonly permitted: readonly FieldId[];
  readonly refused: readonly FieldId[];
  readonly conditions: readonly RecordedCondition[];
}

/** A value is looked up by its condition alone: which rule it was evaluated for does not matter. */
export type RecordedCondition = Pick<ConditionRecord, 'condition' | 'value' | 'inputs'>;

/**
 * Why a decision on record cannot be replayed.
 * - `erased`: the opening of its conditions, or the key to it, is no longer there
 * - `unit`: a unit of it is no longer registered, so that nobody knows its kind
 * - `trigger`: its request is not there, which alone says whether it was asked or pushed
 */
export const losses = ['erased', 'unit', 'trigger'] as const;
export type Loss = (typeof losses)[number];

export interface LostDecision {
  readonly entry: EntryId;
  readonly at: Instant;
  readonly lost: Loss;
}

export type HistoryItem = RecordedDecision | LostDecision;

const value = z.enum(['true', 'false', 'unknown']);
const inputs = z.record(z.string(), z.string());
const conditions = z.array(z.strictObject({ rule: z.string(), condition: z.string(), value, inputs }));

/** The opening `conditions` of a decision's entry. Throws `SyntaxError` or `ZodError` for any other text. */
export function parseConditions(text: string): readonly RecordedCondition[] {
  return conditions.parse(JSON.parse(text));
}

const at = z.iso.datetime({ precision: 3 });
const recorded = z.strictObject({
  v: z.literal(1),
  entry: z.string(),
  at,
  policySet: z.string().nullable(),
  purpose: z.string(),
  trigger: z.enum(['pull', 'push']),
  source: z.string(),
  recipient: z.string(),
  permitted: z.array(z.string()),
  refused: z.array(z.string()),
  conditions: z.array(z.strictObject({ condition: z.string(), value, inputs })),
});
const lost = z.strictObject({ v: z.literal(1), entry: z.string(), at, lost: z.enum(losses) });

/** One line of a history file. Throws `SyntaxError` or `ZodError` for any other text. */
export function parseHistoryLine(text: string): HistoryItem {
  const content: unknown = JSON.parse(text);
  if (typeof content === 'object' && content !== null && 'lost' in content) {
    const { v: _, ...item } = lost.parse(content);
    return item as LostDecision;
  }
  const { v: _, entry, at: time, policySet, purpose, permitted, refused, ...rest } = recorded.parse(content);
  return {
    ...rest,
    entry: entry as EntryId,
    at: time as Instant,
    policySet: policySet as Digest | null,
    purpose: purpose as PurposeId,
    permitted: permitted as FieldId[],
    refused: refused as FieldId[],
  };
}

/** Each condition once, though several rules asked for it. */
export function historyLine(item: HistoryItem): string {
  if ('lost' in item) return JSON.stringify({ v: 1, ...item });
  const once = new Map(
    item.conditions.map(({ condition, value, inputs }) => [condition, { condition, value, inputs }]),
  );
  return JSON.stringify({ v: 1, ...item, conditions: [...once.values()] });
}
