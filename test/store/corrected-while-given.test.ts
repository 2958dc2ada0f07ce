import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CorrectionId, RequestId } from '../../src/core/brand.ts';
import { confirmCorrection } from '../../src/core/correction/confirm-correction.ts';
import type { CorrectionKind } from '../../src/core/correction/correction.ts';
import { type CorrectionPorts, makeCorrection } from '../../src/core/correction/make-correction.ts';
import { tellSinceGiven } from '../../src/core/correction/tell-since-given.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { wakeRequests } from '../../src/core/disclosure/wake.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { forgotten } from '../../src/store/erasure/forget-person.ts';
import { inboxUnits } from '../world/inbox-units.ts';
import { inboxActs, planner } from '../world/inbox-world.ts';
import type { WorldPorts } from '../world/memory-world.ts';
import { detain, planAnswer, planRequest } from '../world/personas.ts';
import { type PostgresWorld, postgresWorld } from '../world/postgres-ports.ts';
import { shippedSet } from '../world/shipped-set.ts';

const fields = ['identity.surname'];

let world: PostgresWorld;
let other: WorldPorts;
let person: SubjectReference;
beforeAll(async () => {
  world = await postgresWorld(shippedSet(), inboxUnits());
  world.answer = async () => planAnswer;
  other = await world.anotherGateway();
});
afterAll(() => world.close());
beforeEach(async () => {
  person = world.newPerson();
  await detain(world.ports, () => world.call('pi'), person);
});

const acts = () => inboxActs(world.ports, (unit, key) => world.call(unit, key), person);

async function waiting(): Promise<RequestId> {
  const outcome = await ask(world.ports, world.call('gemeente'), planRequest({ subject: person }));
  if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
  return outcome.request.id;
}

async function answered(): Promise<RequestId> {
  const id = await waiting();
  expect(await acts().answer(id)).toMatchObject({ kind: 'recorded' });
  return id;
}

async function made(kind: CorrectionKind = 'rectified', ports: CorrectionPorts = world.ports): Promise<CorrectionId> {
  const words = { ground: 'verkeerd gespeld', corrects: null, rightsRequest: null, by: planner };
  const outcome = await makeCorrection(ports, world.call('pi'), { subject: person, kind, fields, ...words });
  if (outcome.kind !== 'made') throw new Error(outcome.kind);
  return outcome.id;
}

/** Made where this happens once while it is: after what was given was read, and before it is on record. */
function madeWhile(happens: () => Promise<unknown>): Promise<CorrectionId> {
  let readings = 0;
  const given: CorrectionPorts['corrections']['given'] = async (subject) => {
    const found = await world.ports.corrections.given(subject);
    readings += 1;
    if (readings === 1) await happens();
    return found;
  };
  return made('rectified', { ...world.ports, corrections: { ...world.ports.corrections, given } });
}

const noticesOf = async (id: CorrectionId) => (await world.ports.corrections.find(id))?.notices ?? [];
const toldOf = async (id: CorrectionId) =>
  (await world.pools.owner.query('SELECT unit_id, type FROM event WHERE dataref = $1', [`/v1/corrections/${id}`])).rows;
const waysOf = async (id: CorrectionId) =>
  (await world.pools.owner.query('SELECT under_way FROM correction WHERE id = $1', [id])).rows.flatMap(
    ({ under_way }) => under_way as string[],
  );
/** Two gateways look at the same moment. */
const look = () => Promise.all([tellSinceGiven(world.ports), tellSinceGiven(other)]);
const toldMade = { unit_id: 'gemeente', type: 'nl.sluis.correction.made' };

describe('a correction of what waits to be collected', () => {
  it('is told once it is collected, also of what people answered at the same moment, each once', async () => {
    const before = await answered();
    const meanwhile = await waiting();
    const id = await madeWhile(() => acts().answer(meanwhile));
    await look();
    expect([await noticesOf(id), await toldOf(id)]).toEqual([[], []]);
    expect((await waysOf(id)).sort()).toEqual([before, meanwhile].sort());
    expect(await acts().collect(before)).toMatchObject({ kind: 'handed-over' });
    expect((await look()).sort()).toEqual([0, 1]);
    expect(await noticesOf(id)).toMatchObject([{ recipient: 'gemeente', requests: [before], fields }]);
    expect(await acts().collect(meanwhile)).toMatchObject({ kind: 'handed-over' });
    expect((await look()).sort()).toEqual([0, 1]);
    expect(await noticesOf(id)).toMatchObject([{ recipient: 'gemeente', requests: [before, meanwhile], fields }]);
    expect([await toldOf(id), await waysOf(id)]).toEqual([[toldMade, toldMade], []]);
    expect(await look()).toEqual([0, 0]);
  });

  it('is asked anew of who confirmed what it had, with its time anew', async () => {
    const [first, late] = [await answered(), await answered()];
    await acts().collect(first);
    const id = await made();
    const confirm = () => confirmCorrection(world.ports, world.call('gemeente'), id, { how: 'corrected', by: planner });
    expect(await confirm()).toMatchObject({ kind: 'confirmed' });
    await acts().collect(late);
    await look();
    const [notice, ...more] = await noticesOf(id);
    expect(notice).toMatchObject({ requests: [first, late], confirmedAt: null, how: null, lookAt: expect.any(String) });
    expect(more).toEqual([]);
    expect(await confirm()).toMatchObject({ kind: 'confirmed' });
  });

  it('is confirmed by nobody for what they got after they read it', async () => {
    const [first, late] = [await answered(), await answered()];
    await acts().collect(first);
    const id = await made();
    const find: CorrectionPorts['corrections']['find'] = async (correction) => {
      const found = await world.ports.corrections.find(correction);
      if ((await acts().collect(late)).kind === 'handed-over') await look();
      return found;
    };
    const ports = { ...world.ports, corrections: { ...world.ports.corrections, find } };
    const said = { how: 'corrected', by: planner } as const;
    const confirm = (seen: readonly RequestId[]) =>
      confirmCorrection(ports, world.call('gemeente'), id, { ...said, seen });
    expect(await confirm([first])).toEqual({ kind: 'unseen' });
    expect(await noticesOf(id)).toMatchObject([{ requests: [first, late], confirmedAt: null }]);
    expect(await confirm([late, first])).toMatchObject({ kind: 'confirmed' });
  });

  it('says nothing of a restriction to whom nothing is given any more', async () => {
    const id = await answered();
    const correction = await made('restricted');
    expect(await waysOf(correction)).toEqual([id]);
    await wakeRequests(world.ports);
    expect((await acts().collect(id)).kind).not.toBe('handed-over');
    await look();
    expect([await noticesOf(correction), await toldOf(correction), await waysOf(correction)]).toEqual([[], [], []]);
  });

  it('goes with the person who is erased', async () => {
    const id = await answered();
    const correction = await made();
    const request = await world.ports.requests.find(id);
    const client = await world.pools.eraser.connect();
    try {
      await client.query('BEGIN');
      for (const { text } of forgotten) await client.query(text, [[request?.subject]]);
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    expect(await world.ports.corrections.find(correction)).toBeNull();
    expect(await look()).toEqual([0, 0]);
  });

  it('misses nobody and tells nobody twice, however it is collected and corrected by two gateways', async () => {
    const elsewhere = inboxActs(other, (unit, key) => world.call(unit, key), person);
    for (const kind of ['rectified', 'erased', 'rectified', 'restricted'] as const) {
      const ids = [await answered(), await answered()];
      const [correction, ...collected] = await Promise.all([
        made(kind),
        ...ids.map((id) => elsewhere.collect(id)),
        look(),
      ]);
      const handed = ids.filter((_, index) => (collected[index] as { kind: string }).kind === 'handed-over');
      await look();
      const reached = (await noticesOf(correction)).flatMap(({ requests }) => requests);
      expect(reached.filter((id) => ids.includes(id)).sort()).toEqual([...handed].sort());
      expect(new Set(reached).size).toBe(reached.length);
    }
  });
});
