import { z } from 'zod';
import { instant } from '../../src/core/brand.ts';
import { carryOutErasures } from '../../src/store/erasure/carry-out.ts';
import { openPool } from '../../src/store/pool.ts';

/** What the parent sends: an eraser that stops after a step, to be killed there; null: it does all of it. */
export const eraserTask = z.strictObject({
  ledger: z.string(),
  vault: z.string(),
  stopAfter: z.enum(['openings', 'keys', 'rows', 'value', 'leaves']).nullable(),
});

async function run({ ledger, vault, stopAfter }: z.infer<typeof eraserTask>): Promise<void> {
  const erasers = { ledger: openPool(ledger, { max: 1 }), vault: openPool(vault, { max: 1 }) };
  process.send?.('begins');
  await carryOutErasures(
    erasers,
    () => instant(new Date()),
    async (step) => {
      if (step !== stopAfter) return;
      process.send?.('stops');
      await new Promise(() => undefined);
    },
  );
  process.send?.('done');
}

process.once('message', (message) => void run(eraserTask.parse(message)));
// Nothing is left behind when the parent dies.
process.once('disconnect', () => process.exit());
