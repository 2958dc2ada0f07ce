import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPolicySet } from '../../src/policy-files/load.ts';

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
  ];

  test.each(commands)('%s', (_, words) => {
    const { status, lines, stderr } = withBroken('policies', (dir) => sluis(...words(dir)));
    expect(status).toBe(1);
    expect(lines).toEqual(expected('policies'));
    expect(stderr).toBe('');
  });

  test('with --json the same errors are an object', () => {
    const { status, lines } = withBroken('catalogue', (dir) => sluis('check', dir, '--json'));
    expect(status).toBe(1);
    expect(JSON.parse(lines.join('\n'))).toMatchObject({ ok: false, errors: { length: expected('catalogue').length } });
  });

  test('a folder that is not there, or a word that does not exist, could not be done: 2', () => {
    expect(sluis('check', '/nowhere/at/all')).toMatchObject({ status: 2, stderr: expect.stringContaining('ENOENT') });
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
