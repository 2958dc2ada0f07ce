import { setTimeout as sleep } from 'node:timers/promises';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SubjectId } from '../../../src/core/brand.ts';
import type { IdentifierSecrets } from '../../../src/core/subject/ports.ts';
import type { OpenJournal } from '../../../src/store/journal/open-journal.ts';
import { lockLookups } from '../../../src/store/lock-lookups.ts';
import { sealNumber } from '../../../src/store/seal-number.ts';
import { createSubjects } from '../../../src/store/subjects.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import { journalOn, now, seedSubject, seedWorld, work } from '../../world/journal-world.ts';
import { newCipher } from '../../world/ledger-keys.ts';
import { testSecrets } from '../test-secrets.ts';

const [older, newer] = [testSecrets(), testSecrets()];
const during = (first: IdentifierSecrets, then: IdentifierSecrets, lookupKey: string): IdentifierSecrets => ({
  ...first,
  lookupKey,
  lookups: (scheme, value) => [first.lookup(scheme, value), then.lookup(scheme, value)],
});
/** Two gateways while the lookup key is replaced: the one writes by the old key still, the other by the new one. */
const behind = during(older, newer, 'old');
const ahead = during(newer, older, 'new');
const cipher = newCipher();
let database: FreshDatabase;
let journal: OpenJournal;

beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
  journal = await journalOn(database.pools, { cipher, secrets: ahead });
});
afterAll(async () => {
  await journal?.close();
  await database?.drop();
});

const newSubject = () => seedSubject(database.pools, cipher);
const setNumber = (subject: SubjectId, value: string, secrets: IdentifierSecrets = ahead) =>
  journal.commit(
    work(
      { id: subject, epoch: 1 },
      { changes: [{ type: 'subject-number-set', subject, number: sealNumber(secrets, 'bsn', value, subject) }] },
    ),
  );

async function holders(value: string): Promise<readonly string[]> {
  const { rows } = await database.pools.owner.query<{ id: string }>(
    'SELECT subject_id AS id FROM subject_identifier WHERE lookup = ANY ($1::bytea[])',
    [ahead.lookups('bsn', value)],
  );
  return rows.map(({ id }) => id);
}

describe('a number that is set while the key that finds it is replaced', () => {
  test('waits for whoever meets the same number under the other key, and is then theirs', async () => {
    const [mine, theirs] = [await newSubject(), await newSubject()];
    const value = '900000001';
    const client = await database.pools.owner.connect();
    const lock = lockLookups(behind.lookups('bsn', value));
    await client.query('BEGIN');
    await client.query(lock?.text ?? '', [...(lock?.values ?? [])]);
    const committing = setNumber(mine, value);
    let ended = false;
    void committing.finally(() => {
      ended = true;
    });
    await sleep(150);
    const waited = !ended;
    await client.query(
      `INSERT INTO subject_identifier (scheme, lookup, subject_id, ciphertext, lookup_key) VALUES ('bsn', $1, $2, '', 'old')`,
      [behind.lookup('bsn', value), theirs],
    );
    await client.query('COMMIT');
    client.release();
    expect(await committing).toEqual({ outcome: 'conflict', what: 'unique' });
    expect(waited).toBe(true);
    expect(await holders(value)).toEqual([theirs]);
  });

  test('is one person’s, whoever of many is first', async () => {
    const subjects = createSubjects({
      pool: database.pools.serve,
      vault: database.pools.vault,
      secrets: behind,
      cipher,
      clock: { now },
      entropy: { id: () => v7() },
    });
    const outcomes = new Set<string>();
    for (let turn = 0; turn < 40; turn += 1) {
      const subject = await newSubject();
      const value = String(900_000_100 + turn);
      const ensure = () => subjects.ensure({ type: 'bsn', value });
      // The first two have their order, so that both are met; the others meet anywhere.
      const early = turn === 0 ? await ensure() : null;
      const committing = setNumber(subject, value);
      if (turn === 1) await committing;
      const [committed, found] = await Promise.all([committing, early ?? sleep(turn % 4).then(ensure)]);
      outcomes.add(committed.outcome);
      expect(await holders(value)).toEqual([found]);
      expect(committed.outcome === 'durable').toBe(found === subject);
    }
    expect([...outcomes].sort()).toEqual(['conflict', 'durable']);
  });

  test('takes the place of the same person’s own, though that stands under the older key', async () => {
    const subject = await newSubject();
    expect((await setNumber(subject, '900000050', behind)).outcome).toBe('durable');
    expect((await setNumber(subject, '900000062')).outcome).toBe('durable');
    expect(await holders('900000050')).toEqual([]);
    expect(await holders('900000062')).toEqual([subject]);
  });
});
