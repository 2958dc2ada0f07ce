import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/open-database.ts';
import { openPool, query } from '../../src/store/pool.ts';
import { DataDirectoryInUse } from '../../src/store/postgres/directory-lock.ts';
import { freshDatabase } from '../world/database.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'sluis-open-'));
  await chmod(dataDir, 0o711);
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const database = { name: 'database_of', text: 'SELECT current_database() AS name, current_user AS login' };

async function seenBy(url: string): Promise<unknown> {
  const pool = openPool(url, { max: 1 });
  const [row] = await query(pool, database, []);
  await pool.end();
  return row;
}

describe("the gateway's database", () => {
  it('is one of its own without an URL; a command may attach to it, a second gateway may not', async () => {
    const settings = { dataDir, urls: null, vault: null };
    const gateway = await openDatabase(settings, false);
    expect(await seenBy(gateway.urls.serve)).toEqual({ name: 'sluis', login: 'sluis_serve' });
    const command = await openDatabase(settings, true);
    expect(command.urls).toEqual(gateway.urls);
    await command.stop();
    expect(await seenBy(gateway.urls.eraser)).toEqual({ name: 'sluis', login: 'sluis_eraser' });
    await expect(openDatabase(settings, false)).rejects.toThrow(DataDirectoryInUse);
    await gateway.stop();
    await expect(seenBy(gateway.urls.serve)).rejects.toMatchObject({ code: 'database-unavailable' });
    const again = await openDatabase(settings, false);
    expect(await seenBy(again.urls.serve)).toEqual({ name: 'sluis', login: 'sluis_serve' });
    await again.stop();
  });

  it('is the one that the URLs name, and then no server is started', async () => {
    const fresh = await freshDatabase();
    const opened = await openDatabase({ dataDir, urls: fresh.urls, vault: null }, false);
    expect(opened.urls).toEqual(fresh.urls);
    expect(await seenBy(opened.urls.serve)).toMatchObject({ name: new URL(fresh.urls.serve).pathname.slice(1) });
    await opened.stop();
    expect(await readdir(dataDir)).toEqual([]);
    await fresh.drop();
  });
});
