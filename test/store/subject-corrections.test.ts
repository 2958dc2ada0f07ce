import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instant } from '../../src/core/brand.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { issueLoginCode, StoredLogins } from '../../src/store/pages/logins.ts';
import { asked, done, type PeopleWorld, peopleWorld, unit } from '../world/people-world.ts';
import { planAnswer, planRequest } from '../world/personas.ts';

let world: PeopleWorld;
beforeAll(async () => {
  world = await peopleWorld();
  world.answer = async () => planAnswer;
});
afterAll(() => world.close());

const correct: PeopleWorld['correct'] = (...of) => world.correct(...of);
const join: PeopleWorld['join'] = (...of) => world.join(...of);
const found: PeopleWorld['found'] = (...of) => world.found(...of);
const epochOf: PeopleWorld['epochOf'] = (id) => world.epochOf(id);
const told: PeopleWorld['told'] = (...of) => world.told(...of);
const waiting: PeopleWorld['waiting'] = (who) => world.waiting(who);
const stateOf: PeopleWorld['stateOf'] = (request) => world.stateOf(request);
const newNumber = () => world.newPerson().value;

describe('a number that is put right', () => {
  it('finds the person, and the wrong one finds nobody any more', async () => {
    const wrong = await world.person('detained');
    const [id, right] = [await found(wrong), newNumber()];
    const before = await epochOf(id);
    done(await correct(wrong, right));
    expect(await world.idOf(wrong)).toBeNull();
    expect(await world.idOf({ type: 'bsn', value: right })).toBe(id);
    expect(await epochOf(id)).toBe(before + 1);
    const reading = await world.ports.snapshots.read({
      subject: { by: 'id', id },
      source: unit('pi'),
      recipient: unit('gemeente'),
      idempotency: null,
    });
    expect(reading.identifiers).toEqual({ bsn: right });
  });

  it('is added where there was none', async () => {
    const person = await world.person('detained');
    done(await correct(person, '1234567', false, 'skn'));
    expect(await world.idOf({ type: 'skn', value: '1234567' })).toBe(await world.idOf(person));
  });

  it('stands in the ledger as commitments, and who asked for it, why and what it was only in the openings', async () => {
    const wrong = await world.person('detained');
    const right = newNumber();
    const { id } = done(await correct(wrong, right));
    const [row] = await world.rows('SELECT entry_id FROM subject_change WHERE id = $1', [id]);
    const receipt = await world.subjectPorts.journal.receipt(row?.entry_id as never);
    const openings = Object.fromEntries(receipt?.openings.map(({ name, value }) => [name, value]) ?? []);
    expect(openings).toMatchObject({
      requestedBy: asked.by,
      ground: asked.ground,
      numberBefore: wrong.value,
      numberAfter: right,
    });
    for (const secret of [wrong.value, right, asked.by, asked.ground]) expect(receipt?.leaf).not.toContain(secret);
    const entries = await world.rows('SELECT kind, leaf FROM ledger_entry WHERE id = $1', [row?.entry_id]);
    expect(entries).toMatchObject([{ kind: 'subject-identifier-corrected' }]);
  });

  it('is refused where it is somebody else’s, the same, or of nobody; and nothing is written', async () => {
    const [one, other] = [await world.person('detained'), await world.person('notified')];
    const before = await world.everything();
    expect(await correct(one, other.value)).toEqual({ ok: false, refusal: { kind: 'number-taken', scheme: 'bsn' } });
    expect(await correct(one, one.value)).toEqual({ ok: false, refusal: { kind: 'same-number' } });
    const stranger = { type: 'bsn', value: newNumber() } as const;
    expect(await correct(stranger, newNumber())).toMatchObject({ ok: false, refusal: { kind: 'unknown-person' } });
    expect(await correct(one, newNumber(), true)).toMatchObject({ ok: true, value: { id: null } });
    expect(await world.everything()).toEqual(before);
  });

  it('stops what is not delivered, and ends sessions and codes of the person alone', async () => {
    const [person, other] = [await world.person('detained'), await world.person('detained')];
    const [request, others] = [await waiting(person), await waiting(other)];
    const logins = new StoredLogins(world.pools.serve);
    const now = world.ports.clock.now();
    const later = new Date(Date.now() + 3_600_000).toISOString() as Instant;
    const open = async (who: SubjectReference) => {
      const code = await issueLoginCode(world.pools.serve, { subject: await found(who) }, later);
      return { code, secret: (await logins.open(code, now, later))?.secret ?? '' };
    };
    const [own, foreign] = [await open(person), await open(other)];
    const outcome = done(await correct(person, newNumber()));
    expect(outcome.stops).toBe(1);
    expect([await stateOf(request), await stateOf(others)]).toEqual(['withdrawn', 'awaiting-approval']);
    expect(await logins.read(own.secret, now)).toBeNull();
    expect(await logins.open(own.code, now, later)).toBeNull();
    expect(await logins.read(foreign.secret, now)).not.toBeNull();
  });

  it('is told to units that know the person and may hold the number, without the number', async () => {
    const person = await world.person('detained');
    const id = await found(person);
    const mine = await world.ports.subjects.pseudonym(unit('gemeente'), id);
    await world.ports.subjects.pseudonym(unit('corporatie'), id);
    const right = newNumber();
    const { id: change } = done(await correct(person, right));
    const view = await told('gemeente', change);
    expect(view).toMatchObject({ kind: 'identifier-corrected', before: [mine], after: [mine] });
    expect(JSON.stringify(view)).not.toContain(right);
    expect(await told('corporatie', change)).toBeNull();
    expect(await told('pi', change)).toBeNull();
    const events = await world.rows('SELECT unit_id, type FROM event WHERE dataref = $1', [
      `/v1/subject-changes/${change}`,
    ]);
    expect(events).toEqual([{ unit_id: 'gemeente', type: 'nl.sluis.subject.changed' }]);
  });
});

describe('a disclosure under way', () => {
  async function whileAsking(who: SubjectReference, change: () => Promise<unknown>) {
    world.answer = async () => {
      await change();
      return planAnswer;
    };
    try {
      return await ask(world.ports, world.call('gemeente'), planRequest({ subject: who }));
    } finally {
      world.answer = async () => planAnswer;
    }
  }
  const disclosures = () => world.count('disclosure');

  it('is delivered where nothing is changed', async () => {
    const person = await world.person('detained');
    expect(await whileAsking(person, async () => undefined)).toMatchObject({ kind: 'delivered' });
  });

  it('is stopped when the number is corrected: the source answered about another', async () => {
    const person = await world.person('detained');
    const before = await disclosures();
    const asking = whileAsking(person, async () => done(await correct(person, newNumber())));
    await expect(asking).rejects.toMatchObject({ code: 'basis-changed' });
    expect(await disclosures()).toBe(before);
  });

  it('is stopped when the person goes up in another, also where that one would be permitted', async () => {
    const [goes, stays] = [await world.person('detained'), await world.person('notified')];
    const before = await disclosures();
    const asking = whileAsking(goes, async () => done(await join(goes, stays)));
    await expect(asking).rejects.toMatchObject({ code: 'basis-changed' });
    expect(await disclosures()).toBe(before);
    expect(await ask(world.ports, world.call('gemeente'), planRequest({ subject: stays }))).toMatchObject({
      kind: 'delivered',
    });
  });

  it('is decided again when somebody is joined to the person: the same number, and all that is known by now', async () => {
    const [goes, stays] = [await world.person('notified'), await world.person('detained')];
    expect(await whileAsking(stays, async () => done(await join(goes, stays)))).toMatchObject({ kind: 'delivered' });
  });
});
