import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { testSigner } from '../world/signer.ts';

const main = resolve(import.meta.dirname, '../../src/main.ts');
const place = mkdtempSync(join(tmpdir(), 'sluis-approver-'));
let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  await database.drop();
  rmSync(place, { recursive: true });
});

function approver(...args: readonly string[]): Promise<number | null> {
  const { owner, serve, sequencer, eraser } = database.urls;
  const urls = { DATABASE_URL: owner, DATABASE_URL_SERVE: serve, DATABASE_URL_SEQUENCER: sequencer };
  const env = { ...process.env, ...urls, DATABASE_URL_ERASER: eraser, SLUIS_DATA_DIR: join(place, 'data') };
  const child = spawn(process.execPath, [main, 'policy', 'approver', ...args], { env, stdio: 'ignore' });
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
}

it('every registration and revocation of an approver is told in the ledger and to officers', {
  timeout: 120_000,
}, async () => {
  const { key, thumbprint } = await testSigner('Q. Zonderling');
  const file = join(place, 'public.jwk');
  writeFileSync(file, JSON.stringify(key));
  expect(await approver('add', 'Q. Zonderling', '--key', file)).toBe(0);
  expect(await approver('add', 'Q. Zonderling', '--key', file)).toBe(1);
  expect(await approver('revoke', 'Q. Zonderling')).toBe(0);
  expect(await approver('revoke', 'Q. Zonderling')).toBe(1);
  const { rows } = await database.pools.owner.query<{ kind: string; leaf: string }>(
    `SELECT kind, leaf FROM ledger_entry WHERE kind <> 'heartbeat' ORDER BY time, id`,
  );
  expect(rows.map(({ kind }) => kind)).toEqual(['approver-added', 'approver-revoked']);
  for (const { leaf } of rows) {
    expect(JSON.parse(leaf)).toMatchObject({ body: { thumbprint }, commitments: { approver: expect.any(String) } });
    expect(leaf).not.toContain('Zonderling');
  }
  const alerts = await database.pools.owner.query('SELECT kind, unit_id, detail FROM alert');
  const told = { kind: 'approver-changed', unit_id: null, detail: { key: thumbprint } };
  expect(alerts.rows).toEqual([told, told]);
});
