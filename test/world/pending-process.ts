import { readExport } from '../../src/archive/read-export.ts';
import { writeExport } from '../../src/archive/write-export.ts';
import type { EntryRow } from '../../src/core/ledger/ledger-rows.ts';
import { instanceId, origin, permit, sourceOf, writtenLedger } from './written-ledger.ts';

/** Exports 300,000 entries that wait, and reads them again, in the memory that it is given: `pending-process.ts FOLDER`. */
const [folder = ''] = process.argv.slice(2);
const written = writtenLedger();
written.flush(instanceId(1), [permit(instanceId(7))]);
const [row] = written.rows.pending as [EntryRow];
async function* pending(): AsyncGenerator<readonly EntryRow[]> {
  for (let page = 0; page < 300; page++) yield Array<EntryRow>(1_000).fill(row);
}
const source = { ...sourceOf(written.rows), pending };
const done = await writeExport(source, folder, { origin, since: null, now: '2026-03-01T12:00:00.000Z' });
let read = 0;
for await (const page of (await readExport(folder)).pending()) read += page.length;
process.stdout.write(`${done.pending} written, ${read} read\n`);
