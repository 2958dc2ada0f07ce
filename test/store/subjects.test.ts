import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SubjectId } from '../../src/core/brand.ts';
import type { Subjects } from '../../src/core/disclosure/ports.ts';
import { createSubjects } from '../../src/store/subjects.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { at, seedUnits, unit } from './seed.ts';
import { testSecrets } from './test-secrets.ts';

const secrets = testSecrets();
let database: FreshDatabase;
let subjects: Subjects;

beforeAll(async () => {
  database = await freshDatabase();
  await seedUnits(database.pools.owner, 'unit-a', 'unit-b');
  subjects = open(database.pools);
});
afterAll(() => database.drop());

function open({ serve, vault }: Pick<FreshDatabase['pools'], 'serve' | 'vault'>): Subjects {
  const [clock, entropy] = [{ now: () => at }, { id: () => v7() }];
  return createSubjects({ pool: serve, vault, secrets, cipher: secrets, clock, entropy });
}

async function keysOf(subject: SubjectId | undefined): Promise<number | null> {
  const { vault } = database.pools;
  return (await vault.query('SELECT 1 FROM vault.subject_key WHERE subject_id = $1', [subject])).rowCount;
}

it('finds the same person under the same number, and keeps one key for it', async () => {
  const first = await subjects.ensure({ type: 'bsn', value: '900000001' });
  expect(await subjects.ensure({ type: 'bsn', value: '900000001' })).toBe(first);
  expect(await keysOf(first)).toBe(1);
  const person = await database.pools.owner.query('SELECT epoch FROM subject WHERE id = $1', [first]);
  expect(person.rows).toEqual([{ epoch: 1 }]);
});

it('keeps a number of one scheme apart from the same digits of another', async () => {
  const bsn = await subjects.ensure({ type: 'bsn', value: '900000013' });
  expect(await subjects.ensure({ type: 'skn', value: '900000013' })).not.toBe(bsn);
});

it('makes one person with a key when many are first at once, on two gateways', async () => {
  const all = [subjects, open(database.pools)];
  const ids = await Promise.all(
    Array.from({ length: 24 }, (_, turn) => all[turn % 2]?.ensure({ type: 'bsn', value: '900000025' })),
  );
  expect(new Set(ids).size).toBe(1);
  expect(await keysOf(ids[0])).toBe(1);
  const left = await database.pools.owner.query(
    `SELECT (SELECT count(*) FROM subject s WHERE NOT EXISTS
       (SELECT 1 FROM subject_identifier i WHERE i.subject_id = s.id)) AS orphans`,
  );
  expect(left.rows).toEqual([{ orphans: 0 }]);
});

it('stores no number in clear, and binds its ciphertext to the person', async () => {
  await subjects.ensure({ type: 'bsn', value: '900000037' });
  const rows = await database.pools.owner.query<{ lookup: Buffer; ciphertext: Buffer }>(
    'SELECT * FROM subject_identifier',
  );
  for (const { lookup, ciphertext } of rows.rows) {
    expect(lookup.includes('900000037')).toBe(false);
    expect(ciphertext.includes('900000037')).toBe(false);
    expect(() => secrets.decrypt(ciphertext, 'subject-identifier:bsn:somebody else')).toThrow();
  }
});

it('gives each unit its own lasting pseudonym, one even when asked for at once', async () => {
  const person = await subjects.ensure({ type: 'bsn', value: '900000049' });
  const forA = await Promise.all(Array.from({ length: 12 }, () => subjects.pseudonym(unit('unit-a'), person)));
  expect(new Set(forA).size).toBe(1);
  const forB = await subjects.pseudonym(unit('unit-b'), person);
  expect(forB).not.toBe(forA[0]);
  // Version 4: nothing in it tells when it was made.
  for (const pseudonym of [forA[0], forB]) expect(pseudonym).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
});

it('gives nobody a pseudonym for a person that does not exist', async () => {
  await expect(subjects.pseudonym(unit('unit-a'), v7() as SubjectId)).rejects.toMatchObject({ sqlState: '23503' });
});
