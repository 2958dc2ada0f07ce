import { z } from 'zod';
import type { CheckpointStore } from '../../src/core/ledger/ports.ts';
import { checkpointDatabase } from '../../src/store/journal/checkpoint-database.ts';
import { checkpointFile } from '../../src/store/journal/checkpoint-file.ts';
import { startSequencer } from '../../src/store/journal/sequencer.ts';
import { openPool } from '../../src/store/pool.ts';
import { entry, journalOn, work } from './journal-world.ts';
import { jwkSigner } from './jwk-signer.ts';

/** What the parent sends first: a gateway-like process with a journal and a sequencer of its own. */
export const sequencerTask = z.strictObject({
  serve: z.string(),
  vault: z.string(),
  sequencer: z.string(),
  /** Private JWKs. */
  ledgerKey: z.record(z.string(), z.unknown()),
  checkpointKey: z.record(z.string(), z.unknown()),
  origin: z.string(),
  intervalMs: z.int(),
  store: z.union([z.strictObject({ directory: z.string() }), z.strictObject({ url: z.string() })]),
});
export type SequencerTask = z.infer<typeof sequencerTask>;

/** What the parent sends from then on: put so many entries on record, so many at a time. */
const writeOrder = z.strictObject({ write: z.int(), lanes: z.int() });

export type SequencerEvent =
  /** `holder`: its name in the lease. */
  | { readonly event: 'started'; readonly holder: string }
  /** The key was used: for a checkpoint of this size, at this moment of the system's clock. */
  | { readonly event: 'signed'; readonly size: number; readonly at: number }
  | { readonly event: 'alarm'; readonly alarm: string }
  | { readonly event: 'written'; readonly ids: readonly string[]; readonly faults: number };

function tell(event: SequencerEvent): void {
  process.send?.(event);
}

type Write = (order: z.infer<typeof writeOrder>) => Promise<void>;

async function start(task: SequencerTask): Promise<{ readonly holder: string; readonly write: Write }> {
  const pools = { serve: openPool(task.serve), vault: openPool(task.vault, { max: 1 }) };
  const pool = openPool(task.sequencer, { max: 2 });
  const store: CheckpointStore =
    'directory' in task.store
      ? checkpointFile(task.store.directory)
      : await checkpointDatabase(openPool(task.store.url, { max: 1 }), task.origin, pool);
  const signer = jwkSigner(task.checkpointKey, (message) => {
    tell({ event: 'signed', size: Number(message.toString().split('\n')[1]), at: Date.now() });
  });
  const { origin, intervalMs } = task;
  const onAlarm = (alarm: string) => tell({ event: 'alarm', alarm });
  const { holder } = startSequencer({ pool, signer, origin, store, intervalMs, onAlarm });
  const journal = await journalOn(pools, { signer: jwkSigner(task.ledgerKey) });
  const writeAll: Write = async ({ write, lanes }) => {
    const ids: string[] = [];
    let left = write;
    let faults = 0;
    const lane = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const draft = entry();
        const { outcome } = await journal.commit(work(null, { entries: [draft] }));
        if (outcome === 'durable') ids.push(draft.id);
        else faults += 1;
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    tell({ event: 'written', ids, faults });
  };
  return { holder, write: writeAll };
}

process.once('message', (message) => {
  void start(sequencerTask.parse(message)).then(({ holder, write }) => {
    process.on('message', (order) => void write(writeOrder.parse(order)));
    tell({ event: 'started', holder });
  });
});
// Nothing is left behind when the parent dies.
process.once('disconnect', () => process.exit());
