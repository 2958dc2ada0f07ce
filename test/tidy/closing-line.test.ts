import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { closingLine } from '../closing-line.ts';

const none = { passed: 0, failed: 0, skipped: 0, brokenFiles: 0, strayErrors: 0 };
const repository = join(import.meta.dirname, '..', '..');
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Runs test/run.ts on a project of its own that holds these test files. */
function runOn(files: Readonly<Record<string, string>>, ...args: string[]): { code: number | null; lines: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'sluis-run-'));
  folders.push(folder);
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'vitest.config.mjs'), 'export default { test: { include: ["*.test.mjs"] } };');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const run = spawnSync(process.execPath, [join(repository, 'test', 'run.ts'), '--root', folder, ...args], {
    encoding: 'utf8',
    env: { ...process.env, CI: 'true' },
  });
  return { code: run.status, lines: run.stdout.trimEnd().split('\n') };
}

const head = 'import { expect, test } from "vitest";\n';

describe('the closing line', () => {
  test('names skipped tests only where there are any', () => {
    expect(closingLine({ ...none, passed: 3 })).toEqual({ line: '3 passed, 0 failed', exitCode: 0 });
    expect(closingLine({ ...none, passed: 3, skipped: 1 })).toEqual({
      line: '3 passed, 0 failed, 1 skipped',
      exitCode: 0,
    });
  });

  test.each(['failed', 'brokenFiles', 'strayErrors'] as const)('counts %s as failed', (what) => {
    expect(closingLine({ ...none, passed: 3, [what]: 2 })).toEqual({ line: '3 passed, 2 failed', exitCode: 1 });
  });

  test('is a failure when nothing ran', () => {
    expect(closingLine(none)).toEqual({ line: '0 passed, 1 failed', exitCode: 1 });
    expect(closingLine({ ...none, skipped: 5 }).exitCode).toBe(1);
  });
});

describe('npm test', () => {
  test('says which Node it runs and ends with the one line', () => {
    const { code, lines } = runOn({
      'a.test.mjs': `${head}test("a", () => expect(1).toBe(1)); test.skip("b", () => {});`,
    });
    expect(lines[0]).toBe(`Node ${process.version}`);
    expect(lines.filter((line) => /^\d+ passed, \d+ failed/.test(line))).toEqual(['1 passed, 0 failed, 1 skipped']);
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 1 skipped');
    expect(code).toBe(0);
  });

  test('fails on a failing test, a file that does not load and an error outside any test', () => {
    const { code, lines } = runOn({
      'a.test.mjs': `${head}test("a", () => expect(1).toBe(2)); test("b", () => expect(1).toBe(1));`,
      'b.test.mjs': 'import "./absent.mjs";',
      'c.test.mjs': `${head}test("c", () => { Promise.reject(new Error("stray")); });`,
    });
    expect(lines.at(-1)).toBe('2 passed, 3 failed');
    expect(code).toBe(1);
  });

  test('fails when its arguments, which go to vitest, leave no test to run', () => {
    const { code, lines } = runOn({ 'a.test.mjs': `${head}test("a", () => expect(1).toBe(1));` }, 'no-such-file');
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
    expect(code).toBe(1);
  });
});

/** Of a file that is run again: fails whatever is `fails` the first time only. */
const onceOnly = (fails: string): string => `import { existsSync, writeFileSync } from "node:fs"; ${head}
  const mark = import.meta.filename + ".ran";
  const isFirst = !existsSync(mark);
  writeFileSync(mark, "");
  test("steady", () => expect(1).toBe(1));
  ${fails}`;
const failsOnce = onceOnly('test("unsteady", () => expect(isFirst).toBe(false));');

describe('npm test -- --again', () => {
  test('runs a file that failed once more, and names what passed only then', () => {
    const { code, lines } = runOn(
      { 'a.test.mjs': failsOnce, 'b.test.mjs': `${head}test("b", () => expect(1).toBe(1));` },
      '--again',
    );
    const [unsteady, ...others] = lines.filter((line) => line.startsWith('UNSTEADY: '));
    expect(unsteady).toMatch(/a\.test\.mjs > unsteady failed, and passed when its file was run once more\.$/);
    expect(others).toEqual([]);
    expect(lines.at(-1)).toBe('3 passed, 0 failed');
    expect(code).toBe(0);
  });

  test.each([
    ['a file that did not load', 'if (isFirst) throw new Error("not now");'],
    ['an error outside any test', 'test("stray", () => { if (isFirst) Promise.reject(new Error("stray")); });'],
  ])('runs %s once more', (_, fails) => {
    const { code, lines } = runOn({ 'a.test.mjs': onceOnly(fails) }, '--again');
    expect(lines.filter((line) => line.startsWith('UNSTEADY: '))).toHaveLength(1);
    expect(code).toBe(0);
  });

  test('fails where it fails again, and counts it once', () => {
    const { code, lines } = runOn({ 'a.test.mjs': `${head}test("a", () => expect(1).toBe(2));` }, '--again');
    expect(lines.filter((line) => line.startsWith('UNSTEADY: '))).toEqual([]);
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
    expect(code).toBe(1);
  });

  test('is not what happens where nobody asks for it', () => {
    expect(runOn({ 'a.test.mjs': failsOnce }).code).toBe(1);
  });

  test('believes what came about by chance, since another run has other chances', () => {
    const fails = 'test("any", () => { if (isFirst) throw new Error("Property failed after 3 tests"); });';
    expect(runOn({ 'a.test.mjs': onceOnly(fails) }, '--again').code).toBe(1);
  });

  test('believes the failures of many files, which are not the fault of a machine', () => {
    const files = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [`${name}.test.mjs`, failsOnce]));
    const { code, lines } = runOn(files, '--again');
    expect(lines.at(-1)).toBe('5 passed, 5 failed');
    expect(code).toBe(1);
  });
});

test('the version guard refuses an older Node with one clear line', () => {
  const guard = join(repository, 'src', 'node-version.mjs');
  // Runs the guard as it would run on Node 20: the version it reads is the only thing that differs.
  const older =
    'Object.defineProperty(process, "versions", { value: { node: "20.20.2" } }); await import(process.argv[1]);';
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', older, guard], { encoding: 'utf8' });
  expect(run.status).toBe(2);
  expect(run.stderr).toMatch(/^Sluis needs Node 24 or newer, and this is v[^\n]*\n$/);
});
