import { createHash } from 'node:crypto';
import type { Digest, Instant, SubjectId, UnitId } from '../brand.ts';
import { eachInTurn } from '../disclosure/each-in-turn.ts';
import type { Clock, Entropy, PolicySets, Registry, Snapshots } from '../disclosure/ports.ts';
import { settle, stale } from '../disclosure/settle.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import { type DutiesWoken, dutiesWoken, type TimersReckoned, timersReckoned } from './timer-changes.ts';

export interface Reckonings {
  /** Whether everybody's moments were reckoned by these terms since this set came in force, or by the same ones right before. */
  isDone(terms: string, policySet: Digest): Promise<boolean>;
  /** Everybody on record, in order of their ids. */
  people(after: SubjectId | null, atMost: number): Promise<readonly SubjectId[]>;
  /** Writes these, where the person and the set in force are still as they were read. No entry: nothing is told by it yet. */
  write(
    rests: { readonly subject: { readonly id: SubjectId; readonly epoch: number }; readonly policySet: Digest },
    changes: readonly (TimersReckoned | DutiesWoken)[],
  ): Promise<boolean>;
  /** Where this set is still in force. */
  done(terms: string, policySet: Digest): Promise<void>;
}

export interface ReckonPorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly registry: Registry;
  readonly policies: PolicySets;
  readonly snapshots: Snapshots;
  readonly reckonings: Reckonings;
}

/** So many in one turn: nobody who ends the gateway waits for long. */
export const peopleAtOnce = 200;

/** How far one gateway has come with everybody. */
interface Pass {
  /** A set that came in force moved it: also one that did so before, as after a rollback. */
  readonly registryVersion: number;
  after: SubjectId | null;
  /** Nobody was left out by now. */
  isWhole: boolean;
}

/**
 * Turns, in each of which some people's deadlines and what is held about them are reckoned anew where a set came in force with
 * other terms for them. Facts and disclosures of before bring nothing about by themselves: without it, whoever nothing
 * changes about is held to the terms of the set before for ever.
 */
export function reckoningAnew(ports: ReckonPorts): () => Promise<void> {
  let done: number | null = null;
  let pass: Pass | null = null;
  return async () => {
    const { version: registryVersion } = ports.registry.current();
    if (done === registryVersion) return;
    const set = ports.policies.current();
    const terms = termsOf(set);
    if (await ports.reckonings.isDone(terms, set.digest)) {
      [done, pass] = [registryVersion, null];
      return;
    }
    const isSame = pass?.registryVersion === registryVersion;
    const going: Pass = pass !== null && isSame ? pass : { registryVersion, after: null, isWhole: true };
    pass = going;
    const people = await ports.reckonings.people(going.after, peopleAtOnce);
    const { isWhole } = going;
    // One who cannot be reckoned keeps nobody waiting; everybody has their turn again.
    going.isWhole = false;
    going.after = people.at(-1) ?? null;
    await eachInTurn(people, (id) => settle(ports, () => reckon(ports, id)));
    going.isWhole = isWhole;
    if (people.length === peopleAtOnce) return;
    pass = null;
    if (isWhole) await ports.reckonings.done(terms, set.digest);
  };
}

async function reckon(ports: ReckonPorts, id: SubjectId): Promise<boolean | typeof stale> {
  const set = ports.policies.current();
  const nobody = '' as UnitId;
  const about = { by: 'id', id } as const;
  const reading = await ports.snapshots.read({ subject: about, source: nobody, recipient: nobody, idempotency: null });
  const { subject, facts } = reading.snapshot;
  // Joined to another since: that is somebody who has a turn of their own.
  if (subject === null || subject.id !== id) return false;
  const now: Instant = ports.clock.now();
  const world = { set, entropy: ports.entropy, now };
  const changes = [timersReckoned(world, id, facts), dutiesWoken([id], null, now)];
  return (await ports.reckonings.write({ subject, policySet: set.digest }, changes)) || stale;
}

/** What of a set decides which moments follow from what is on record, as a digest. */
export function termsOf({
  timers,
  retentionStarts,
  destructionReminders,
}: Pick<PolicySet, 'timers' | 'retentionStarts' | 'destructionReminders'>): string {
  const deadlines = [...timers.values()].map(({ id, starts, after, reminds, stops }) => [
    id,
    starts,
    after,
    reminds,
    stops,
  ]);
  const begins = [...retentionStarts].map(([word, { event, fact }]) => [word, event, fact]);
  const plain = JSON.stringify([deadlines, begins, destructionReminders], (_, value: unknown) =>
    value instanceof Map || value instanceof Set ? [...value] : value,
  );
  return createHash('sha256').update(plain).digest('base64url');
}
