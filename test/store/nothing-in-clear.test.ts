import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClaimId, FactId, FieldId, RequestId, SubjectId } from '../../src/core/brand.ts';
import type { Change } from '../../src/core/disclosure/change.ts';
import { joseSealer } from '../../src/crypto/seal.ts';
import { createFacts } from '../../src/store/facts.ts';
import { createInvolvementClaims } from '../../src/store/involvement-claims.ts';
import type { OpenJournal } from '../../src/store/journal/open-journal.ts';
import { type KeyRows, keyRows } from '../../src/store/key-rows.ts';
import { createMessages } from '../../src/store/request-messages.ts';
import { createSnapshots } from '../../src/store/snapshots.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { encryptionPair } from '../world/encryption-keys.ts';
import { entry, journalOn, now, recipient, seedSubject, seedWorld, source, work } from '../world/journal-world.ts';
import { newCipher } from '../world/ledger-keys.ts';
import { requestOnRecord } from '../world/requests-on-record.ts';
import { testSecrets } from './test-secrets.ts';

const said = 'Woont bij zijn zus in de Kerkstraat';
const reference = 'ZAAK-JANSEN-1988';
const secrets = testSecrets();
const cipher = newCipher();
let database: FreshDatabase;
let journal: OpenJournal;
let subject: SubjectId;
const fact = v7() as FactId;
const claim = v7() as ClaimId;
let asked: RequestId;

beforeAll(async () => {
  database = await freshDatabase();
  await seedWorld(database.pools.owner);
  subject = await seedSubject(database.pools, cipher);
  journal = await journalOn(database.pools, { cipher, secrets });
  const from = now();
  const about = { subject, type: 'involvement', from, until: null, attestedBy: source, unit: recipient };
  const changes: Change[] = [
    { type: 'fact-attested', fact: { id: fact, ...about, reference, state: 'attested', attributes: {} } },
    { type: 'fact-disputed', id: fact, by: recipient, at: from, ground: said },
    {
      type: 'involvement-claimed',
      claim: {
        ...{ id: claim, claimant: recipient, attester: source, role: 'r', subject, justification: said },
        ...{ userRole: null, state: 'received', receivedAt: from, movedAt: from },
      },
    },
    { type: 'case-reference-given', unit: recipient, reference, subject },
    { type: 'case-reference-given', unit: source, reference, subject },
  ];
  const committed = await journal.commit(work(null, { entries: [entry({ subject })], changes }));
  expect(committed.outcome).toBe('durable');
  await answerInPart();
});
afterAll(async () => {
  await journal?.close();
  await database?.drop();
});

/** Somebody at a source asks something back, and answers in part, both in words that nobody else may read. */
async function answerInPart(): Promise<void> {
  const { id } = await requestOnRecord(journal, subject, { state: 'awaiting-source' });
  const jwe = await joseSealer().seal({ 'some.field': said }, encryptionPair().jwk);
  const step = { type: 'request-moved', id, from: 'awaiting-source', to: 'partly-answered', at: now() } as const;
  const kept = {
    id: v7(),
    request: id,
    category: null,
    permit: null,
    fields: ['some.field' as FieldId],
    jwe,
    digest: 'd',
  };
  const question = { id: v7(), request: id, said: { kind: 'question', text: said }, at: now() } as const;
  const own = entry({ subject });
  const changes: Change[] = [
    { ...step, entry: own.id, decision: null },
    { type: 'answer-kept', answer: { ...kept, receivedAt: now(), entry: own.id } },
    { type: 'message-kept', message: { ...question, entry: own.id } },
  ];
  expect((await journal.commit(work(null, { entries: [own], changes }))).outcome).toBe('durable');
  asked = id;
}

async function rowsOf(table: string): Promise<string> {
  const { rows } = await database.pools.owner.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t`);
  return rows.map(({ row }) => row).join('\n');
}

describe('what partners write in their own words', () => {
  it.each(['fact', 'involvement_claim', 'subject_case_reference', 'request_message', 'answer', 'request'])(
    'does not stand in %s',
    async (table) => {
      const rows = await rowsOf(table);
      expect(rows).not.toBe('');
      for (const text of [said, reference]) {
        expect(rows).not.toContain(text);
        expect(rows).not.toContain(Buffer.from(text).toString('hex'));
      }
    },
  );

  it('is read again by whoever has the keys, and by nobody else', async () => {
    const { serve } = database.pools;
    const dispute = await createFacts(serve, secrets).dispute(fact);
    expect(dispute).toMatchObject({ by: recipient, ground: said });
    expect(await createFacts(serve, secrets).find(fact)).toMatchObject({ reference });
    expect(await createInvolvementClaims(serve, secrets).find(claim)).toMatchObject({ justification: said });
    await expect(createFacts(serve, testSecrets()).find(fact)).rejects.toThrow();
    expect(await createMessages(serve, secrets).of(asked)).toMatchObject([{ said: { kind: 'question', text: said } }]);
    await expect(createMessages(serve, testSecrets()).of(asked)).rejects.toThrow();
  });

  it('in another row or column is not taken for it', async () => {
    const { owner, serve } = database.pools;
    const { rows } = await owner.query<{ reference: Buffer }>('SELECT reference FROM fact WHERE id = $1', [fact]);
    await owner.query('UPDATE fact SET reference = dispute_ground WHERE id = $1', [fact]);
    await expect(createFacts(serve, secrets).find(fact)).rejects.toThrow();
    await owner.query('UPDATE fact SET reference = $2 WHERE id = $1', [fact, rows[0]?.reference]);
    expect(await createFacts(serve, secrets).find(fact)).not.toBeNull();
  });
});

describe('a case reference', () => {
  const read = (value: string, unit = recipient, keys = secrets) =>
    createSnapshots(database.pools.serve, keys).read({
      subject: { by: 'reference', reference: { type: 'caseReference', value }, unit },
      source,
      recipient,
      idempotency: null,
    });

  it('finds whom its unit means, by a hash that two units do not share', async () => {
    expect((await read(reference)).snapshot.subject?.id).toBe(subject);
    expect((await read(reference, source)).snapshot.subject?.id).toBe(subject);
    expect((await read('ZAAK-JANSEN-1989')).snapshot.subject).toBeNull();
    expect((await read(reference, recipient, testSecrets())).snapshot.subject).toBeNull();
    const { rows } = await database.pools.owner.query('SELECT DISTINCT lookup FROM subject_case_reference');
    expect(rows).toHaveLength(2);
  });

  it('given again stands once', async () => {
    const again: Change = { type: 'case-reference-given', unit: recipient, reference, subject };
    const entries = [entry({ subject })];
    expect((await journal.commit(work(null, { entries, changes: [again] }))).outcome).toBe('durable');
    const other = await seedSubject(database.pools, cipher);
    const taken: Change = { ...again, subject: other };
    const refused = await journal.commit(work(null, { entries: [entry({ subject })], changes: [taken] }));
    expect(refused).toEqual({ outcome: 'conflict', what: 'unique' });
    expect((await rowsOf('subject_case_reference')).split('\n')).toHaveLength(2);
  });
});

describe('when a key is replaced', () => {
  // These keys do not name themselves in what they write, as the first ones of a gateway.
  const rows = (use: string): KeyRows => {
    const current = () => '0000000000000000';
    const found = keyRows({ ledger: database.pools.owner, vault: database.pools.vaultOwner }, use, {
      identifiers: { ...secrets, lookupKey: current() },
      subjects: { rewrap: (wrapped) => wrapped },
      users: secrets,
      current,
    });
    if (found === null) throw new Error(`nothing is stored under ${use}`);
    return found;
  };

  it('every text is found and can be read after it was written anew', async () => {
    expect(await rows('data').remaining()).toBe(6);
    const before = await rowsOf('fact');
    expect(await rows('data').rewrite(10)).toBe(6);
    expect(await rowsOf('fact')).not.toBe(before);
    const dispute = await createFacts(database.pools.serve, secrets).dispute(fact);
    expect(dispute?.ground).toBe(said);
    expect(await createMessages(database.pools.serve, secrets).of(asked)).toMatchObject([{ said: { text: said } }]);
  });

  it('every case reference is hashed anew, and then none is left', async () => {
    expect(await rows('lookup').remaining()).toBe(2);
    expect(await rows('lookup').rewrite(10)).toBe(2);
    expect(await rows('lookup').remaining()).toBe(0);
  });
});
