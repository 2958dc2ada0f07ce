import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instant, SubjectId } from '../../src/core/brand.ts';
import { decideConsent } from '../../src/core/consent/decide-consent.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { attestFact } from '../../src/core/fact/attest-fact.ts';
import { claimInvolvement } from '../../src/core/involvement/claim-involvement.ts';
import { StoredSharings } from '../../src/store/pages/sharings.ts';
import { sealedUnder } from '../../src/store/subject-changes.ts';
import { done, type PeopleWorld, peopleWorld, unit } from '../world/people-world.ts';
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
const consentOf: PeopleWorld['consentOf'] = (who) => world.consentOf(who);
const newNumber = () => world.newPerson().value;

describe('two records of one person', () => {
  it('become one: facts, consents, requests, claims and timers move, under either number and reference', async () => {
    const [goes, stays] = [await world.person('detained'), await world.person('notified', 'WH-2026-7001')];
    const [from, to] = [await found(goes), await found(stays)];
    await consentOf(stays);
    await waiting(goes);
    await claimInvolvement(world.ports, world.call('buurgemeente'), {
      subject: goes,
      role: 'return-municipality',
      attester: 'pi',
      justification: 'de betrokkene komt hier wonen',
      onBehalfOf: null,
    });
    const epochs = [await epochOf(from), await epochOf(to)];
    const outcome = done(await join(goes, stays));
    expect(outcome).toMatchObject({
      moves: { fact: 5, request: 1, claim: 1 },
      numbers: { moved: [], withdrawn: ['bsn'] },
    });
    expect([await epochOf(from), await epochOf(to)]).toEqual(epochs.map((epoch) => epoch + 1));
    for (const table of ['fact', 'consent', 'request', 'notice', 'timer', 'involvement_claim', 'subject_identifier'])
      expect(await world.rows(`SELECT 1 FROM ${table} WHERE subject_id = $1`, [from])).toEqual([]);
    expect((await world.ports.facts.of(to)).length).toBe(6);
    expect(await world.idOf(goes)).toBeNull();
    expect(await world.idOf({ type: 'caseReference', value: 'WH-2026-7001' }, 'reclassering')).toBe(to);
  });

  it('keep the number of the one that goes up where the other has none', async () => {
    const [goes, stays] = [await world.person('detained'), await world.person('notified')];
    done(await correct(goes, '7654321', false, 'skn'));
    done(await join(goes, stays));
    expect(await world.idOf({ type: 'skn', value: '7654321' })).toBe(await world.idOf(stays));
    const reading = await world.ports.snapshots.read({
      subject: world.named(stays),
      source: unit('pi'),
      recipient: unit('gemeente'),
      idempotency: null,
    });
    expect(reading.identifiers).toEqual({ bsn: stays.value, skn: '7654321' });
  });

  it('keep both pseudonyms of a unit, of which it is shown the older', async () => {
    const [goes, stays] = [await world.person('detained'), await world.person('notified')];
    const [from, to] = [await found(goes), await found(stays)];
    const older = await world.ports.subjects.pseudonym(unit('gemeente'), from);
    await world.ports.clock.pause(5);
    const newer = await world.ports.subjects.pseudonym(unit('gemeente'), to);
    const alone = await world.ports.subjects.pseudonym(unit('reclassering'), from);
    const { id } = done(await join(goes, stays));
    for (const value of [older, newer]) expect(await world.idOf({ type: 'pseudonym', value }, 'gemeente')).toBe(to);
    // Also for who still holds the old id.
    for (const person of [from, to]) expect(await world.ports.subjects.pseudonym(unit('gemeente'), person)).toBe(older);
    expect(await world.ports.subjects.pseudonym(unit('reclassering'), to)).toBe(alone);
    const view = await told('gemeente', id);
    expect(new Set(view?.before)).toEqual(new Set([older, newer]));
    expect(view).toMatchObject({ kind: 'merged', after: [older] });
    expect(await told('reclassering', id)).toMatchObject({ before: [alone], after: [alone] });
    expect(await told('pi', id)).toBeNull();
  });

  it('show the subject both histories, and erase whole', async () => {
    const [goes, stays] = [await world.person('detained'), await world.person('notified')];
    const [from, to] = [await found(goes), await found(stays)];
    const sharings = new StoredSharings(world.pools.serve);
    const seen = (id: SubjectId) =>
      sharings.page(id, [unit('gemeente')], world.ports.clock.now(), null, 50).then((page) => page.length);
    await ask(world.ports, world.call('gemeente'), planRequest({ subject: goes }));
    await ask(world.ports, world.call('gemeente'), planRequest({ subject: stays }));
    const all = (await seen(from)) + (await seen(to));
    expect(all).toBeGreaterThan(1);
    done(await join(goes, stays));
    expect(await seen(to)).toBe(all);
    expect(await seen(from)).toBe(0);
    expect(new Set(await sealedUnder(world.pools.serve, to))).toEqual(new Set([from, to]));
    // What was written about the one is still sealed under its own key.
    const openings = await world.rows('SELECT 1 FROM ledger_opening WHERE subject_id = $1', [from]);
    expect(openings.length).toBeGreaterThan(0);
  });

  it('are refused while they contradict each other, one by one', async () => {
    const [goes, stays] = [await world.person('detained'), await world.person('notified')];
    const elsewhere = await attestFact(world.ports, world.call('pi'), {
      subject: stays,
      type: 'involvement',
      unit: 'buurgemeente',
      attributes: { role: 'residence-municipality' },
      from: '2026-11-01T08:00:00.000Z' as Instant,
      until: null,
      reference: null,
      caseReference: null,
    });
    expect(elsewhere.kind).toBe('attested');
    const before = await world.everything();
    const outcome = await join(goes, stays, false, []);
    if (outcome.ok || outcome.refusal.kind !== 'conflicts') throw new Error('not refused');
    const words = outcome.refusal.conflicts.map(({ conflict }) => conflict);
    expect(words).toEqual(['two-numbers', 'exclusive-facts']);
    expect(await world.everything()).toEqual(before);
    expect(await join(goes, goes)).toEqual({ ok: false, refusal: { kind: 'same-person' } });
    expect(await join(goes, { type: 'bsn', value: newNumber() })).toMatchObject({
      ok: false,
      refusal: { kind: 'unknown-person', which: 'second' },
    });
    const none = await join(goes, stays, false, ['skn']);
    expect(none).toEqual({ ok: false, refusal: { kind: 'no-number-to-withdraw', scheme: 'skn' } });
  });

  it('are refused where one was given what the other refused', async () => {
    const [goes, stays] = [await world.person('notified'), await world.person('notified')];
    const [given, refused] = [await consentOf(goes), await consentOf(stays)];
    const trace = world.ports.entropy.trace();
    expect(await decideConsent(world.ports, await found(goes), given, 'given', trace)).toBe(true);
    expect(await decideConsent(world.ports, await found(stays), refused, 'refused', trace)).toBe(true);
    const outcome = await join(goes, stays);
    if (outcome.ok || outcome.refusal.kind !== 'conflicts') throw new Error('not refused');
    expect(outcome.refusal.conflicts).toContainEqual({ conflict: 'consents', consents: [refused, given] });
  });

  it('change nothing in a dry run, and say what would move', async () => {
    const [goes, stays] = [await world.person('detained'), await world.person('notified')];
    const before = await world.everything();
    expect(await join(goes, stays, true)).toMatchObject({ ok: true, value: { id: null, moves: { fact: 5 } } });
    expect(await world.everything()).toEqual(before);
  });

  it('are joined once when two ask at once, also the other way round', async () => {
    const [one, other] = [await world.person('detained'), await world.person('notified')];
    const outcomes = await Promise.all([join(one, other), join(other, one), join(one, other)]);
    expect(outcomes.filter(({ ok }) => ok).length).toBe(1);
    for (const outcome of outcomes) {
      // Whoever comes second finds one person, or nobody by the number that was withdrawn.
      if (!outcome.ok) expect(outcome.refusal.kind).toMatch(/^(same-person|unknown-person|no-number-to-withdraw)$/);
    }
    const [row] = await world.rows(
      `SELECT count(*) AS n FROM subject_change c JOIN subject s ON s.id = c.other_id
       WHERE c.kind = 'merged' AND s.merged_into = c.subject_id AND c.at > now() - interval '5 seconds'`,
    );
    expect(Number(row?.n)).toBeGreaterThan(0);
    const [loops] = await world.rows(
      'SELECT count(*) AS n FROM subject s JOIN subject o ON o.id = s.merged_into WHERE o.merged_into IS NOT NULL',
    );
    expect(Number(loops?.n)).toBe(0);
  });

  it('leave nothing behind on the record that went up, whatever was asked about it at that moment', async () => {
    for (let n = 0; n < 8; n++) {
      const [goes, stays] = [await world.person('detained'), await world.person('notified')];
      const to = await found(stays);
      const by = await world.ports.subjects.pseudonym(unit('pi'), await found(goes));
      const pseudonym = { type: 'pseudonym', value: by } as const;
      const [outcome, asking] = await Promise.all([
        join(goes, stays),
        ask(world.ports, world.call('gemeente'), planRequest({ subject: goes })).catch(
          (error: { code?: string }) => error.code,
        ),
      ]);
      done(outcome);
      expect(await world.idOf(pseudonym, 'pi')).toBe(to);
      if (typeof asking === 'string') expect(['basis-changed', 'subject-busy']).toContain(asking);
      expect(await world.rows('SELECT 1 FROM fact WHERE subject_id = $1', [await idOfMerged(to)])).toEqual([]);
    }
  });

  async function idOfMerged(into: SubjectId): Promise<unknown> {
    return (await world.rows('SELECT id FROM subject WHERE merged_into = $1', [into]))[0]?.id;
  }
});
