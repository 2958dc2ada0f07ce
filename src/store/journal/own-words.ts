import type { EntryId } from '../../core/brand.ts';
import type { Clock, Entropy } from '../../core/disclosure/ports.ts';
import {
  type Frame,
  type HeartbeatPhase,
  heartbeatEntry,
  type NamedHead,
  voidEntry,
} from '../../core/ledger/own-entries.ts';
import { OtherHeads, type Read } from './other-heads.ts';
import { type Answer, ownWork, type PendingWork } from './pending-work.ts';

export interface HeartbeatSettings {
  /** Whoever wrote nothing for so long says that it is there. Whole seconds. */
  readonly everySeconds: number;
  /** `with-first-entry`: whoever has nothing to put on record leaves no trace. Default `at-once`. */
  readonly begins?: 'at-once' | 'with-first-entry';
}

/** What an instance says of itself in the ledger. */
export interface OwnWords {
  readonly beginsAtOnce: boolean;
  /** The entries that take `count` numbers of a flush that was signed and never became durable. */
  voids(aborted: NamedHead, count: number): PendingWork;
  /** The first entry of the instance; null: it gives no signs of life. Throws as `read`. */
  begin(read: Read): Promise<PendingWork | null>;
  /** A sign of life. Throws as `read`. */
  beat(phase: Exclude<HeartbeatPhase, 'begin'>, read: Read, answer: Answer): Promise<PendingWork>;
}

export function ownWords({
  instance,
  heartbeat,
  dummyKey,
  clock,
  entropy,
}: {
  readonly instance: string;
  readonly heartbeat: HeartbeatSettings | null;
  readonly dummyKey: Buffer;
  readonly clock: Pick<Clock, 'now'>;
  readonly entropy: Pick<Entropy, 'id' | 'trace'>;
}): OwnWords {
  const others = new OtherHeads(instance, clock);
  const frame = (): Frame => ({ id: entropy.id() as EntryId, time: clock.now(), trace: entropy.trace() });
  const say = async (phase: HeartbeatPhase, everySeconds: number, read: Read, answer: Answer): Promise<PendingWork> => {
    const found = await others.read(read);
    const entry = heartbeatEntry(frame(), { phase, everySeconds, others: found });
    return ownWork([entry], dummyKey, {
      resolve(outcome) {
        // Whom a heartbeat named that never became durable, the next one names.
        if (outcome.outcome === 'durable') others.named(found);
        answer.resolve(outcome);
      },
      reject: answer.reject,
    });
  };
  return {
    beginsAtOnce: heartbeat !== null && heartbeat.begins !== 'with-first-entry',
    voids: (aborted, count) =>
      ownWork(
        Array.from({ length: count }, () => voidEntry(frame(), aborted)),
        dummyKey,
        nobody,
      ),
    begin: async (read) => (heartbeat === null ? null : say('begin', heartbeat.everySeconds, read, nobody)),
    beat: (phase, read, answer) => say(phase, heartbeat?.everySeconds ?? 0, read, answer),
  };
}

/** No caller waits for it. */
const nobody: Answer = { resolve: () => undefined, reject: () => undefined };
