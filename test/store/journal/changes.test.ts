import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConsentId, EntryId, FactId, FieldId, Instant, SubjectId } from '../../../src/core/brand.ts';
import type { Consent } from '../../../src/core/consent/consent.ts';
import type { Change } from '../../../src/core/disclosure/change.ts';
import type { Move } from '../../../src/core/disclosure/state.ts';
import type { OpenJournal } from '../../../src/store/journal/open-journal.ts';
import { besidePlainCommits, median, whileHeld } from '../../world/beside-a-held-row.ts';
import { type FreshDatabase, freshDatabase } from '../../world/database.ts';
import {
  claimOf,
  entry,
  journalOn,
  now,
  purpose,
  recipient,
  requestRecord,
  seedSubject,
  seedWorld,
  source,
  work,
} from '../../world/journal-world.ts';
import { newCipher } from '../../world/ledger-keys.ts';
import { requestOnRecord } from '../../world/requests-on-record.ts';

const cipher = newCipher();
let database: FreshDatabase;
let journal: OpenJournal;

beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
  journal = await journalOn(database.pools, { cipher });
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

function consent(subject: SubjectId | null): Consent {
  return {
    id: v7() as ConsentId,
    subject,
    source,
    recipient,
    purpose,
    categories: ['a', 'b'],
    kind: 'consent',
    state: 'requested',
    decidedBy: null,
    requestedBy: recipient,
    requestedAt: now(),
    decidedAt: null,
    validUntil: now(),
    noticeVersion: 1,
    language: 'nl',
  };
}

describe('changes', () => {
  test('a request is opened once and moves only from the state that is expected', async () => {
    const subject = await newSubject();
    const basis = { id: subject, epoch: 1 };
    const request = requestRecord(subject, { fields: ['a.b' as FieldId, 'a.c' as FieldId] });
    const open = (): Promise<{ outcome: string }> =>
      journal.commit(work(basis, { changes: [{ type: 'request-opened', request }] }));
    const move = (step: Move) => {
      const moved = {
        type: 'request-moved',
        id: request.id,
        at: now(),
        entry: v7() as EntryId,
        decision: null,
      } as const;
      return journal.commit(work(basis, { changes: [{ ...moved, ...step }] }));
    };
    const deliver = () => move({ from: 'fetching', to: 'delivered' });
    expect((await open()).outcome).toBe('durable');
    expect(await open()).toEqual({ outcome: 'conflict', what: 'unique' });
    const [first, second] = await Promise.all([deliver(), deliver()]);
    expect(first.outcome).toBe('durable');
    expect(second).toEqual({ outcome: 'conflict', what: 'state' });
    const row = await one<{ state: string; fields: string[]; decision: { outcome: string } }>(
      'SELECT state, fields, decision FROM request WHERE id = $1',
      [request.id],
    );
    expect(row).toMatchObject({ state: 'delivered', fields: ['a.b', 'a.c'], decision: { outcome: 'permit' } });
    expect((await move({ from: 'delivered', to: 'collected' })).outcome).toBe('durable');
  });

  test('an idempotency key is claimed by one, also when many ask at once, and a loser writes nothing', async () => {
    const key = v7();
    const requests = Array.from({ length: 8 }, () => requestRecord(null));
    const outcomes = await Promise.all(
      requests.map((request) =>
        journal.commit(
          work(null, {
            changes: [
              { type: 'idempotency-claimed', claim: claimOf(recipient, key) },
              { type: 'request-opened', request },
            ],
          }),
        ),
      ),
    );
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual([...Array(7).fill('conflict'), 'durable']);
    expect(
      outcomes.filter((outcome) => outcome.outcome === 'conflict' && outcome.what === 'idempotency-key'),
    ).toHaveLength(7);
    expect(await count('request WHERE id = ANY ($1)', [requests.map(({ id }) => id)])).toBe(1);
  });

  test('facts, references, consents, notices and events are kept, and guarded', async () => {
    const [subject, other] = [await newSubject(), await newSubject()];
    const given = consent(subject);
    const factId = v7() as FactId;
    const fact: Change = {
      type: 'fact-attested',
      fact: {
        id: factId,
        subject,
        type: 'some-fact',
        from: now(),
        until: null,
        attestedBy: source,
        unit: recipient,
        reference: null,
        state: 'attested',
        attributes: { role: 'x' },
      },
    };
    const reference = (owner: SubjectId): Change => ({
      type: 'case-reference-given',
      unit: recipient,
      reference: 'case-1',
      subject: owner,
    });
    const moved = (from: 'requested' | 'given', to: 'given' | 'withdrawn'): Change => ({
      type: 'consent-moved',
      id: given.id,
      from,
      to,
      at: now(),
    });
    const end: Change = { type: 'fact-ended', id: factId, until: '2099-01-01T00:00:00.000Z' as ReturnType<typeof now> };
    const cases: [Change[], string][] = [
      [[fact, reference(subject), { type: 'consent-requested', consent: given }], 'durable'],
      [[fact], 'unique'],
      [[reference(subject)], 'durable'],
      [[reference(other)], 'unique'],
      [[moved('given', 'withdrawn')], 'state'],
      [[moved('requested', 'given')], 'durable'],
      [[moved('given', 'withdrawn')], 'durable'],
      [[end], 'durable'],
      [[end], 'state'],
      [
        [
          {
            type: 'notice-given',
            informAfter: null,
            notice: {
              id: v7(),
              recipient,
              source,
              purpose,
              subject,
              fields: ['a.b'],
              at: now(),
              entry: v7() as EntryId,
            },
          },
          {
            type: 'event-emitted',
            event: { id: v7(), unit: recipient, type: 'nl.x', time: now(), dataref: '/v1/x', about: null },
          },
        ],
        'durable',
      ],
    ];
    for (const [changes, expected] of cases) {
      const committed = await journal.commit(work(null, { changes }));
      expect(committed.outcome === 'conflict' ? committed.what : committed.outcome).toBe(expected);
    }
    expect(await one('SELECT state, until_at FROM fact WHERE id = $1', [factId])).toMatchObject({ state: 'ended' });
    expect(await one('SELECT state FROM consent WHERE id = $1', [given.id])).toEqual({ state: 'withdrawn' });
    expect(await count('event WHERE sequence IS NULL AND unit_id = $1', [recipient])).toBe(1);
    expect(await count('notice WHERE subject_id = $1', [subject])).toBe(1);
  });

  test('a change of a person wakes what waits, and neither what is being fetched nor what is over', async () => {
    const subject = await newSubject();
    const states = ['awaiting-approval', 'permitted', 'fetching', 'delivered', 'refused'] as const;
    const requests = await Promise.all(states.map((state) => requestOnRecord(journal, subject, { state })));
    const at = '2020-01-01T00:00:00.000Z' as Instant;
    const woken: Change = { type: 'requests-woken', subject, at };
    await journal.commit(work({ id: subject, epoch: 1 }, { moves: true, changes: [woken] }));
    const { rows } = await database.pools.owner.query<{ state: string; woken: boolean }>(
      `SELECT r.state, coalesce(r.wakes_at = $2, false) AS woken
        FROM unnest($1::uuid[]) WITH ORDINALITY AS i(id, n) JOIN request r USING (id) ORDER BY i.n`,
      [requests.map(({ id }) => id), at],
    );
    expect(rows).toEqual(states.map((state, n) => ({ state, woken: n < 2 })));
  });

  test('a row held by a foreign open transaction costs its own work only', async () => {
    // How long a work stands in line is no part of this: on a slow disk the turns of the others take longer.
    const patient = await journalOn(database.pools, { cipher, patienceMs: 30_000 });
    const request = requestRecord(null);
    const { id } = request;
    const done = { at: now(), entry: v7() as EntryId, decision: null };
    const move: Change = { type: 'request-moved', id, from: 'fetching', to: 'delivered', ...done };
    const held = { pool: database.pools.owner, lock: 'SELECT 1 FROM request WHERE id = $1 FOR UPDATE', values: [id] };
    try {
      await patient.commit(work(null, { changes: [{ type: 'request-opened', request }] }));
      const { outcome, others } = await whileHeld(held, async () => {
        const waiting = patient.commit(work(null, { changes: [move] }));
        const outcome = waiting.then(
          (committed) => committed.outcome,
          (error: unknown) => error,
        );
        const others = await besidePlainCommits(database.pools.owner, async () => {
          expect((await patient.commit(work(null))).outcome).toBe('durable');
        });
        return { outcome: () => outcome, others };
      });
      // Neither a wait of a statement for a lock, which is 100 ms, nor a rest that nobody ends, which is 50.
      expect(median(others.tookMs)).toBeLessThan(median(others.plainMs) * 3 + 40);
      expect(Math.max(...others.tookMs)).toBeLessThan(Math.max(...others.plainMs) + 1_800);
      expect(await outcome()).toBe('durable');
    } finally {
      await patient.close();
    }
  });

  test('one row that the database refuses fails alone: its neighbours are written', async () => {
    const bad = requestRecord(null, { recipient: 'no-such-unit' as typeof recipient });
    const outcomes = await Promise.allSettled([
      journal.commit(work(null)),
      journal.commit(work(null, { changes: [{ type: 'request-opened', request: bad }] })),
      journal.commit(work(null)),
      journal.commit(work(null, { entries: [entry({ body: { refused: ['fine'] } })] })),
    ]);
    expect(outcomes.map((each) => (each.status === 'fulfilled' ? each.value.outcome : each.reason.code))).toEqual([
      'durable',
      'ledger-unavailable',
      'durable',
      'durable',
    ]);
  });

  test('the same entry id twice is a conflict, not a second entry', async () => {
    const entries = [entry()];
    expect((await journal.commit(work(null, { entries }))).outcome).toBe('durable');
    expect(await journal.commit(work(null, { entries }))).toEqual({ outcome: 'conflict', what: 'unique' });
  });

  test('work without an entry, or about a person without a key, is never written', async () => {
    await expect(journal.commit(work(null, { entries: [] }))).rejects.toThrow(RangeError);
    const nobody = v7() as SubjectId;
    await expect(journal.commit(work(null, { entries: [entry({ subject: nobody })] }))).rejects.toMatchObject({
      code: 'ledger-unavailable',
    });
  });

  test('a closed journal gives nothing', async () => {
    const short = await journalOn(database.pools, { cipher });
    const last = short.commit(work(null));
    await short.close();
    expect((await last).outcome).toBe('durable');
    await expect(short.commit(work(null))).rejects.toMatchObject({ code: 'ledger-unavailable' });
  });
});
