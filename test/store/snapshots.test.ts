import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SubjectId } from '../../src/core/brand.ts';
import type { Snapshots, SubjectLocator } from '../../src/core/disclosure/ports.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { giveCaseReference } from '../../src/store/case-reference.ts';
import { createSnapshots } from '../../src/store/snapshots.ts';
import { createSubjects } from '../../src/store/subjects.ts';
import { type FreshDatabase, freshDatabase } from '../world/database.ts';
import { at, seedConsent, seedFact, seedUnits, unit } from './seed.ts';
import { testSecrets } from './test-secrets.ts';

const secrets = testSecrets();
let database: FreshDatabase;
let snapshots: Snapshots;
let person: SubjectId;
let pseudonym: string;
const facts: Record<'plain' | 'source' | 'recipient' | 'third', string> = {
  plain: '',
  source: '',
  recipient: '',
  third: '',
};
let consent: string;

beforeAll(async () => {
  database = await freshDatabase();
  const { owner, serve } = database.pools;
  await seedUnits(owner, 'source', 'recipient', 'third');
  const subjects = createSubjects({
    pool: serve,
    vault: database.pools.vault,
    secrets,
    cipher: secrets,
    clock: { now: () => at },
    entropy: { id: () => v7() },
  });
  person = await subjects.ensure({ type: 'bsn', value: '900000001' });
  const lookup = secrets.lookup('skn', '1234567');
  const ciphertext = secrets.encrypt('1234567', `subject-identifier:skn:${person}`);
  await owner.query(`INSERT INTO subject_identifier VALUES ('skn', $1, $2, $3)`, [lookup, person, ciphertext]);
  pseudonym = await subjects.pseudonym(unit('recipient'), person);
  const reference = giveCaseReference({ unit: unit('recipient'), reference: 'ZAAK-1', subject: person }, secrets);
  await owner.query(reference.text, [...reference.values]);
  facts.plain = await seedFact(owner, { subject: person, unit: null, by: 'source', type: 'detention' });
  facts.source = await seedFact(owner, { subject: person, unit: 'source', by: 'source' });
  facts.recipient = await seedFact(owner, { subject: person, unit: 'recipient', by: 'source' });
  facts.third = await seedFact(owner, { subject: person, unit: 'third', by: 'third' });
  consent = await seedConsent(owner, { subject: person, source: 'source', recipient: 'recipient' });
  await seedConsent(owner, { subject: person, source: 'recipient', recipient: 'source' });
  await seedConsent(owner, { subject: null, source: 'source', recipient: 'recipient' });
  const other = await subjects.ensure({ type: 'bsn', value: '900000013' });
  await seedFact(owner, { subject: other, unit: 'source', by: 'source' });
  await owner.query(`INSERT INTO idempotency VALUES ('recipient', 'key-1', 'sha256:d', 'request', $1, $2)`, [v7(), at]);
  snapshots = createSnapshots(serve, secrets);
});
afterAll(() => database.drop());

function read(subject: SubjectLocator, key: string | null = null) {
  const [source, recipient] = [unit('source'), unit('recipient')];
  const idempotency = key === null ? null : { unit: recipient, key };
  return snapshots.read({ subject, source, recipient, idempotency });
}
const by = (reference: SubjectReference, asker = 'recipient'): SubjectLocator => ({
  by: 'reference',
  reference,
  unit: unit(asker),
});

describe('a person', () => {
  it.each([
    ['citizen service number', () => by({ type: 'bsn', value: '900000001' })],
    ['criminal chain number', () => by({ type: 'skn', value: '1234567' })],
    ['own pseudonym', () => by({ type: 'pseudonym', value: pseudonym })],
    ['own case reference', () => by({ type: 'caseReference', value: 'ZAAK-1' })],
    ['id', (): SubjectLocator => ({ by: 'id', id: person })],
  ])('is found by %s, with all that is on record of it and between the two units', async (_, locator) => {
    const { snapshot, identifiers, claim } = await read(locator());
    expect(snapshot.subject).toEqual({ id: person, epoch: 1 });
    expect(snapshot.facts.map((fact) => fact.id).sort()).toEqual(Object.values(facts).sort());
    expect(snapshot.consents.map((found) => found.id)).toEqual([consent]);
    expect(identifiers).toEqual({ bsn: '900000001', skn: '1234567' });
    expect(claim).toBeNull();
  });

  it('comes with facts and consents in the form of the core', async () => {
    const { snapshot } = await read({ by: 'id', id: person });
    expect(snapshot.facts.find((fact) => fact.id === facts.plain)).toEqual({
      id: facts.plain,
      subject: person,
      type: 'detention',
      from: at,
      until: null,
      attestedBy: 'source',
      unit: null,
      reference: null,
      state: 'attested',
      attributes: { role: 'r' },
    });
    expect(snapshot.consents[0]).toEqual({
      id: consent,
      subject: person,
      source: 'source',
      recipient: 'recipient',
      purpose: 'p',
      categories: ['housing', 'identity'],
      kind: 'consent',
      state: 'requested',
      decidedBy: null,
      requestedBy: 'recipient',
      requestedAt: at,
      decidedAt: null,
      validUntil: '2027-11-21T10:00:00.000Z',
      noticeVersion: 3,
      language: 'nl',
    });
  });
});

describe('nobody', () => {
  it.each([
    ['an unknown number', () => by({ type: 'bsn', value: '900000025' })],
    ['a number of the other scheme', () => by({ type: 'skn', value: '900000001' })],
    ["another unit's pseudonym", () => by({ type: 'pseudonym', value: pseudonym }, 'third')],
    ["another unit's case reference", () => by({ type: 'caseReference', value: 'ZAAK-1' }, 'third')],
    ['an unknown id', (): SubjectLocator => ({ by: 'id', id: v7() as SubjectId })],
  ])('is found by %s', async (_, locator) => {
    expect(await read(locator())).toEqual({
      snapshot: { subject: null, facts: [], consents: [] },
      identifiers: {},
      claim: null,
    });
  });
});

it('finds an earlier claim on the key, of the same unit only, also for an unknown person', async () => {
  const nobody = by({ type: 'bsn', value: '900000025' });
  expect((await read(nobody, 'key-1')).claim).toMatchObject({ unit: 'recipient', key: 'key-1', claimedAt: at });
  expect((await read(nobody, 'key-2')).claim).toBeNull();
  const other = { subject: nobody, source: unit('source'), recipient: unit('recipient') };
  const reading = await snapshots.read({ ...other, idempotency: { unit: unit('third'), key: 'key-1' } });
  expect(reading.claim).toBeNull();
});

it('does not give out a number whose ciphertext was moved to another person', async () => {
  const { owner } = database.pools;
  const moved = v7();
  await owner.query('INSERT INTO subject (id, created_at) VALUES ($1, now())', [moved]);
  await owner.query(
    `INSERT INTO subject_identifier SELECT 'bsn', '\\x01', $1, ciphertext FROM subject_identifier LIMIT 1`,
    [moved],
  );
  await expect(read({ by: 'id', id: moved as SubjectId })).rejects.toThrow();
});

it('reads many questions at once, each about its own person, key and units, and answers whoever asks badly alone', async () => {
  const known = by({ type: 'bsn', value: '900000001' });
  const nobody = by({ type: 'bsn', value: '900000025' });
  const broken = by({ type: 'pseudonym', value: 'no uuid' });
  const others = { subject: known, source: unit('recipient'), recipient: unit('source'), idempotency: null };
  const [first, second, keyed, turned, refused, mine] = await Promise.allSettled([
    read(known),
    read(nobody),
    read(nobody, 'key-1'),
    snapshots.read(others),
    read(broken),
    read(by({ type: 'pseudonym', value: pseudonym })),
  ]);
  const found = (each: typeof first) => (each?.status === 'fulfilled' ? each.value : null);
  expect(found(first)?.snapshot.subject?.id).toBe(person);
  expect(found(first)?.claim).toBeNull();
  expect(found(second)?.snapshot.subject).toBeNull();
  expect(found(keyed)?.claim?.key).toBe('key-1');
  expect(found(keyed)?.snapshot.subject).toBeNull();
  expect(found(turned)?.snapshot.consents.map((each) => each.id)).not.toEqual([consent]);
  expect(refused.status).toBe('rejected');
  expect(found(mine)?.snapshot.subject?.id).toBe(person);
});
