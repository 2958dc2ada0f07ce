import { z } from 'zod';
import type { Leaf } from '../ledger/entry.ts';
import { requestOf } from '../ledger/leaf.ts';
import { resourceType, unitType } from './evaluate.ts';

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const value = z.enum(['true', 'false', 'unknown']);
const condition = z.strictObject({
  rule: z.string(),
  condition: z.string(),
  value,
  inputs: z.record(z.string(), z.string()),
});
const fields = z.array(z.string());

/** Kinds of entries that are decisions. */
export const decisionKinds = ['permit', 'refusal', 'evaluation'] as const;

/**
 * One record of the Authorization Decision Log, level 3: the decision, everything that it was made under
 * and the values that it rested on. It names no person: the resource is a pseudonym of this export alone.
 */
export const decisionRecord = z.strictObject({
  trace_id: z.string().regex(/^[0-9a-f]{32}$/),
  span_id: z.string().regex(/^[0-9a-f]{16}$/),
  timestamp: z.iso.datetime({ precision: 3 }),
  type: z.literal('access_evaluation'),
  transaction_id: z.uuid(),
  request: z.strictObject({
    subject: z.strictObject({ type: z.literal(unitType), id: z.string() }),
    action: z.strictObject({
      name: z.string(),
      properties: z.strictObject({ processing_activity_id: z.string() }).optional(),
    }),
    /** `id` is null once the person's key was erased. */
    resource: z.strictObject({
      type: z.literal(resourceType),
      id: z.string().nullable(),
      properties: z.strictObject({ source: z.string(), fields }),
    }),
  }),
  response: z.strictObject({
    decision: z.boolean(),
    context: z.strictObject({
      reason: z.string().optional(),
      permitted: fields,
      refused: fields,
      entry: z.uuid(),
      dry_run: z.boolean(),
    }),
  }),
  policies: z.strictObject({
    set: digest.nullable(),
    /** Version of the policy of the purpose; null: it has none in this set. */
    version: z.int().nullable(),
    files: z.array(z.strictObject({ name: z.string(), digest })),
  }),
  /** The conditions with their values; null once they were erased. */
  information: z.strictObject({ conditions: z.array(condition) }).nullable(),
});

export type DecisionRecord = z.output<typeof decisionRecord>;

/** What a decision's entry says, and of its openings what is still there. */
export interface RecordedEntry {
  readonly leaf: Leaf;
  readonly openings: ReadonlyMap<string, string>;
  /** Of the set that it was decided under. */
  readonly files: DecisionRecord['policies']['files'];
}

/** As either version of a decision's entry says it: version 2 leaves out what version 1 said was null or empty. */
const body = z.object({
  policyVersion: z.int().nullable().default(null),
  class: z.string().nullable().default(null),
  permitted: fields.default([]),
  refused: fields,
  transaction: z.uuid().optional(),
});

/**
 * The record of one entry. Throws `TypeError` or `ZodError` for an entry that is no decision: a log that
 * leaves something out in silence would be worse than none.
 */
export function decisionLogRecord(
  { leaf, openings, files }: RecordedEntry,
  pseudonymOf: (subject: string) => string,
): DecisionRecord {
  const { id, kind, time, trace, purpose, source, recipient, policySet } = leaf;
  if (purpose === null || source === null || recipient === null) throw new TypeError(`entry ${id} names no question`);
  const { policyVersion, class: refusedFor, permitted, refused, transaction } = body.parse(leaf.body);
  const [subject, activity, conditions] = ['subject', 'processingActivity', 'conditions'].map((name) =>
    openings.get(name),
  );
  const dryRun = kind === 'evaluation';
  return {
    trace_id: trace,
    // The last half of the entry's id, which is random.
    span_id: id.replaceAll('-', '').slice(16),
    timestamp: time,
    type: 'access_evaluation',
    transaction_id: transaction ?? requestOf(leaf.body) ?? id,
    request: {
      subject: { type: unitType, id: recipient },
      action: {
        name: purpose,
        ...(activity === undefined ? {} : { properties: { processing_activity_id: activity } }),
      },
      resource: {
        type: resourceType,
        id: subject === undefined ? null : pseudonymOf(subject),
        properties: { source, fields: [...permitted, ...refused] },
      },
    },
    response: {
      // A request was given what is permitted; an evaluation was answered yes for the whole or not at all.
      decision: permitted.length > 0 && (!dryRun || refused.length === 0),
      context: {
        ...(refusedFor === null ? {} : { reason: refusedFor }),
        permitted,
        refused,
        entry: id,
        dry_run: dryRun,
      },
    },
    policies: { set: policySet, version: policyVersion, files },
    information: conditions === undefined ? null : { conditions: z.array(condition).parse(JSON.parse(conditions)) },
  };
}
