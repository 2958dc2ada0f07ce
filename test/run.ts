import '../src/node-version.mjs';
import { type CliOptions, parseCLI, startVitest } from 'vitest/node';
import { closingLine } from './closing-line.ts';
import { countsOf, type FileRun, fileRuns, toRunAgain, unsteady } from './run-again.ts';

/**
 * `npm test`: runs vitest in this process, so that nothing is left when it is killed, and closes
 * with the line that continuous integration reads. Every argument goes to vitest, but for `--again`: what failed on a
 * machine that others use too is run once more then, file by file, and what passes at that is told by name.
 */
async function run(args: readonly string[]): Promise<number> {
  process.stdout.write(`Node ${process.version}\n`);
  const { filter, options } = parseCLI(['vitest', ...args.filter((arg) => arg !== '--again')]);
  const first = await runOnce(filter, options);
  const failing = args.includes('--again') ? toRunAgain(first) : [];
  if (failing.length === 0) return close(first);
  process.stdout.write(`\nOnce more, since they failed: ${failing.join(' ')}\n`);
  const second = await runOnce(failing, { ...options, fileParallelism: false });
  for (const name of unsteady(first, second)) {
    process.stdout.write(`\nUNSTEADY: ${name} failed, and passed when its file was run once more.`);
  }
  return close(new Map([...first, ...second]));
}

async function runOnce(filter: string[], options: CliOptions): Promise<ReadonlyMap<string, FileRun>> {
  let ran: ReadonlyMap<string, FileRun> = new Map();
  const vitest = await startVitest(filter, {
    ...options,
    run: true,
    watch: false,
    reporters: [
      'default',
      {
        onTestRunEnd(modules, unhandled) {
          ran = fileRuns(modules, unhandled);
        },
      },
    ],
  });
  await vitest.close();
  return ran;
}

function close(ran: ReadonlyMap<string, FileRun>): number {
  const { line, exitCode } = closingLine(countsOf(ran));
  process.stdout.write(`\n${line}\n`);
  return exitCode;
}

process.exit(await run(process.argv.slice(2)));
