import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { conditionKinds } from './bench-conditions.ts';
import { benchQuestions } from './bench-questions.ts';
import { benchSet } from './bench-set.ts';
import { measureSize, type SizeFigures } from './measure-size.ts';
import { parsePolicyOptions, policyHelp } from './policy-options.ts';
import { goalsOf, type PolicyReport, renderPolicyReport } from './policy-report.ts';
import { reloadGrowth } from './reload-growth.ts';

const sizes = [200, 5_000];
const seed = 20_261;
const results = join(import.meta.dirname, '../results');

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function measured(repetitions: number): Promise<PolicyReport> {
  const options = { questions: 2_000, seed, repetitions, repetitionMs: 400, checkMs: 5_000, say };
  const found: SizeFigures[] = [];
  for (const rules of sizes) found.push(await measureSize(rules, options));
  const small = benchSet(sizes[0] ?? 0, seed);
  say('reloading a hundred times');
  const reloads = reloadGrowth(small, benchQuestions(small, 100, seed), 100);
  return {
    conditions: {
      node: process.version,
      processor: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      at: new Date().toISOString(),
      conditionKinds,
    },
    sizes: found,
    reloads,
    goals: goalsOf(found, reloads),
  };
}

/** `npm run bench -- policy`: the exit code; 1 where a goal is missed, 2 where the call is wrong. */
export async function runPolicyBench(args: readonly string[]): Promise<number> {
  const parsed = parsePolicyOptions(args);
  if (parsed.kind === 'help') {
    process.stdout.write(policyHelp);
    return 0;
  }
  if (parsed.kind === 'invalid') {
    process.stderr.write(`${parsed.problem}\n\n${policyHelp}`);
    return 2;
  }
  const report = await measured(parsed.repetitions);
  const text = `${JSON.stringify(report, null, 2)}\n`;
  await mkdir(results, { recursive: true });
  const file = join(results, 'policy.json');
  await writeFile(file, text);
  process.stdout.write(parsed.json ? text : `\n${renderPolicyReport(report, process.stdout.columns ?? 100)}\n`);
  say(`kept in ${file}`);
  return report.goals.every(({ met }) => met) ? 0 : 1;
}
