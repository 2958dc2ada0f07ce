import type { Digest, FieldId, PurposeId } from '../brand.ts';
import type { Catalogue } from '../category/catalogue.ts';
import type { RetentionStart } from '../category/retention-start.ts';
import type { EntryRetention } from '../erasure/entry-retention.ts';
import type { InformingRules } from '../informing/informing-rules.ts';
import type { TimerRule } from '../timer/timer-rule.ts';
import type { BreakGlass } from './break-glass.ts';
import type { DeadlineTable } from './deadlines.ts';
import { grantsIn } from './grant-index.ts';
import type { Grant, Policy } from './policy.ts';
import type { Prohibition } from './prohibition.ts';
import type { Reminder } from './reminder.ts';

/** Everything that decisions are made under, at one digest. Immutable; a change is a new set. */
export interface PolicySet {
  /** SHA-256 over names and bytes of every policy file. */
  readonly digest: Digest;
  readonly catalogue: Catalogue;
  readonly policies: ReadonlyMap<PurposeId, Policy>;
  readonly prohibitions: readonly Prohibition[];
  /** Events from which a recipient's retention counts, with words for people. */
  readonly retentionStarts: ReadonlyMap<string, RetentionStart>;
  /** How long before the date of its destruction a recipient is reminded: ISO 8601 durations of one unit. */
  readonly destructionReminders: readonly string[];
  /** Deadlines that begin with a fact, and who is told of them. */
  readonly timers: ReadonlyMap<string, TimerRule>;
  /** What whoever decides must keep in mind, since no rule can check it. */
  readonly reminders: readonly Reminder[];
  /** How long requests wait for people. */
  readonly deadlines: DeadlineTable;
  /** Why and for how long a person may be told later of what was given. */
  readonly informing: InformingRules;
  /** What is given where life or limb is at stake; null: nothing but what the policies permit. */
  readonly breakGlass: BreakGlass | null;
  /** ISO 8601 duration for which the gateway keeps a table's rows, for tables with a period. */
  readonly retentionPeriods: ReadonlyMap<string, string>;
  /** How long entries of the ledger are kept, by kind; a kind that is not here is kept. */
  readonly entryRetention: EntryRetention;
}

/** Every grant of the purpose between two kinds; none for any word that does not exist. */
export function grantsBetween(
  set: Pick<PolicySet, 'policies'>,
  purpose: PurposeId,
  sourceKind: string,
  recipientKind: string,
): readonly Grant[] {
  return grantsIn(set.policies, purpose, sourceKind, recipientKind);
}

/** Fields that a set of grants names together, in the catalogue's order. */
export function fieldsOf(catalogue: Catalogue, grants: readonly Grant[]): FieldId[] {
  return [...catalogue.fields.keys()].filter((field) => grants.some((grant) => grant.fields.has(field)));
}
