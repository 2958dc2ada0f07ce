import { z } from 'zod';
import { createProcesses } from '../../../src/processes/processes.ts';

/** A parent with three children: prints their pids, then waits to be ended. `parent.ts LOG [crash]`. */
const [log = '', ending = ''] = process.argv.slice(2);
const processes = createProcesses({ signals: true });
const pids: number[] = [];

for (const name of ['one', 'two', 'three']) {
  const child = await processes.start({
    name,
    module: new URL('./child.ts', import.meta.url),
    args: [name, 'willing', log],
    log: null,
    ready: z.strictObject({ pid: z.int(), name: z.string() }),
  });
  pids.push(child.pid);
}
process.stdout.write(`${JSON.stringify(pids)}\n`);
if (ending === 'crash') {
  setTimeout(() => {
    throw new Error('crash');
  }, 50);
}
