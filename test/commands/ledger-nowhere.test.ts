import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { otherDatabase } from '../world/other-database.ts';

const main = path.resolve(import.meta.dirname, '../../src/main.ts');
let place: string;

beforeEach(() => {
  place = mkdtempSync(path.join(os.tmpdir(), 'sluis-nowhere-'));
});

afterEach(() => rmSync(place, { recursive: true }));

function ledger(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const run = spawnSync(process.execPath, [main, 'ledger', ...args], {
    ...{ cwd: place, env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' },
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

describe.each([[['verify', '--live']], [['verify']], [['export', 'export']]])('sluis ledger %s', (args) => {
  test('where there is no gateway makes no database, and says what names one', () => {
    const { code, out, err } = ledger(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^sluis: \/.*\/\.sluis: holds no database of a gateway: SLUIS_DATA_DIR .* or DATABASE_URL/);
    expect(readdirSync(place)).toEqual([]);
  });

  test('on a database without a ledger makes none in it', async () => {
    const other = await otherDatabase();
    const { code, out, err } = ledger(args, { DATABASE_URL: other.url });
    const { rows } = await other.pool.query(`SELECT 1 FROM pg_tables WHERE schemaname = 'public'`);
    await other.drop();
    expect([code, out, rows]).toEqual([2, '', []]);
    expect(err).toMatch(/^sluis: DATABASE_URL: names a database without a ledger: [^\n]*\n$/);
    expect(readdirSync(place)).toEqual([]);
  });
});
