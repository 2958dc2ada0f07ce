import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FieldId, Instant, RequestId, SubjectId, TraceId, UnitId } from '../../src/core/brand.ts';
import { decisionEntry } from '../../src/core/disclosure/entries.ts';
import { decide } from '../../src/core/policy/decide.ts';
import type { Question } from '../../src/core/policy/decision.ts';
import type { HistoryItem } from '../../src/core/policy/replay/recorded-decision.ts';
import { Replay } from '../../src/core/policy/replay.ts';
import { countDecisions, decisionHistory } from '../../src/store/decision-history.ts';
import type { OpenJournal } from '../../src/store/journal/open-journal.ts';
import { involved, subject as somebody } from '../core/policy/questions.ts';
import { ask, smallSet } from '../core/policy/small-set.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { journalOn, recipient, requestRecord, seedSubject, seedWorld, source, work } from '../world/journal-world.ts';
import { newCipher } from '../world/ledger-keys.ts';

const set = smallSet({});
const cipher = newCipher();
const entropy = { id: () => v7(), trace: () => '0af7651916cd43dd8448eb211c80319c' as TraceId };
const always = { from: '2000-01-01T00:00:00.000Z' as Instant, to: '2100-01-01T00:00:00.000Z' as Instant };
let database: FreshDatabase;
let journal: OpenJournal;
let subject: SubjectId;

beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
  for (const [unit, kind] of [[source, 'giver'] as const, [recipient, 'getter'] as const])
    await database.pools.owner.query('UPDATE unit SET kind = $2 WHERE id = $1', [unit, kind]);
  journal = await journalOn(database.pools, { cipher });
});

beforeEach(async () => {
  await database.pools.owner.query('TRUNCATE ledger_entry CASCADE');
  subject = await seedSubject(database.pools, cipher);
});

afterAll(async () => {
  await journal.close();
  await database.drop();
});

const asked = (facts: Question['snapshot']['facts'], at: string): Question =>
  ask({
    source: { unit: source, kind: 'giver' },
    recipient: { unit: recipient, kind: 'getter' },
    fields: ['person.name', 'person.number'] as FieldId[],
    snapshot: { subject: somebody, facts, consents: [] },
    now: at as Instant,
  });
const met = [involved(recipient, 'helper')];

/** Decides and puts it on record as a request does; gives the id of the entry. */
async function onRecord(
  question: Question,
  about: SubjectId | null,
  changes: { readonly source?: UnitId; readonly opened?: boolean } = {},
): Promise<string> {
  const request = requestRecord(about, { id: v7() as RequestId });
  const stated = { ...request, source: changes.source ?? source };
  const entry = decisionEntry(entropy, stated, decide(set, question), about, null);
  const opened = changes.opened === false ? [] : [{ type: 'request-opened' as const, request }];
  const committed = await journal.commit(work(null, { entries: [entry], changes: opened }));
  expect(committed.outcome).toBe('durable');
  return entry.id;
}

async function history(period = always): Promise<readonly HistoryItem[]> {
  return (
    await Array.fromAsync(decisionHistory({ pool: database.pools.serve, vault: database.pools.vault }, cipher, period))
  ).flat();
}

describe('the history of decisions', () => {
  test('gives permits and refusals, oldest first, with what was recorded and the kinds of today', async () => {
    const refused = await onRecord(asked([], '2026-03-12T09:00:00.000Z'), null);
    const permitted = await onRecord(asked(met, '2026-03-11T09:00:00.000Z'), subject);
    const items = await history();
    expect(items).toMatchObject([
      {
        entry: permitted,
        at: '2026-03-11T09:00:00.000Z',
        policySet: set.digest,
        purpose: 'some-purpose',
        trigger: 'pull',
        source: 'giver',
        recipient: 'getter',
        permitted: ['person.name'],
        refused: ['person.number'],
      },
      { entry: refused, permitted: [], refused: ['person.name', 'person.number'] },
    ]);
    const [first] = items;
    expect(first !== undefined && 'conditions' in first ? first.conditions : []).toEqual([
      {
        rule: 'one-rule',
        condition: 'involved(recipient: helper)',
        value: 'true',
        inputs: { role: 'helper', state: 'attested', from: '2026-03-01', until: 'open' },
      },
      { rule: 'one-rule', condition: 'unrestricted', value: 'true', inputs: {} },
    ]);
    expect(await countDecisions(database.pools.serve, always)).toBe(2);
  });

  test('replays to what was decided', async () => {
    await onRecord(asked([], '2026-03-12T09:00:00.000Z'), null);
    await onRecord(asked(met, '2026-03-11T09:00:00.000Z'), subject);
    const replay = new Replay(set, set);
    // The journal's world has one purpose, and the set another.
    for (const item of await history()) replay.add({ ...item, ...('lost' in item ? {} : { purpose: ask().purpose }) });
    expect(replay.report()).toMatchObject({ decisions: 2, unchanged: 2, notReproduced: 0, unrecorded: [] });
  });

  test('keeps to the period, of which the end is not part', async () => {
    const times = ['2026-03-11T09:00:00.000Z', '2026-03-12T09:00:00.000Z', '2026-03-13T09:00:00.000Z'];
    const ids: string[] = [];
    for (const at of times) ids.push(await onRecord(asked(met, at), subject));
    const period = { from: times[0] as Instant, to: times[2] as Instant };
    expect((await history(period)).map(({ entry }) => entry)).toEqual(ids.slice(0, 2));
    expect(await countDecisions(database.pools.serve, period)).toBe(2);
  });

  test('says what was erased, and opens it no more, though it opened the others', async () => {
    const gone = await onRecord(asked(met, '2026-03-11T09:00:00.000Z'), subject);
    const other = await seedSubject(database.pools, cipher);
    await onRecord(asked(met, '2026-03-12T09:00:00.000Z'), other);
    const opened = await onRecord(asked(met, '2026-03-13T09:00:00.000Z'), null);
    await database.pools.vaultEraser.query('DELETE FROM vault.subject_key WHERE subject_id = $1', [subject]);
    await database.pools.eraser.query('DELETE FROM ledger_opening WHERE subject_id = $1', [other]);
    const items = await history();
    expect(items.map((item) => ('lost' in item ? item.lost : item.entry))).toEqual(['erased', 'erased', opened]);
    expect(items[0]).toEqual({ entry: gone, at: '2026-03-11T09:00:00.000Z', lost: 'erased' });
  });

  test('says when a unit or the request is gone, since it would have to guess', async () => {
    await onRecord(asked(met, '2026-03-11T09:00:00.000Z'), subject, { source: 'nowhere' as UnitId });
    await onRecord(asked(met, '2026-03-12T09:00:00.000Z'), subject, { opened: false });
    expect((await history()).map((item) => 'lost' in item && item.lost)).toEqual(['unit', 'trigger']);
  });

  test('fails on an opening that is not intact', async () => {
    await onRecord(asked(met, '2026-03-11T09:00:00.000Z'), subject);
    await database.pools.owner.query(
      `UPDATE ledger_opening SET ciphertext = set_byte(ciphertext, 20, get_byte(ciphertext, 20) # 1) WHERE name = 'conditions'`,
    );
    await expect(history()).rejects.toThrow();
  });

  test('misses none and gives none twice over many pages of the same moment', async () => {
    await onRecord(asked(met, '2026-03-11T09:00:00.000Z'), subject);
    await database.pools.owner.query(
      `INSERT INTO ledger_entry SELECT gen_random_uuid(), instance, sequence + n, flush, kind, time, purpose, source,
        recipient, request_id, leaf, leaf_hash FROM ledger_entry, generate_series(1, 4499) n`,
    );
    const parts = await Array.fromAsync(
      decisionHistory({ pool: database.pools.serve, vault: database.pools.vault }, cipher, always),
    );
    expect(parts.length).toBeGreaterThan(2);
    expect(new Set(parts.flat().map(({ entry }) => entry)).size).toBe(4500);
    expect(parts.flat()).toHaveLength(4500);
  });
});
