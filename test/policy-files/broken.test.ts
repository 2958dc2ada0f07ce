import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPolicySet } from '../../src/policy-files/load.ts';
import type { PolicyFileError } from '../../src/policy-files/yaml-file.ts';

const repository = resolve(import.meta.dirname, '../..');
const broken = join(import.meta.dirname, 'broken');

/** The catalogue that is shipped with one stage of broken files laid over it, as folders come to be. */
function withBroken<T>(stage: string, use: (dir: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), 'sluis-broken-'));
  try {
    cpSync(join(repository, 'policies/catalogue'), join(dir, 'catalogue'), { recursive: true });
    cpSync(join(broken, stage), dir, { recursive: true });
    rmSync(join(dir, 'expected.txt'));
    return use(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function expected(stage: string): string[] {
  return readFileSync(join(broken, stage, 'expected.txt'), 'utf8')
    .trimEnd()
    .split('\n');
}

/** Runs the command line as an author does, without a terminal. */
function sluis(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/main.ts', 'policy', ...words], {
    cwd: repository,
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: undefined },
  });
  return { status, lines: stdout.trimEnd().split('\n'), stderr };
}

const stages = ['syntax', 'catalogue', 'policies'] as const;

describe('a broken folder gives one error per fault, at its line, and loads nothing', () => {
  test.each(stages)('%s', (stage) => {
    const loaded = withBroken(stage, loadPolicySet);
    const lines = loaded.ok
      ? []
      : loaded.errors.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
    expect(lines).toEqual(expected(stage));
    expect(lines.length).toBeGreaterThan(3);
  });

  test('a file of ten megabytes is refused before it is parsed', () => {
    const started = performance.now();
    const loaded = withBroken('policies', (dir) => {
      writeFileSync(join(dir, 'huge.policy.yaml'), 'rules: [a]\n'.repeat(1_000_000));
      return loadPolicySet(dir);
    });
    expect(loaded).toEqual({
      ok: false,
      errors: [{ file: 'huge.policy.yaml', line: 1, column: 1, message: 'must not be larger than 256 KiB' }],
    });
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('every command on a broken folder says the same and ends with 1', () => {
  const request = resolve(repository, 'policies/housing-placement.cases.yaml');
  const commands: readonly (readonly [string, (dir: string) => readonly string[]])[] = [
    ['check', (dir) => ['check', dir]],
    ['test', (dir) => ['test', dir]],
    ['explain', (dir) => ['explain', request, '--policies', dir]],
    ['matrix', (dir) => ['matrix', '--policies', dir]],
    ['matrix as a page', (dir) => ['matrix', '--format', 'html', '--policies', dir]],
    ['who-can-see', (dir) => ['who-can-see', 'identity.surname', '--policies', dir]],
    ['mutate', (dir) => ['mutate', dir]],
  ];
  const comparing = ['diff', 'impact'] as const;
  const shipped = 'policies';
  const unused = ['--key', '/nowhere/key.jwk', '--as', 'jurist'];

  test.each(commands)('%s', (_, words) => {
    const { status, lines, stderr } = withBroken('policies', (dir) => sluis(...words(dir)));
    expect(status).toBe(1);
    expect(lines).toEqual(expected('policies'));
    expect(stderr).toBe('');
  });

  test.each(comparing)('%s names the folder too, for there are two', (command) => {
    withBroken('policies', (dir) => {
      const told = expected('policies').map((line) => join(dir, line));
      expect(sluis(command, shipped, dir)).toEqual({ status: 1, lines: told, stderr: '' });
      expect(sluis(command, dir, shipped)).toEqual({ status: 1, lines: told, stderr: '' });
      expect(sluis(command, dir, dir)).toEqual({ status: 1, lines: told, stderr: '' });
    });
  });

  test('sign tells it on standard error, and gives no approval', () => {
    const { status, lines, stderr } = withBroken('policies', (dir) => sluis('sign', dir, ...unused));
    expect([status, lines]).toEqual([1, ['']]);
    expect(stderr.trimEnd().split('\n')).toEqual(expected('policies'));
  });

  test.each<readonly [string, (dir: string) => readonly string[]]>([
    ['check', (dir) => ['check', dir, '--json']],
    ['matrix', (dir) => ['matrix', '--policies', dir, '--json']],
    ['mutate', (dir) => ['mutate', dir, '--json']],
    ['diff', (dir) => ['diff', shipped, dir, '--json']],
    ['impact', (dir) => ['impact', dir, shipped, '--json']],
    ['sign', (dir) => ['sign', dir, ...unused, '--json']],
  ])('with --json the same errors are one object in one form: %s', (_, words) => {
    const { status, lines, stderr } = withBroken('catalogue', (dir) => sluis(...words(dir)));
    expect([status, stderr]).toEqual([1, '']);
    const { ok, errors } = JSON.parse(lines.join('\n'));
    expect(ok).toBe(false);
    const told = errors.map((error: PolicyFileError) => `${error.file}:${error.line}:${error.column} ${error.message}`);
    expect(told).toEqual(expected('catalogue').map((line) => expect.stringContaining(line)));
  });

  test('what is compared or signed and is not there, or no folder, could not be read: 2', () => {
    const problem = '/nowhere/at/all: there is no such file or folder';
    const nowhere = { status: 2, lines: [''], stderr: `sluis: ${problem}\n` };
    const inJson = { ...nowhere, lines: [JSON.stringify({ error: [problem] })] };
    for (const command of comparing) expect(sluis(command, shipped, '/nowhere/at/all', '--json')).toEqual(inJson);
    expect(sluis('sign', '/nowhere/at/all', ...unused)).toEqual(nowhere);
    expect(sluis('check', 'README.md').stderr).toContain('README.md: is not a folder');
    expect(sluis('diff', shipped, shipped, '--wax').status).toBe(2);
  });

  test('a folder that is not there, or a word that does not exist, could not be done: 2', () => {
    const nowhere = { status: 2, lines: [''], stderr: 'sluis: /nowhere/at/all: there is no such file or folder\n' };
    expect(sluis('check', '/nowhere/at/all')).toEqual(nowhere);
    expect(sluis('matrix', '--format', 'wax').status).toBe(2);
    const unknown = sluis('who-can-see', 'identity.surnam');
    expect(unknown).toMatchObject({ status: 2, stderr: expect.stringContaining('did you mean "identity.surname"?') });
  });
});

test('cases that are broken, fail or leave something untried are told at their lines, and end with 1', () => {
  const { status, lines } = withBroken('cases', (dir) => sluis('test', dir));
  expect(status).toBe(1);
  expect(lines.filter((line) => /^(income|other-format)\.cases/.test(line))).toEqual(expected('cases'));
});
