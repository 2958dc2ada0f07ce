import { compactDecrypt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntryId, FactId, PurposeId, RequestId, UnitId } from '../../src/core/brand.ts';
import { approve } from '../../src/core/disclosure/approve.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { collect } from '../../src/core/disclosure/collect.ts';
import { confirmCollection } from '../../src/core/disclosure/confirm-collection.ts';
import { declineOffer } from '../../src/core/disclosure/decline-offer.ts';
import { offer } from '../../src/core/disclosure/offer.ts';
import type { Offer } from '../../src/core/disclosure/offer-operations.ts';
import { wakeRequests } from '../../src/core/disclosure/wake.ts';
import { attestFact } from '../../src/core/fact/attest-fact.ts';
import { endFact } from '../../src/core/fact/end-fact.ts';
import { entryKinds } from '../../src/core/ledger/entry.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { joseSealer } from '../../src/crypto/seal.ts';
import { isOfNoOffer } from '../../src/store/never-offered.ts';
import { StoredEntries } from '../../src/store/pages/entries.ts';
import { purge } from '../../src/store/purge.ts';
import { encryptionPair } from '../world/encryption-keys.ts';
import { at } from '../world/memory-world.ts';
import { agent, probationOfficer } from '../world/offer-world.ts';
import { planRequest, units } from '../world/personas.ts';
import { type PostgresWorld, postgresWorld } from '../world/postgres-ports.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { someUser } from '../world/some-user.ts';

const set = shippedSet();
const pair = encryptionPair();
const told = { 'policeContacts.incidents': ['aangehouden op 20 november'] };

let world: PostgresWorld;
let person: SubjectReference;
/** That probation supervises this person. */
let supervises: FactId;
beforeAll(async () => {
  const encryptionKeys = [{ jwk: pair.jwk, proof: null }];
  const known = units.map((unit) => (unit.id === 'reclassering' ? { ...unit, encryptionKeys } : unit));
  world = await postgresWorld(set, known);
  Object.assign(world.ports, { sealer: joseSealer() });
});
afterAll(() => world.close());
beforeEach(async () => {
  person = world.newPerson();
  await attested({ type: 'supervision' });
  supervises = await attested({
    ...{ type: 'involvement', unit: 'reclassering', attributes: { role: 'supervising-probation' } },
  });
});

async function attested(fact: { type: string; unit?: string; attributes?: Record<string, string> }): Promise<FactId> {
  const outcome = await attestFact(world.ports, world.call('pi'), {
    ...{ subject: person, from: at('2026-01-02T08:00:00.000Z'), until: null, reference: null, caseReference: null },
    ...{ unit: null, attributes: {}, ...fact },
  });
  if (outcome.kind !== 'attested') throw new Error(`fact not attested: ${JSON.stringify(outcome)}`);
  return outcome.fact.id;
}

const offering = (changes: Partial<Offer> = {}, call = world.call('politie'), ports = world.ports) =>
  offer(ports, call, {
    purpose: 'supervision' as PurposeId,
    recipient: 'reclassering' as UnitId,
    subject: person,
    data: told,
    addressee: null,
    justification: 'aangehouden tijdens het toezicht',
    caseReference: 'PO-2026-77',
    by: agent,
    ...changes,
  });

async function offered(): Promise<RequestId> {
  const outcome = await offering();
  if (outcome.kind !== 'offered') throw new Error(outcome.kind);
  return outcome.request.id;
}

const taking = (id: RequestId) => collect(world.ports, world.call('reclassering'), id, probationOfficer);
const declining = (id: RequestId) =>
  declineOffer(world.ports, world.call('reclassering'), id, { by: probationOfficer, ground: 'niet nodig' });

async function rows(sql: string, id: RequestId): Promise<readonly Record<string, unknown>[]> {
  return (await world.pools.owner.query<Record<string, unknown>>(sql, [id])).rows;
}

const answers = async (id: RequestId) => (await rows('SELECT 1 FROM answer WHERE request_id = $1', id)).length;
const stateOf = async (id: RequestId) => (await rows('SELECT state FROM request WHERE id = $1', id))[0]?.state;

async function events(id: RequestId): Promise<readonly string[]> {
  const found = await rows(
    `SELECT unit_id, type FROM event WHERE dataref = '/v1/requests/' || $1::text ORDER BY id`,
    id,
  );
  return found.map(({ unit_id: unit, type }) => `${unit} ${String(type).replace('nl.sluis.request.', '')}`);
}

describe('an offer on record', () => {
  it('waits sealed, is opened by its recipient alone, and goes when that is confirmed', async () => {
    const id = await offered();
    const [request] = await rows('SELECT direction, state, subject_id, approvals FROM request WHERE id = $1', id);
    expect(request).toMatchObject({ direction: 'push', state: 'answered', approvals: [{ role: 'policeOfficer' }] });
    const kept = await rows(
      'SELECT t::text AS row FROM answer t WHERE request_id = $1 UNION ALL SELECT t::text FROM request t WHERE id = $1',
      id,
    );
    expect(kept).toHaveLength(2);
    expect(JSON.stringify(kept)).not.toMatch(/aangehouden|november/);
    const outcome = await taking(id);
    if (outcome.kind !== 'handed-over') throw new Error(outcome.kind);
    const opened = await compactDecrypt(outcome.parts[0]?.sealed ?? '', pair.privateKey);
    expect(JSON.parse(Buffer.from(opened.plaintext).toString('utf8'))).toEqual(told);
    expect(outcome.parts).toHaveLength(1);
    const confirmed = await confirmCollection(world.ports, world.call('reclassering'), id, probationOfficer);
    expect(confirmed).toMatchObject({ kind: 'recorded', request: { state: 'collected' } });
    expect(await answers(id)).toBe(0);
    expect(await world.entriesOf(id)).toEqual([
      ...['permit', 'source-offered', 'permit', 'offer-accepted', 'disclosure', 'collection-confirmed'],
    ]);
    expect(await events(id)).toEqual(['reclassering offered', 'politie delivered', 'politie collected']);
  });

  it('goes with a decline, by the trigger, in the same transaction', async () => {
    const id = await offered();
    expect(await answers(id)).toBe(1);
    const client = await world.pools.serve.connect();
    try {
      await client.query('BEGIN');
      const move = `UPDATE request SET state = 'declined', entry_id = gen_random_uuid() WHERE id = $1`;
      expect((await client.query(move, [id])).rowCount).toBe(1);
      expect((await client.query('SELECT 1 FROM answer WHERE request_id = $1', [id])).rows).toEqual([]);
      await client.query('ROLLBACK');
    } finally {
      client.release();
    }
    expect(await answers(id)).toBe(1);
    expect(await declining(id)).toMatchObject({ kind: 'recorded', request: { state: 'declined' } });
    expect([await stateOf(id), await answers(id)]).toEqual(['declined', 0]);
    expect(await events(id)).toEqual(['reclassering offered', 'politie declined']);
    expect(await taking(id)).toMatchObject({ kind: 'wrong-state' });
  });

  it('is stopped where the recipient is not involved any more, and what waited is gone', async () => {
    const id = await offered();
    const ended = await endFact(world.ports, world.call('pi'), supervises, world.ports.clock.now());
    expect(ended.kind).toBe('ended');
    await wakeRequests(world.ports);
    expect([await stateOf(id), await answers(id)]).toEqual(['withdrawn', 0]);
    expect(await events(id)).toEqual(['reclassering offered', 'politie stopped', 'reclassering ended']);
    expect(await taking(id)).toMatchObject({ kind: 'refused' });
    expect((await world.entriesOf(id)).filter((kind) => kind === 'disclosure')).toEqual([]);
  });

  it('goes by itself a quarter of an hour after it was accepted, and not before', async () => {
    const id = await offered();
    const sweep = (minutes: number) =>
      purge(world.pools.eraser, set.retentionPeriods, world.ports.clock.ago(-minutes * 60_000));
    await sweep(60);
    expect(await answers(id)).toBe(1);
    await taking(id);
    await sweep(14);
    expect(await answers(id)).toBe(1);
    await sweep(16);
    expect(await answers(id)).toBe(0);
  });

  it('that is refused leaves a request that nobody waits for, and nothing of what was offered', async () => {
    const outcome = await offering({ subject: world.newPerson() });
    if (outcome.kind !== 'refused') throw new Error(outcome.kind);
    const { id } = outcome.request;
    expect([await stateOf(id), await answers(id), await events(id)]).toEqual(['refused', 0, []]);
    expect(await world.entriesOf(id)).toEqual(['refusal']);
  });

  it('that is refused is in no list of its recipient, and in that of its source, whatever became of the request', async () => {
    const refused = await offering({ data: { 'medical.diagnosis': ['astma'] } });
    if (refused.kind !== 'refused') throw new Error(refused.kind);
    const { id, entry } = refused.request;
    const entries = new StoredEntries(world.pools.serve);
    const rest = { kinds: entryKinds, from: null, until: null, purpose: null, source: null, recipient: null };
    const listed = async (party: string | null) =>
      (await entries.page({ ...rest, party: party as UnitId | null, id: entry }, null, 10)).length;
    const everywhere = async () => [await listed('politie'), await listed('reclassering'), await listed(null)];
    expect(await everywhere()).toEqual([1, 0, 1]);
    expect(await entries.find(entry)).toMatchObject({ neverOffered: true });
    expect(await isOfNoOffer(world.pools.serve, entry)).toBe(true);
    await rows('DELETE FROM request WHERE id = $1', id);
    expect(await everywhere()).toEqual([1, 0, 1]);
    expect(await isOfNoOffer(world.pools.serve, entry)).toBe(true);
  });

  it('that was made is known to both, and so is a question that was refused', async () => {
    const made = await offered();
    const asked = await ask(world.ports, world.call('reclassering'), { ...planRequest(), subject: world.newPerson() });
    if (asked.kind !== 'refused') throw new Error(asked.kind);
    const known = await world.pools.owner.query<{ id: EntryId; kind: string }>(
      'SELECT id, kind FROM ledger_entry WHERE request_id = ANY ($1::uuid[]) ORDER BY kind',
      [[made, asked.request.id]],
    );
    expect(known.rows.map(({ kind }) => kind)).toEqual(['permit', 'refusal', 'source-offered']);
    // What of it might not be offered stands in the permit by which it was.
    for (const { id, kind } of known.rows)
      expect([kind, await isOfNoOffer(world.pools.serve, id)]).toEqual([kind, kind === 'permit']);
  });
});

describe('an offer of which not all is permitted', () => {
  it.each(['is taken', 'is stopped'])(
    'names what its source may not give to its source alone, also once it %s',
    async (how) => {
      const outcome = await offering({ data: { ...told, 'medical.diagnosis': ['astma'] } });
      if (outcome.kind !== 'offered') throw new Error(outcome.kind);
      const { id, decision } = outcome.request;
      expect(decision.refused.map(({ field }) => field)).toEqual(['medical.diagnosis']);
      if (how === 'is stopped') await endFact(world.ports, world.call('pi'), supervises, world.ports.clock.now());
      expect(await taking(id)).toMatchObject({ request: { fields: Object.keys(told) } });
      const text = 'SELECT id, kind, leaf FROM ledger_entry WHERE request_id = $1 ORDER BY time, sequence';
      const found = (await rows(text, id)) as readonly { id: EntryId; kind: string; leaf: string }[];
      expect(found.filter(({ leaf }) => leaf.includes('medical.diagnosis'))).toEqual(found.slice(0, 1));
      const hidden = await Promise.all(found.map((entry) => isOfNoOffer(world.pools.serve, entry.id)));
      expect(hidden).toEqual(found.map((_, place) => place === 0));
    },
  );
});

describe('what two people must agree on', () => {
  const colleague = someUser('a8', 'policeOfficer', 'T. Postma');
  const known = async (id: RequestId) => {
    const found = await world.pools.owner.query<{ id: EntryId; kind: string }>(
      'SELECT id, kind FROM ledger_entry WHERE request_id = $1 ORDER BY time, kind',
      [id],
    );
    const answers = found.rows.map(async (entry) => [entry.kind, !(await isOfNoOffer(world.pools.serve, entry.id))]);
    return Object.fromEntries(await Promise.all(answers));
  };
  const waiting = async (): Promise<RequestId> => {
    await attested({ type: 'involvement', unit: 'politie', attributes: { role: 'responsible-police' } });
    await attested({ type: 'risk-established', attributes: { risk: 'serious-violence' } });
    const purpose = 'serious-violence-risk' as PurposeId;
    const outcome = await offering({ purpose, data: { 'riskAssessment.assessment': 'bedreigt zijn ex-partner' } });
    if (outcome.kind !== 'offered') throw new Error(outcome.kind);
    return outcome.request.id;
  };
  const decide = (id: RequestId, decision: 'approved' | 'declined') =>
    approve(world.ports, world.call('politie'), id, { decision, ground: 'te vroeg', approver: colleague });

  it('waits sealed, and stands in no list of its recipient before the second agreed', async () => {
    const id = await waiting();
    expect([await stateOf(id), await answers(id)]).toEqual(['awaiting-approval', 1]);
    expect(await known(id)).toEqual({ permit: false, 'source-offered': false });
    expect(await decide(id, 'approved')).toMatchObject({ kind: 'recorded' });
    expect([await stateOf(id), await answers(id)]).toEqual(['answered', 1]);
    expect(await known(id)).toEqual({ permit: false, 'source-offered': true, approval: true });
  });

  it('is gone where the second says no, and stands in no list of its recipient, also once it is forgotten', async () => {
    const id = await waiting();
    expect(await decide(id, 'declined')).toMatchObject({ kind: 'recorded' });
    expect([await stateOf(id), await answers(id)]).toEqual(['declined', 0]);
    const never = { permit: false, 'source-offered': false, 'approval-declined': false };
    expect(await known(id)).toEqual(never);
    await rows('DELETE FROM request WHERE id = $1', id);
    expect(await known(id)).toEqual(never);
  });
});

describe('two gateways', () => {
  it('that are given the same offer at the same moment keep one', async () => {
    const other = { ...(await world.anotherGateway()), sealer: world.ports.sealer };
    for (let turn = 0; turn < 5; turn++) {
      const key = world.ports.entropy.id();
      const outcomes = await Promise.all([
        offering({}, world.call('politie', key)),
        offering({}, world.call('politie', key), other),
      ]);
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['offered', 'replayed']);
      const ids = outcomes.flatMap((outcome) => ('request' in outcome ? [outcome.request.id] : []));
      expect(new Set(ids).size).toBe(1);
    }
  });

  it('of which one accepts what the other declines do one of the two', async () => {
    const other = await world.anotherGateway();
    for (let turn = 0; turn < 5; turn++) {
      const id = await offered();
      const refusal = { by: probationOfficer, ground: 'niet nodig' };
      const [taken, declined] = await Promise.all([
        taking(id),
        declineOffer(other, world.call('reclassering'), id, refusal),
      ]);
      const isTaken = taken.kind === 'handed-over';
      expect(declined.kind).toBe(isTaken ? 'wrong-state' : 'recorded');
      expect([await stateOf(id), await answers(id)]).toEqual(isTaken ? ['delivered', 1] : ['declined', 0]);
      const disclosures = (await world.entriesOf(id)).filter((kind) => kind === 'disclosure');
      expect(disclosures).toHaveLength(isTaken ? 1 : 0);
    }
  });
});
