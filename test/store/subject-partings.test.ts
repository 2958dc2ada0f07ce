import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SubjectChangeId, SubjectId } from '../../src/core/brand.ts';
import { partingFile, partPeople } from '../../src/core/subject/part-people.ts';
import { takeBackJoining } from '../../src/core/subject/take-back-joining.ts';
import { sealedUnder } from '../../src/store/subject-changes.ts';
import { asked, done, type PeopleWorld, peopleWorld, unit } from '../world/people-world.ts';
import { planAnswer } from '../world/personas.ts';

let world: PeopleWorld;
beforeAll(async () => {
  world = await peopleWorld();
  world.answer = async () => planAnswer;
});
afterAll(() => world.close());

const correct: PeopleWorld['correct'] = (...of) => world.correct(...of);
const join: PeopleWorld['join'] = (...of) => world.join(...of);
const found: PeopleWorld['found'] = (...of) => world.found(...of);
const told: PeopleWorld['told'] = (...of) => world.told(...of);
const consentOf: PeopleWorld['consentOf'] = (who) => world.consentOf(who);

describe('a joining that is taken back', () => {
  it('puts everything where it was, the number that was withdrawn included', async () => {
    const [goes, stays] = [await world.person('detained'), await world.person('notified', 'WH-2026-7101')];
    const [from, to] = [await found(goes), await found(stays)];
    await consentOf(stays);
    for (const by of ['gemeente', 'reclassering', 'pi']) {
      await world.ports.subjects.pseudonym(unit(by), to);
      await world.ports.subjects.pseudonym(unit(by), from);
    }
    done(await correct(goes, '2345671', false, 'skn'));
    const before = await world.everything();
    const { id } = done(await join(goes, stays));
    expect(await world.everything()).not.toEqual(before);
    const undone = done(await takeBackJoining(world.subjectPorts, id, asked, false));
    const { subject_pseudonym: _, ...after } = await world.everything();
    const { subject_pseudonym: __, ...was } = before;
    expect(after).toEqual(was);
    expect((await world.everything()).subject_pseudonym).toEqual(before.subject_pseudonym);
    expect(await world.idOf(goes)).toBe(from);
    expect(await world.idOf({ type: 'skn', value: '2345671' })).toBe(from);
    const view = await told('gemeente', undone.id);
    expect(view?.before.length).toBe(1);
    expect(new Set(view?.after).size).toBe(2);
    expect(await takeBackJoining(world.subjectPorts, id, asked, false)).toEqual({
      ok: false,
      refusal: { kind: 'taken-back-already' },
    });
  });

  it('leaves what came since with the record that stayed', async () => {
    const [goes, stays] = [await world.person('detained'), await world.person('notified')];
    const to = await found(stays);
    const { id } = done(await join(goes, stays));
    await consentOf(stays);
    done(await takeBackJoining(world.subjectPorts, id, asked, false));
    expect(await world.rows('SELECT 1 FROM consent WHERE subject_id = $1', [to])).toHaveLength(1);
  });

  it('is refused once its record went up in a third, until that is taken back', async () => {
    const [one, two, three] = [
      await world.person('detained'),
      await world.person('notified'),
      await world.person('notified'),
    ];
    const first = done(await join(one, two));
    const second = done(await join(two, three));
    const ids = await sealedUnder(world.pools.serve, await found(three));
    expect(ids).toHaveLength(3);
    const takeBack = (id: SubjectChangeId) => takeBackJoining(world.subjectPorts, id, asked, false);
    expect(await takeBack(first.id)).toEqual({ ok: false, refusal: { kind: 'joined-since' } });
    done(await takeBack(second.id));
    done(await takeBack(first.id));
    const all = await Promise.all([one, two, three].map((each) => found(each)));
    expect(new Set(all).size).toBe(3);
    expect((await world.ports.facts.of(await found(one))).length).toBe(5);
  });

  it('is refused where the number is somebody else’s by now, or there was no such joining', async () => {
    const [goes, stays] = [await world.person('detained'), await world.person('notified')];
    const { id } = done(await join(goes, stays));
    await world.ports.subjects.ensure(goes);
    const takeBack = (which: string) => takeBackJoining(world.subjectPorts, which as SubjectChangeId, asked, false);
    expect(await takeBack(id)).toEqual({ ok: false, refusal: { kind: 'number-taken', scheme: 'bsn' } });
    expect(await takeBack(world.ports.entropy.id())).toEqual({ ok: false, refusal: { kind: 'no-such-joining' } });
  });
});

describe('one record of two people', () => {
  it('gives the new one exactly what is named, with its own key, and tells each unit what is its to know', async () => {
    const person = await world.person('detained', undefined);
    const id = await found(person);
    const mine = await world.ports.subjects.pseudonym(unit('gemeente'), id);
    await world.ports.subjects.pseudonym(unit('politie'), id);
    const facts = await world.ports.facts.of(id);
    const going = facts.filter((fact) => fact.unit === 'gemeente').map((fact) => fact.id);
    const parting = partingFile.parse({ facts: going });
    const outcome = done(await partPeople(world.subjectPorts, world.named(person), parting, asked, false));
    const [row] = await world.rows('SELECT other_id FROM subject_change WHERE id = $1', [outcome.id]);
    const other = row?.other_id as SubjectId;
    expect((await world.ports.facts.of(other)).map((fact) => fact.id)).toEqual(going);
    expect((await world.ports.facts.of(id)).length).toBe(facts.length - going.length);
    expect(await world.inVault('SELECT 1 FROM vault.subject_key WHERE subject_id = $1', [other])).toHaveLength(1);
    expect(await world.idOf(person)).toBe(id);
    const view = await told('gemeente', outcome.id);
    expect(view).toMatchObject({ kind: 'split', before: [mine] });
    expect(view?.after[0]).toBe(mine);
    expect(view?.after).toHaveLength(2);
    expect(await world.idOf({ type: 'pseudonym', value: view?.after[1] ?? '' }, 'gemeente')).toBe(other);
    // The police knows the record, and nothing of who came out of it.
    expect((await told('politie', outcome.id))?.after).toHaveLength(1);
  });

  it('lets a number, a pseudonym and a case reference go along, and gives the unit another for who stays', async () => {
    const person = await world.person('notified', 'WH-2026-7201');
    const id = await found(person);
    const mine = await world.ports.subjects.pseudonym(unit('corporatie'), id);
    const parting = partingFile.parse({
      pseudonyms: [mine],
      numbers: ['bsn'],
      caseReferences: [{ unit: 'reclassering', reference: 'WH-2026-7201' }],
    });
    done(await partPeople(world.subjectPorts, world.named(person), parting, asked, false));
    const other = await found(person);
    expect(other).not.toBe(id);
    expect(await world.idOf({ type: 'pseudonym', value: mine }, 'corporatie')).toBe(other);
    expect(await world.idOf({ type: 'caseReference', value: 'WH-2026-7201' }, 'reclassering')).toBe(other);
    expect(await world.ports.subjects.pseudonym(unit('corporatie'), other)).toBe(mine);
    const fresh = await world.ports.subjects.pseudonym(unit('corporatie'), id);
    expect(fresh).not.toBe(mine);
    expect(await world.idOf({ type: 'pseudonym', value: fresh }, 'corporatie')).toBe(id);
  });

  it('is refused where the file names nothing, or something of somebody else; and makes nobody known', async () => {
    const [person, other] = [await world.person('detained'), await world.person('notified')];
    const [foreign] = await world.ports.facts.of(await found(other));
    const before = await world.everything();
    const split = (parting: unknown) =>
      partPeople(world.subjectPorts, world.named(person), partingFile.parse(parting), asked, false);
    expect(await split({})).toEqual({ ok: false, refusal: { kind: 'nothing-named' } });
    expect(await split({ facts: [foreign?.id] })).toEqual({
      ok: false,
      refusal: { kind: 'not-theirs', rows: [foreign?.id] },
    });
    expect(partingFile.safeParse({ fact: [] }).success).toBe(false);
    expect(await world.everything()).toEqual(before);
  });
});
