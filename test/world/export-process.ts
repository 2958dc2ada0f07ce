import { setTimeout as sleep } from 'node:timers/promises';
import { writeExport } from '../../src/archive/write-export.ts';
import { instanceId, origin, permit, sourceOf, writtenLedger } from './written-ledger.ts';

/** A process that exports a small ledger, slowly, and says when it begins: `export-process.ts FOLDER MS`. */
const [folder = '', ms = '0'] = process.argv.slice(2);
const written = writtenLedger();
written.flush(instanceId(1), [permit(instanceId(7))]);
written.sequence();
const source = sourceOf(written.rows);
async function* slow(from: number) {
  process.stdout.write('writes\n');
  await sleep(Number(ms));
  yield* source.entries(from);
}
try {
  await writeExport({ ...source, entries: slow }, folder, { origin, since: null, now: '2026-03-01T12:00:00.000Z' });
  process.stdout.write('done\n');
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : 'thrown'}\n`);
}
