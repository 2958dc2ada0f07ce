import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withCopy } from '../policy-files/folder.ts';

const root = resolve(import.meta.dirname, '../..');
const changed = 'detention-notice.policy.yaml';

function diff(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/main.ts', 'policy', 'diff', ...words], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: undefined },
  });
  return { status, stdout, stderr };
}

describe('policy diff', () => {
  test('of the shipped set against itself finds nothing, and ends with 0', () => {
    const { status, stdout } = diff('policies', 'policies', '--json');
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ ok: true, more: [], less: [], lighter: [], wider: [], words: [], uncompared: [] });
    expect(report.old).toBe(report.new);
  });

  test('of a copy with one field more names that field with an example, and ends with 1', () =>
    withCopy((copy) => {
      copy.replace(
        changed,
        '      - detention.start\n',
        '      - detention.start\n      - identityDocument.hasValid\n',
      );
      const told = diff('policies', copy.dir, '--json');
      expect(told.status).toBe(1);
      const report = JSON.parse(told.stdout);
      expect(report).toMatchObject({ ok: false, less: [], lighter: [] });
      expect(new Set(report.more.map(({ field }: { field: string }) => field))).toEqual(
        new Set(['identityDocument.hasValid']),
      );
      expect(report.more[0].example).not.toBe('');
      const lines = diff('policies', copy.dir);
      expect([lines.status, lines.stdout]).toEqual([1, expect.stringContaining('NEW grants more than OLD')]);
      expect(lines.stdout).toMatch(/^\+ detention-notice .* identityDocument\.hasValid \(/);
    }));
});
