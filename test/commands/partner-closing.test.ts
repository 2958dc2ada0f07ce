import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { seedWorld, source } from '../world/journal-world.ts';

const main = resolve(import.meta.dirname, '../../src/main.ts');
const place = mkdtempSync(join(tmpdir(), 'sluis-closing-'));
let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
  await database.pools.owner.query(
    `UPDATE unit SET kind = 'municipality', selector = '{"thumbprints":[],"subOin":null}'`,
  );
});
afterAll(async () => {
  await database.drop();
  rmSync(place, { recursive: true });
});

async function partner(input: string, ...args: readonly string[]) {
  const { owner, serve, sequencer, eraser } = database.urls;
  const urls = { DATABASE_URL: owner, DATABASE_URL_SERVE: serve, DATABASE_URL_SEQUENCER: sequencer };
  const env = { ...process.env, ...urls, DATABASE_URL_ERASER: eraser, SLUIS_DATA_DIR: join(place, 'data') };
  const child = spawn(process.execPath, [main, 'partner', ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const code = new Promise<number | null>((done) => child.once('close', done));
  child.stdin.on('error', () => undefined).end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err };
}

describe('sluis partner', { timeout: 120_000 }, () => {
  it('reads who closes a unit, and why, from standard input, and does nothing without', async () => {
    const states = async () => (await database.pools.owner.query('SELECT id, state FROM unit ORDER BY id')).rows;
    const before = await states();
    expect(await partner('A. de Boer\n', 'suspend', source)).toMatchObject({ code: 1 });
    expect(await states()).toEqual(before);
    const closed = await partner('A. de Boer\nsleutel gelekt\n', 'suspend', source);
    expect(closed).toMatchObject({ code: 0, err: '' });
    expect(await states()).toContainEqual({ id: source, state: 'suspended' });
  });

  it('tells in JSON what it could not do, where that was asked', async () => {
    const unknown = await partner('', 'show', 'nope', '--json');
    expect(unknown.code).toBe(1);
    expect(JSON.parse(unknown.out)).toEqual({ error: 'unknown-unit' });
    const missing = join(place, 'missing.json');
    const refused = await partner('', 'resume', source, '--approval', missing, '--json');
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.out)).toEqual({ error: [`${missing}: there is no such file or folder`] });
    expect((await partner('', 'resume', source, '--approval', missing)).out).toBe('');
  });
});
