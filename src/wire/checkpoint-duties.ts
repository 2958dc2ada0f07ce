import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AccessLog } from '../api/access-log.ts';
import { Fault } from '../core/fault.ts';
import type { CheckpointDuties } from '../store/journal/checkpoint-duties.ts';
import { answerTimeoutMs, type Witnesses } from './witnesses.ts';

export interface DutyRounds {
  readonly duties: CheckpointDuties;
  readonly everyMs: number;
  /** null: nobody elsewhere must see a checkpoint. */
  readonly witnesses: Witnesses | null;
  /** null: nobody dates them. */
  readonly timestamps: { date(stopped: AbortSignal): Promise<void> } | null;
  readonly log: Pick<AccessLog, 'alarm'>;
}

/** Shows checkpoints to witnesses and has them dated, by one gateway at a time. Never waits for an answer given out. */
export function followCheckpoints(rounds: DutyRounds): { stop(): Promise<void> } {
  const { duties, everyMs, witnesses, timestamps, log } = rounds;
  const holder = randomUUID();
  const stopping = new AbortController();
  const turnMs = everyMs * 2 + answerTimeoutMs * 4;
  let told = false;
  const round = async (): Promise<void> => {
    if (await duties.takeTurn(holder, turnMs)) {
      await witnesses?.show(stopping.signal);
      await timestamps?.date(stopping.signal);
    }
    await witnesses?.watch();
  };
  const run = async (): Promise<void> => {
    if (witnesses === null) await quietly(duties.witnessAll);
    while (!stopping.signal.aborted) {
      try {
        await round();
        told = false;
      } catch (error) {
        if (!(error instanceof Fault) && !told) {
          log.alarm('checkpoints could not be shown to witnesses or dated');
          told = true;
        }
      }
      await pause(everyMs, stopping.signal);
    }
    await quietly(() => duties.giveUpTurn(holder));
  };
  const running = witnesses === null && timestamps === null ? quietly(duties.witnessAll) : run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function quietly(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
