import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 } from 'uuid';
import { z } from 'zod';
import type { SubjectId } from '../../../src/core/brand.ts';
import { Fault } from '../../../src/core/fault.ts';
import type { EntryDraft, Receipt } from '../../../src/core/ledger/entry.ts';
import { checkpointFile } from '../../../src/store/journal/checkpoint-file.ts';
import { openMarkFiles } from '../../../src/store/journal/mark-files.ts';
import type { OpenJournal } from '../../../src/store/journal/open-journal.ts';
import { startSequencer } from '../../../src/store/journal/sequencer.ts';
import { openPool } from '../../../src/store/pool.ts';
import { entry, journalOn, work } from '../../world/journal-world.ts';
import { jwkSigner } from '../../world/jwk-signer.ts';

/** What the parent sends first: what a gateway is to the ledger, without its listeners. */
export const workerTask = z.strictObject({
  serve: z.string(),
  vault: z.string(),
  sequencer: z.string(),
  /** Private JWKs. */
  ledgerKey: z.record(z.string(), z.unknown()),
  checkpointKey: z.record(z.string(), z.unknown()),
  origin: z.string(),
  intervalMs: z.int(),
  /** Of the last checkpoint, and of the marks. */
  checkpoints: z.string(),
  marks: z.string(),
  subjects: z.array(z.string()),
  lanes: z.int(),
  /** At most, between two disclosures of a lane. */
  pauseMs: z.int(),
  /** A planted fault: it tells of an entry when it has sent it on its way, not when that is durable. */
  acknowledgesEarly: z.boolean(),
});
export type WorkerTask = z.infer<typeof workerTask>;

/** What the parent sends from then on. */
const workerOrder = z.strictObject({ load: z.boolean() });

export type WorkerEvent =
  /** `holder`: its name in the lease. */
  | { readonly event: 'started'; readonly holder: string }
  /** Whoever asked was told so: from here on these stand in the ledger. */
  | { readonly event: 'acknowledged'; readonly entries: readonly Acknowledged[] }
  /** Somebody was told that nothing was given. */
  | { readonly event: 'refused'; readonly code: string }
  /** The key was used for this checkpoint, at this moment of the system's clock. */
  | { readonly event: 'signed'; readonly text: string; readonly at: number }
  | { readonly event: 'alarm'; readonly alarm: string; readonly isRefusal: boolean }
  /** Nothing is on its way any more. */
  | { readonly event: 'quiet' };

export interface Acknowledged {
  readonly id: string;
  readonly kind: string;
  /** null: the planted fault has none to give. */
  readonly receipt: Receipt | null;
}

function tell(event: WorkerEvent): void {
  // Nothing is left to tell when the parent is gone.
  if (process.connected) process.send?.(event);
}

/** Permits and discloses without an end, in as many lanes, while it is told to. */
function load(journal: OpenJournal, { subjects, lanes, pauseMs, acknowledgesEarly }: WorkerTask) {
  let isWanted = false;
  let running: Promise<unknown> = Promise.resolve();

  /** Whether it is on record. */
  const put = async (subject: SubjectId, draft: EntryDraft): Promise<boolean> => {
    const { id, kind } = draft;
    if (acknowledgesEarly) tell({ event: 'acknowledged', entries: [{ id, kind, receipt: null }] });
    const committed = await journal.commit(work({ id: subject, epoch: 1 }, { entries: [draft] }));
    if (committed.outcome !== 'durable') {
      tell({ event: 'refused', code: committed.outcome });
      return false;
    }
    const entries = committed.receipts.map((receipt) => ({ id, kind, receipt }));
    if (!acknowledgesEarly) tell({ event: 'acknowledged', entries });
    return true;
  };
  const disclose = async (): Promise<void> => {
    const subject = subjects[randomInt(subjects.length)] as SubjectId;
    const body = { request: v7() };
    const isPermitted = await put(subject, entry({ kind: 'permit', subject, body }));
    if (isPermitted) await put(subject, entry({ kind: 'disclosure', subject, body }));
  };
  const lane = async (): Promise<void> => {
    while (isWanted) {
      try {
        await disclose();
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        tell({ event: 'refused', code: error.code });
      }
      await sleep(randomInt(pauseMs + 1));
    }
  };
  return async (wanted: boolean): Promise<void> => {
    isWanted = wanted;
    await running;
    if (isWanted) running = Promise.all(Array.from({ length: lanes }, lane));
    else tell({ event: 'quiet' });
  };
}

async function start(task: WorkerTask): Promise<(wanted: boolean) => Promise<void>> {
  const pools = { serve: openPool(task.serve, { max: 3 }), vault: openPool(task.vault, { max: 1 }) };
  const pool = openPool(task.sequencer, { max: 2 });
  const signer = jwkSigner(task.checkpointKey, (message) =>
    tell({ event: 'signed', text: message.toString(), at: Date.now() }),
  );
  const { origin, intervalMs } = task;
  const store = checkpointFile(task.checkpoints);
  const onAlarm = (alarm: string, refused: unknown = null) =>
    tell({ event: 'alarm', alarm, isRefusal: refused !== null });
  const { holder } = startSequencer({ pool, signer, origin, store, intervalMs, onAlarm });
  const journal = await journalOn(pools, {
    signer: jwkSigner(task.ledgerKey),
    heartbeat: { everySeconds: 1 },
    marks: await openMarkFiles(task.marks),
    onAlarm,
  });
  tell({ event: 'started', holder });
  return load(journal, task);
}

process.once('message', (message) => {
  void start(workerTask.parse(message)).then((turn) => {
    process.on('message', (order) => void turn(workerOrder.parse(order).load));
  });
});
// Nothing is left behind when the parent dies.
process.once('disconnect', () => process.exit());
