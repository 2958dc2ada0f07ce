import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntryId, SubjectId } from '../../../src/core/brand.ts';
import type { Subjects } from '../../../src/core/disclosure/ports.ts';
import type { OpenJournal } from '../../../src/store/journal/open-journal.ts';
import type { DatabaseUrls } from '../../../src/store/logins.ts';
import { openPool } from '../../../src/store/pool.ts';
import { type RunningPostgres, startPostgres } from '../../../src/store/postgres/start-postgres.ts';
import { prepareDatabase } from '../../../src/store/prepare-database.ts';
import { createSubjects } from '../../../src/store/subjects.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import { entry, journalOn, now, seedWorld, work } from '../../world/journal-world.ts';
import { newCipher } from '../../world/ledger-keys.ts';
import { testSecrets } from '../test-secrets.ts';

const cipher = newCipher();
const secrets = testSecrets();
let directory: string;
let database: FreshDatabase;
let server: RunningPostgres;
let urls: DatabaseUrls;
let vault: pg.Pool;
const journals: OpenJournal[] = [];

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'sluis-vault-'));
  await chmod(directory, 0o711);
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
  // As at an installation that names a vault of its own from the first day.
  await database.pools.owner.query('UPDATE vault_link SET linked = false');
  server = await startPostgres({ dataDir: path.join(directory, 'postgres') });
  const admin = new pg.Client({ connectionString: server.ownerUrl });
  await admin.connect();
  await admin.query('CREATE DATABASE keys');
  await admin.end();
  const owner = Object.assign(new URL(server.ownerUrl), { pathname: '/keys' }).href;
  urls = await prepareDatabase(database.urls.owner, { urls: database.urls }, { owner, logins: null });
  vault = openPool(urls.vault, { max: 2, connectTimeoutMs: 500 });
}, 60_000);

afterAll(async () => {
  for (const journal of journals) await journal.close();
  await vault?.end();
  await server?.stop();
  await database?.drop();
  await rm(directory, { recursive: true, force: true });
});

function subjects(): Subjects {
  const { serve } = database.pools;
  return createSubjects({ pool: serve, vault, secrets, cipher, clock: { now }, entropy: { id: () => v7() } });
}

/** As a gateway that has just been started: with no key in memory. */
async function newJournal(): Promise<OpenJournal> {
  const journal = await journalOn({ serve: database.pools.serve, vault }, { cipher, secrets });
  journals.push(journal);
  return journal;
}

const about = (id: SubjectId) =>
  work({ id, epoch: 1 }, { entries: [entry({ subject: id, personal: { reference: 'x' } })] });

const counted = async () =>
  (
    await database.pools.owner.query(
      'SELECT (SELECT count(*) FROM subject)::int AS people, (SELECT count(*) FROM ledger_entry)::int AS entries',
    )
  ).rows[0];

describe('a vault on a server of its own', () => {
  let person: SubjectId;
  let written: EntryId;

  it('has the two logins, made there, and the keys of whoever comes', async () => {
    expect(new URL(urls.vault).port).toBe(new URL(server.ownerUrl).port);
    person = await subjects().ensure({ type: 'bsn', value: '900000010' });
    const keys = await vault.query('SELECT subject_id, current_user AS login FROM vault.subject_key');
    expect(keys.rows).toEqual([{ subject_id: person, login: new URL(database.urls.serve).username }]);
    expect((await database.pools.vault.query('SELECT 1 FROM vault.subject_key')).rows).toEqual([]);
    const done = about(person);
    written = done.entries[0]?.id as EntryId;
    expect((await (await newJournal()).commit(done)).outcome).toBe('durable');
  });

  it('and that is stopped: nobody new is taken up, nothing about anybody goes on record, nothing is opened', async () => {
    const journal = await newJournal();
    const before = await counted();
    await server.stop();
    const gone = { code: 'database-unavailable' };
    await expect(subjects().ensure({ type: 'bsn', value: '900000022' })).rejects.toMatchObject(gone);
    await expect(journal.commit(about(person))).rejects.toMatchObject(gone);
    await expect(journal.receipt(written)).rejects.toMatchObject(gone);
    const created = { type: 'subject-created', id: v7() as SubjectId, wrappedKey: cipher.newKey(), at: now() } as const;
    await expect(journal.commit({ ...work(null), changes: [created] })).rejects.toMatchObject(gone);
    expect(await counted()).toEqual(before);
    await expect(
      prepareDatabase(database.urls.owner, { urls: database.urls }, { owner: urls.vaultOwner, logins: null }),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('and that is back: everything goes on, without a restart', async () => {
    const port = Number(new URL(server.ownerUrl).port);
    server = await startPostgres({ dataDir: path.join(directory, 'postgres'), port });
    const [journal] = journals;
    const openings = (await journal?.receipt(written))?.openings.map(({ name, value }) => [name, value]);
    expect(openings).toContainEqual(['reference', 'x']);
    const known = await subjects().ensure({ type: 'bsn', value: '900000022' });
    expect((await (await newJournal()).commit(about(known))).outcome).toBe('durable');
  });
});
