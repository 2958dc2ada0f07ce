import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EntryId, SubjectId } from '../../../src/core/brand.ts';
import type { Change } from '../../../src/core/disclosure/change.ts';
import type { Receipt } from '../../../src/core/ledger/entry.ts';
import { verifyReceipt } from '../../../src/core/ledger/receipt.ts';
import { keyRing } from '../../../src/store/journal/key-ring.ts';
import type { OpenJournal } from '../../../src/store/journal/open-journal.ts';
import { besidePlainCommits, median, whileHeld } from '../../world/beside-a-held-row.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import {
  claimOf,
  entry,
  journalOn,
  policySet,
  recipient,
  seedSubject,
  seedWorld,
  work,
} from '../../world/journal-world.ts';
import { newCipher, newSigner } from '../../world/ledger-keys.ts';

const signer = newSigner();
const cipher = newCipher();
const keys = keyRing([signer.jwk]);
let database: FreshDatabase;
let journal: OpenJournal;

beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
  journal = await journalOn(database.pools, { signer, cipher, patienceMs: 2_000 });
});

afterAll(async () => {
  await journal.close();
  await database.drop();
});

const newSubject = () => seedSubject(database.pools, cipher);

async function count(sql: string, values: readonly unknown[] = []): Promise<number> {
  const result = await database.pools.owner.query<{ n: string }>(`SELECT count(*)::text AS n FROM ${sql}`, [...values]);
  return Number(result.rows[0]?.n);
}

async function one<T extends object>(sql: string, values: readonly unknown[]): Promise<T> {
  const { rows } = await database.pools.owner.query<T>(sql, [...values]);
  if (rows[0] === undefined) throw new Error('no row');
  return rows[0];
}

describe('what is durable', () => {
  test('comes with receipts that prove it offline, in order', async () => {
    const subject = await newSubject();
    const entries = [
      entry({ kind: 'disclosure', subject, personal: { subject }, fleeting: { payload: 'digest' } }),
      entry({ kind: 'disclosure', subject: null, personal: { subject: 'no one' } }),
    ];
    const committed = await journal.commit(work({ id: subject, epoch: 1 }, { entries }));
    if (committed.outcome !== 'durable') throw new Error(committed.outcome);
    const leaves = committed.receipts.map((receipt) => verifyReceipt(receipt, keys));
    expect(leaves.map((leaf) => leaf.ok && leaf.value.id)).toEqual(entries.map(({ id }) => id));
    expect(committed.receipts[0]?.openings.map(({ name }) => name)).toEqual(['payload', 'subject']);
  });

  test('gives the same receipt later, without what is never kept', async () => {
    const subject = await newSubject();
    const entries = [entry({ kind: 'disclosure', subject, personal: { subject }, fleeting: { payload: 'digest' } })];
    const committed = await journal.commit(work({ id: subject, epoch: 1 }, { entries }));
    if (committed.outcome !== 'durable') throw new Error(committed.outcome);
    const [given] = committed.receipts;
    const again = await journal.receipt(entries[0]?.id as EntryId);
    expect(again).toEqual({ ...given, openings: given?.openings.filter(({ name }) => name === 'subject') });
    expect(verifyReceipt(again, keys).ok).toBe(true);
    expect(await journal.receipt(v7() as EntryId)).toBeNull();
  });

  test('stands nowhere in clear, and cannot be opened once the key of the subject is gone', async () => {
    const subject = await newSubject();
    const entries = [entry({ kind: 'disclosure', subject, personal: { subject: 'a very private thing' } })];
    await journal.commit(work({ id: subject, epoch: 1 }, { entries }));
    const id = entries[0]?.id as EntryId;
    const row = await one<{ all: string }>(
      `SELECT e::text || o::text || encode(o.ciphertext, 'escape') AS all
       FROM ledger_entry e JOIN ledger_opening o ON o.entry_id = e.id WHERE e.id = $1`,
      [id],
    );
    expect(row.all).not.toContain('private');
    await database.pools.vaultEraser.query('DELETE FROM vault.subject_key WHERE subject_id = $1', [subject]);
    const receipt = await journal.receipt(id);
    expect(receipt?.openings).toEqual([]);
    expect(verifyReceipt(receipt, keys).ok).toBe(true);
  });

  test('shares one commit with what arrives meanwhile', async () => {
    const before = await count('ledger_flush');
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => journal.commit(work(null))));
    expect(outcomes.every(({ outcome }) => outcome === 'durable')).toBe(true);
    expect((await count('ledger_flush')) - before).toBeLessThan(20);
  });

  test('is numbered without gaps, whatever was refused in between', async () => {
    const bodies = Array.from({ length: 60 }, (_, n) => (n % 3 === 0 ? { n } : {}));
    const outcomes = await Promise.allSettled(
      bodies.map((body) => journal.commit(work(null, { entries: [entry({ body })] }))),
    );
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(20);
    const numbers = await one<{ n: string; last: string }>(
      'SELECT count(*) AS n, max(sequence) AS last FROM ledger_entry WHERE instance = $1',
      [journal.instance],
    );
    expect(numbers.n).toEqual(numbers.last);
  });
});

describe('what the work rests on', () => {
  test('moved, and nothing is written', async () => {
    const subject = await newSubject();
    const basis = { id: subject, epoch: 1 };
    const changes: Change[] = [{ type: 'idempotency-claimed', claim: claimOf(recipient) }];
    for (const rests of [
      { subject: { id: subject, epoch: 2 }, registryVersion: 0, policySet },
      { subject: { id: v7() as SubjectId, epoch: 1 }, registryVersion: 0, policySet },
      { subject: basis, registryVersion: 1, policySet },
      { subject: basis, registryVersion: 0, policySet: `sha256:${'00'.repeat(32)}` as typeof policySet },
    ]) {
      const entries = [entry({ subject })];
      expect(await journal.commit(work(basis, { rests, entries, changes }))).toEqual({ outcome: 'stale' });
      expect(await count('ledger_entry WHERE id = $1', [entries[0]?.id])).toBe(0);
    }
    expect(
      await count('idempotency WHERE key = $1', [changes[0]?.type === 'idempotency-claimed' && changes[0].claim.key]),
    ).toBe(0);
  });

  test('is moved by a mover, after the readers that came before it and before those after', async () => {
    const subject = await newSubject();
    const basis = { id: subject, epoch: 1 };
    const outcomes = await Promise.all([
      journal.commit(work(basis)),
      journal.commit(work(basis)),
      journal.commit(work(basis, { moves: true })),
      journal.commit(work(basis)),
      journal.commit(work(basis, { moves: true })),
      journal.commit(work({ id: subject, epoch: 2 })),
    ]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      'durable',
      'durable',
      'durable',
      'stale',
      'stale',
      'durable',
    ]);
    expect(await one('SELECT epoch FROM subject WHERE id = $1', [subject])).toEqual({ epoch: 2 });
  });

  test('held by a foreign open transaction stalls nobody else; its readers decide again, its movers are busy', async () => {
    const [held, free] = [await newSubject(), await newSubject()];
    const lock = 'SELECT 1 FROM subject WHERE id = $1 FOR UPDATE';
    const refused: unknown[] = [];
    let isOver = false;
    // One after the other, so that one stands in line all the time that the others are measured.
    const moveOnAndOn = async () => {
      while (!isOver) {
        const mover = journal.commit(work({ id: held, epoch: 1 }, { moves: true }));
        refused.push(
          await mover.then(
            ({ outcome }) => outcome,
            (error: { code: unknown }) => error.code,
          ),
        );
      }
    };
    await whileHeld({ pool: database.pools.owner, lock, values: [held] }, async () => {
      const movers = moveOnAndOn();
      const { tookMs, plainMs } = await besidePlainCommits(database.pools.owner, async () => {
        expect((await journal.commit(work({ id: free, epoch: 1 }))).outcome).toBe('durable');
      }).finally(() => {
        isOver = true;
      });
      await movers;
      // Neither a wait of a statement for a lock, which is 100 ms, nor a rest that nobody ends, which is 50.
      expect(median(tookMs)).toBeLessThan(median(plainMs) * 3 + 40);
      // Nobody waits as long as a mover does.
      expect(Math.max(...tookMs)).toBeLessThan(Math.max(...plainMs) + 1_800);
      expect(new Set(refused)).toEqual(new Set(['subject-busy']));
      expect(await journal.commit(work({ id: held, epoch: 1 }))).toEqual({ outcome: 'stale' });
    });
    expect((await journal.commit(work({ id: held, epoch: 1 }, { moves: true }))).outcome).toBe('durable');
  });

  test('a mover that finds its subject locked for a moment is written when it is free', async () => {
    const subject = await newSubject();
    const foreign = await database.pools.owner.connect();
    await foreign.query('BEGIN');
    await foreign.query('SELECT 1 FROM subject WHERE id = $1 FOR SHARE', [subject]);
    const mover = journal.commit(work({ id: subject, epoch: 1 }, { moves: true }));
    await new Promise((resolve) => setTimeout(resolve, 150));
    await foreign.query('COMMIT');
    foreign.release();
    expect((await mover).outcome).toBe('durable');
  });

  test('a registry that is being changed makes nobody durable and stalls nobody for good', async () => {
    const foreign = await database.pools.owner.connect();
    await foreign.query('BEGIN');
    await foreign.query('UPDATE registry_version SET version = version');
    expect(await journal.commit(work(null))).toEqual({ outcome: 'stale' });
    await foreign.query('ROLLBACK');
    foreign.release();
    expect((await journal.commit(work(null))).outcome).toBe('durable');
  });
});

test('receipts are distinct proofs, not one proof given out twice', async () => {
  const committed = await Promise.all([journal.commit(work(null)), journal.commit(work(null))]);
  const receipts = committed.flatMap((each): readonly Receipt[] => (each.outcome === 'durable' ? each.receipts : []));
  expect(new Set(receipts.map(({ leaf }) => leaf)).size).toBe(2);
});
