import { appendFileSync } from 'node:fs';
import { endWithParent, reportReady } from '../../../src/processes/end-with-parent.ts';

/** A child of a test family: `child.ts NAME BEHAVIOUR LOG`; notes in LOG that it was asked to stop. */
const [name = '', behaviour = '', log = ''] = process.argv.slice(2);

if (behaviour === 'deaf') {
  process.on('SIGTERM', () => undefined);
  setInterval(() => undefined, 1_000);
} else {
  endWithParent(async () => {
    appendFileSync(log, `${name}\n`);
    if (behaviour === 'stubborn') await new Promise<never>(() => undefined);
  }, 300);
}

if (behaviour === 'crash') process.exit(7);
if (behaviour === 'nonsense') process.send?.({ hello: 'world' });
else if (behaviour !== 'silent') reportReady({ pid: process.pid, name });
