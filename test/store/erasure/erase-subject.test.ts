import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { frame } from '../../../src/core/disclosure/entries.ts';
import { eraseSubject } from '../../../src/core/erasure/erase-subject.ts';
import { liftLegalHold } from '../../../src/core/erasure/legal-hold.ts';
import type { ErasureRecords } from '../../../src/core/erasure/ports.ts';
import { attestFact } from '../../../src/core/fact/attest-fact.ts';
import { type EntryDraft, entryKinds } from '../../../src/core/ledger/entry.ts';
import { lookAtPerson } from '../../../src/core/subject/look-at-person.ts';
import { forgotten } from '../../../src/store/erasure/forget-person.ts';
import { type ErasureWorld, erasureWorld } from '../../world/erasure-world.ts';
import { at } from '../../world/memory-world.ts';
import { asked } from '../../world/people-world.ts';
import { detain, planRequest } from '../../world/personas.ts';

let world: ErasureWorld;
beforeAll(async () => {
  world = await erasureWorld();
});
afterAll(() => world.close());

const jobs = () => world.rows('SELECT scope, subjects, done_at FROM erasure ORDER BY ordered_at');

describe('erasing somebody', () => {
  it('is refused before the statutory end, with the earliest date and the act, and nothing is written', async () => {
    const who = await world.disclosed();
    const before = await world.count('erasure');
    const outcome = await world.erase(who);
    expect(outcome).toMatchObject({ ok: false, refusal: { kind: 'kept-by-law' } });
    if (outcome.ok || outcome.refusal.kind !== 'kept-by-law') throw new Error('refused');
    const { earliest, kept } = outcome.refusal;
    expect(kept.map(({ kind }) => kind).sort()).toEqual(expect.arrayContaining(['disclosure', 'permit']));
    expect(kept.find(({ kind }) => kind === 'disclosure')?.law).toMatchObject({ act: 'Wjsg', article: '51c lid 4' });
    expect(Number(earliest?.slice(0, 4))).toBe(new Date().getUTCFullYear() + 4);
    expect(JSON.stringify(outcome)).not.toContain(who.value);
    expect(await world.count('erasure')).toBe(before);
  });

  it('says in numbers what would go, and changes nothing, when it is only tried', async () => {
    const who = await world.disclosed();
    world.later('P5Y');
    const before = await world.everything();
    const outcome = await world.erase(who, true);
    expect(outcome).toMatchObject({ ok: true, value: { id: null } });
    expect(outcome.ok && outcome.value.openings).toBeGreaterThan(3);
    expect(await world.everything()).toEqual(before);
    expect(await jobs()).toEqual([]);
  });

  it('destroys openings, key and rows, and leaves the entries and their digests', async () => {
    const who = await world.disclosed();
    const id = await world.found(who);
    await world.consentOf(who);
    const openings = await world.rows(
      'SELECT entry_id, name, sha256(ciphertext) AS digest FROM ledger_opening WHERE subject_id = $1 ORDER BY 1, 2',
      [id],
    );
    world.later('P5Y');
    const outcome = await world.erase(who);
    expect(outcome).toMatchObject({ ok: true, value: { openings: openings.length } });
    expect(await world.carryOut()).toBe(1);
    expect(await world.idOf(who)).toBeNull();
    expect(await world.keyOf(id)).toBe(0);
    const left = await world.rows(
      `SELECT entry_id, name, digest FROM ledger_opening WHERE (entry_id, name) IN
        (SELECT * FROM unnest($1::uuid[], $2::text[])) AND ciphertext IS NULL AND subject_id IS NULL ORDER BY 1, 2`,
      [openings.map((row) => row.entry_id), openings.map((row) => row.name)],
    );
    expect(left).toEqual(openings);
    expect(await jobs()).toMatchObject([{ scope: 'subject', subjects: [], done_at: expect.any(String) }]);
  });

  it('is on record without anything personal, and by whom and why as commitments', async () => {
    const [row] = await world.rows(`SELECT e.leaf FROM ledger_entry e JOIN erasure x ON x.entry_id = e.id LIMIT 1`);
    const leaf = JSON.parse(String(row?.leaf));
    expect(leaf).toMatchObject({ kind: 'erasure', body: { scope: 'subject' }, source: null, recipient: null });
    expect(Object.keys(leaf.commitments).sort()).toEqual(['by', 'ground']);
    expect(String(row?.leaf)).not.toContain(asked.by);
  });

  it('erases everybody whose record went up in theirs', async () => {
    const [goes, stays] = [await world.disclosed(), await world.disclosed()];
    const ids = [await world.found(goes), await world.found(stays)];
    expect(await world.join(goes, stays)).toMatchObject({ ok: true });
    world.later('P5Y');
    expect(await world.erase(stays)).toMatchObject({ ok: true });
    await world.carryOut();
    for (const id of ids) {
      expect(await world.keyOf(id)).toBe(0);
      expect(await world.rows('SELECT 1 FROM subject WHERE id = $1', [id])).toEqual([]);
      expect(await world.rows('SELECT 1 FROM ledger_opening WHERE subject_id = $1', [id])).toEqual([]);
    }
  });

  it('erases what partners said of them before the gateway knew them, and nothing that they said of others', async () => {
    const [who, other] = [world.newPerson(), world.newPerson()];
    for (const subject of [who, other]) {
      const outcome = await ask(world.ports, world.call('gemeente'), planRequest({ subject }));
      expect(outcome.kind).toBe('refused');
    }
    const openings = () =>
      world.rows(`SELECT o.entry_id, o.ciphertext IS NULL AS gone FROM ledger_opening o JOIN ledger_entry e ON e.id = o.entry_id
        WHERE e.kind = 'refusal' ORDER BY e.time, e.id, o.name`);
    const before = await openings();
    expect(before.every(({ gone }) => gone === false)).toBe(true);
    await detain(world.ports, () => world.call('pi'), who);
    world.later('P5Y');
    const outcome = await world.erase(who);
    const own = before.filter(({ entry_id }) => entry_id === before[0]?.entry_id);
    const [said] = await world.rows(`SELECT leaf::jsonb -> 'body' ->> 'openings' AS openings FROM ledger_entry
      WHERE kind = 'erasure' ORDER BY time DESC LIMIT 1`);
    expect(outcome).toMatchObject({ ok: true, value: { openings: Number(said?.openings) } });
    await world.carryOut();
    expect(await openings()).toEqual(before.map((row) => ({ ...row, gone: row.entry_id === before[0]?.entry_id })));
    expect(own.length).toBeGreaterThan(3);
  });

  it('is not stopped by an opening about nobody that is damaged, and names its entry', async () => {
    const [who, other] = [world.newPerson(), world.newPerson()];
    for (const subject of [who, other]) await ask(world.ports, world.call('gemeente'), planRequest({ subject }));
    const latest = await world.rows(`SELECT e.id FROM ledger_entry e JOIN ledger_opening o ON o.entry_id = e.id
      WHERE e.kind = 'refusal' AND o.name = 'reference' AND o.subject_id IS NULL ORDER BY e.time DESC, e.sequence DESC LIMIT 2`);
    const [ofOther, ofWho] = latest.map(({ id }) => String(id));
    await world.pools.owner.query(
      `UPDATE ledger_opening SET ciphertext = set_byte(ciphertext, 40, get_byte(ciphertext, 40) # 1)
        WHERE entry_id = $1 AND name = 'reference'`,
      [ofOther],
    );
    await detain(world.ports, () => world.call('pi'), who);
    world.later('P5Y');
    expect(await world.erase(who, true)).toMatchObject({ ok: true, value: { unreadable: [ofOther] } });
    expect(await world.erase(who)).toMatchObject({ ok: true, value: { unreadable: [ofOther] } });
    await world.carryOut();
    const left = async (entry?: string) =>
      (await world.rows('SELECT 1 FROM ledger_opening WHERE entry_id = $1 AND ciphertext IS NOT NULL', [entry])).length;
    expect([await left(ofWho), (await left(ofOther)) > 0]).toEqual([0, true]);
  });

  it('leaves nobody else touched', async () => {
    const [one, other] = [await world.disclosed(), await world.disclosed()];
    world.later('P5Y');
    const id = await world.found(other);
    const theirs = () =>
      Promise.all([
        world.rows('SELECT * FROM ledger_opening WHERE subject_id = $1 ORDER BY entry_id, name', [id]),
        world.rows('SELECT * FROM fact WHERE subject_id = $1 ORDER BY id', [id]),
        world.rows('SELECT * FROM request WHERE subject_id = $1 ORDER BY id', [id]),
      ]);
    const before = await theirs();
    expect(await world.erase(one)).toMatchObject({ ok: true });
    await world.carryOut();
    expect(await theirs()).toEqual(before);
    expect(await world.keyOf(id)).toBe(1);
  });
});

describe('what nobody may erase', () => {
  it('is under a legal hold, of the person or of whoever went up in them; lifted, it may', async () => {
    const [goes, stays] = [await world.disclosed(), await world.disclosed()];
    const hold = await world.hold(goes);
    world.later('P5Y');
    expect(await world.erase(goes)).toEqual({ ok: false, refusal: { kind: 'held', holds: [hold] } });
    expect(await world.join(goes, stays)).toMatchObject({ ok: true });
    expect(await world.erase(stays)).toEqual({ ok: false, refusal: { kind: 'held', holds: [hold] } });
    expect(await liftLegalHold(world.erasing, hold, asked)).toEqual({ ok: true, value: hold });
    expect(await liftLegalHold(world.erasing, hold, asked)).toMatchObject({ ok: false });
    expect(await world.erase(stays)).toMatchObject({ ok: true });
    await world.carryOut();
  });

  it('is of nobody', async () => {
    expect(await world.erase(world.newPerson())).toEqual({ ok: false, refusal: { kind: 'unknown-person' } });
  });

  it('is of a kind of which the policy set says nothing', async () => {
    const who = await world.person('notified');
    const { current } = world.erasing.policies;
    const silent = { ...world.erasing, policies: { current: () => ({ ...current(), entryRetention: new Map() }) } };
    expect(await eraseSubject(silent, world.named(who), asked, false)).toMatchObject({
      ok: false,
      refusal: { kind: 'kept-by-law', earliest: null },
    });
  });

  it('came under a hold between the reading and the writing: it is looked at again under lock', async () => {
    const who = await world.disclosed();
    world.later('P5Y');
    const { person } = world.erasing.records;
    let hold: string | null = null;
    const records: ErasureRecords = {
      ...world.erasing.records,
      async person(id) {
        const before = await person(id);
        if (hold !== null || before === null) return before;
        hold = await world.hold(who);
        // The epoch as it is by now, so that nothing but the look under lock is in the way.
        return { ...before, people: (await person(id))?.people ?? before.people };
      },
    };
    const outcome = await eraseSubject({ ...world.erasing, records }, world.named(who), asked, false);
    expect(outcome).toEqual({ ok: false, refusal: { kind: 'held', holds: [hold] } });
  });

  it('is kept by an act: the look under lock believes no reading', async () => {
    const who = await world.disclosed();
    const { people, openings } = (await world.erasing.records.person(await world.found(who))) ?? {};
    if (people === undefined || openings === undefined) throw new Error('is there');
    const [standing] = people;
    const kinds = entryKinds.map((kind) => ({
      kind,
      until: kind === 'disclosure' ? at('2020-01-01T00:00:00.000Z') : null,
    }));
    for (const mayGo of [kinds, [], kinds.filter(({ kind }) => kind !== 'permit')]) {
      const { rests, common } = nowhere();
      const body = { scope: 'subject', openings: 1, entries: 1 };
      const draft: EntryDraft = { ...common, kind: 'erasure', body, subject: null };
      const change = { type: 'subject-erasure-ordered', id: draft.id, entry: draft.id, at: draft.time } as const;
      const committed = await world.erasing.journal.commit({
        rests: { ...rests, subject: standing },
        moves: true,
        entries: [draft],
        changes: [{ ...change, subjects: [standing.id], beforeKnown: [], openings, mayGo }],
      });
      expect(committed).toEqual({ outcome: 'conflict', what: 'state' });
    }
  });
});

/** What an entry that is about no partner rests on, and has whatever it says. */
function nowhere() {
  const policySet = world.ports.policies.current().digest;
  const rests = { subject: null, registryVersion: world.ports.registry.current().version, policySet };
  const about = { trace: world.ports.entropy.trace(), purpose: null, source: null, recipient: null };
  const common = { ...frame(world.ports.entropy, about, world.time(), policySet), personal: {}, fleeting: {} };
  return { rests, common };
}

describe('an erased key', () => {
  it('writes nothing more on any gateway that still holds it, from the order on', async () => {
    const who = await world.disclosed();
    const id = await world.found(who);
    const other = await world.anotherGateway();
    const look = () => {
      const { rests, common } = nowhere();
      const personal = { subject: id, requestedBy: 'wie', ground: 'waarom' };
      const body = { v: 2, looked: 'subject' };
      const draft: EntryDraft = { ...common, kind: 'officer-looked', body, subject: id, personal };
      return other.journal.commit({ rests, moves: false, entries: [draft], changes: [] });
    };
    // Its key is in that gateway's memory from here on.
    expect(await look()).toMatchObject({ outcome: 'durable' });
    world.later('P5Y');
    expect(await world.erase(who)).toMatchObject({ ok: true });
    const written = await world.count('officer-looked');
    await expect(look()).rejects.toMatchObject({ code: 'ledger-unavailable' });
    await world.carryOut();
    await expect(look()).rejects.toMatchObject({ code: 'ledger-unavailable' });
    expect(await world.count('officer-looked')).toBe(written);
    const there = { ...world.subjectPorts, journal: other.journal };
    expect(await lookAtPerson(there, world.named(await world.disclosed()), asked)).not.toBeNull();
  });

  it('goes to a new person when somebody makes the same number known again', async () => {
    const who = await world.disclosed();
    const id = await world.found(who);
    world.later('P5Y');
    expect(await world.erase(who)).toMatchObject({ ok: true });
    expect(await world.erase(who)).toEqual({ ok: false, refusal: { kind: 'being-erased' } });
    await world.carryOut();
    const outcome = await attestFact(world.ports, world.call('pi'), {
      subject: who,
      type: 'involvement',
      unit: 'reclassering',
      attributes: { role: 'notified-probation' },
      from: at('2026-11-02T08:00:00.000Z'),
      until: null,
      reference: null,
      caseReference: null,
    });
    expect(outcome.kind).toBe('attested');
    expect(await world.found(who)).not.toBe(id);
    expect(await lookAtPerson(world.subjectPorts, world.named(who), asked)).not.toBeNull();
  });
});

it('leaves out no table that has a subject', async () => {
  const found = await world.rows(
    `SELECT DISTINCT table_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND (column_name ~ 'subject_id|subjects$' OR column_name IN ('other_id', 'made_for'))`,
  );
  const texts = forgotten.map(({ text }) => text).join('\n');
  const others = ['ledger_opening', 'erasure'];
  for (const { name } of found) {
    if (!others.includes(String(name))) expect(texts).toContain(`DELETE FROM ${name}`);
  }
  const referring = await world.rows(
    `SELECT conrelid::regclass::text AS name FROM pg_constraint WHERE confrelid = 'subject'::regclass`,
  );
  for (const { name } of referring) expect(texts).toContain(`DELETE FROM ${name}`);
});
