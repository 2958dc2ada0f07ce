import '../src/node-version.mjs';
import { parseCLI, type Reporter, startVitest, type TestModule } from 'vitest/node';
import { closingLine, type RunCounts } from './closing-line.ts';

/**
 * `npm test`: runs vitest in this process, so that nothing is left when it is killed, and closes
 * with the line that continuous integration reads. Every argument goes to vitest.
 */
function counting(): { readonly reporter: Reporter; counts(): RunCounts } {
  let modules: readonly TestModule[] = [];
  let strayErrors = 0;
  return {
    reporter: {
      onTestRunEnd(ran, unhandled) {
        modules = ran;
        strayErrors = unhandled.length;
      },
    },
    counts() {
      const total = { passed: 0, failed: 0, skipped: 0 };
      let brokenFiles = 0;
      for (const module of modules) {
        let failedHere = 0;
        for (const test of module.children.allTests()) {
          const { state } = test.result();
          // Pending means that the run ended before the test did.
          const outcome = state === 'pending' ? 'failed' : state;
          total[outcome] += 1;
          if (outcome === 'failed') failedHere += 1;
        }
        if (module.state() === 'failed' && failedHere === 0) brokenFiles += 1;
      }
      return { ...total, brokenFiles, strayErrors };
    },
  };
}

async function run(args: readonly string[]): Promise<number> {
  process.stdout.write(`Node ${process.version}\n`);
  const { filter, options } = parseCLI(['vitest', ...args]);
  const count = counting();
  const vitest = await startVitest(filter, {
    ...options,
    run: true,
    watch: false,
    reporters: ['default', count.reporter],
  });
  await vitest.close();
  const { line, exitCode } = closingLine(count.counts());
  process.stdout.write(`\n${line}\n`);
  return exitCode;
}

process.exit(await run(process.argv.slice(2)));
