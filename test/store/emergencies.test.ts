import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert/alert.ts';
import type { FactId, Instant, RequestId, UnitId } from '../../src/core/brand.ts';
import { followDuties } from '../../src/core/duty/follow-duties.ts';
import { breakGlass } from '../../src/core/emergency/break-glass.ts';
import { confirmEmergency } from '../../src/core/emergency/confirm-emergency.ts';
import { reviewEmergency, tellOfReviews } from '../../src/core/emergency/review-emergency.ts';
import { type RevokePorts, revokeEmergencies } from '../../src/core/emergency/revoke-emergencies.ts';
import { attestFact } from '../../src/core/fact/attest-fact.ts';
import { endFact } from '../../src/core/fact/end-fact.ts';
import { Fault } from '../../src/core/fault.ts';
import type { SubjectReference } from '../../src/core/subject/reference.ts';
import { createAlerts } from '../../src/store/alerts.ts';
import { createEmergencies } from '../../src/store/emergencies.ts';
import { isOfNoOffer } from '../../src/store/never-offered.ts';
import { StoredEmergencies } from '../../src/store/pages/emergencies.ts';
import { colleague, emergencyBody, medication, units } from '../world/emergency-world.ts';
import { at } from '../world/memory-world.ts';
import { type PostgresWorld, postgresWorld } from '../world/postgres-ports.ts';
import { shippedSet } from '../world/shipped-set.ts';

let world: PostgresWorld;
let raised: Alert[];
beforeAll(async () => {
  world = await postgresWorld(shippedSet(), units);
  world.answer = async () => medication;
  raised = [];
});
afterAll(() => world.close());

function portsOn(base: PostgresWorld['ports'] = world.ports): RevokePorts {
  const { serve } = world.pools;
  const { clock, entropy } = base;
  const onRaised = (alert: Alert) => void raised.push(alert);
  const alerts = createAlerts({ pool: serve, id: entropy.id, now: clock.now, onRaised });
  return { ...base, emergencies: createEmergencies(serve), alerts };
}

/** That the medical service treats this person. */
async function treated(subject: SubjectReference): Promise<FactId> {
  const outcome = await attestFact(world.ports, world.call('pi'), {
    subject,
    type: 'involvement',
    from: at('2026-11-02T08:00:00.000Z'),
    until: null,
    unit: 'medisch',
    reference: null,
    attributes: { role: 'treating-care-provider' },
    caseReference: null,
  });
  if (outcome.kind !== 'attested') throw new Error(outcome.kind);
  return outcome.fact.id;
}

async function given(): Promise<RequestId> {
  const subject = world.newPerson();
  await treated(subject);
  const asked = await breakGlass(portsOn(), world.call('ziekenhuis'), { ...emergencyBody, subject });
  if (asked.kind !== 'delivered') throw new Error(asked.kind);
  expect(await portsOn().emergencies.find(asked.request.id)).toEqual({
    emergency: asked.emergency,
    request: asked.request,
  });
  return asked.request.id;
}

/** As if it had been asked so long ago: only the record knows. */
async function age(id: RequestId, by: string): Promise<void> {
  await world.pools.owner.query(
    `UPDATE emergency SET second_before = second_before - $2::interval, until = until - $2::interval,
      review_before = review_before - $2::interval WHERE request_id = $1`,
    [id, by],
  );
}

const second = (id: RequestId, ports = portsOn()) => confirmEmergency(ports, world.call('ziekenhuis'), id, colleague);

describe('a break-glass on record', () => {
  it('is confirmed once, whoever is first, and then revoked by nobody', async () => {
    const id = await given();
    const other = portsOn(await world.anotherGateway());
    const outcomes = await Promise.all([second(id), second(id, other)]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['confirmed', 'wrong-state']);
    await age(id, '2 hours');
    expect(await revokeEmergencies(portsOn())).toBe(0);
    expect(await world.entriesOf(id)).toEqual(['break-glass', 'disclosure', 'break-glass-confirmed']);
  });

  it('is revoked once by two gateways that look at once, each officer alerted once, and must be destroyed', async () => {
    raised = [];
    const id = await given();
    await age(id, '2 hours');
    const other = portsOn(await world.anotherGateway());
    const revoked = await Promise.all([revokeEmergencies(portsOn()), revokeEmergencies(other)]);
    expect(revoked.reduce((sum, each) => sum + each, 0)).toBe(1);
    expect(raised.map(({ kind, unit }) => `${kind} ${unit}`).sort()).toEqual([
      'emergency-revoked medisch',
      'emergency-revoked null',
      'emergency-revoked ziekenhuis',
    ]);
    await followDuties(world.ports);
    // What two instances wrote has no order in this list.
    expect((await world.entriesOf(id)).toSorted()).toEqual([
      'break-glass',
      'break-glass-revoked',
      'destruction-followed',
      'disclosure',
    ]);
    const request = await world.ports.requests.find(id);
    expect(request?.held?.retention?.deleteBy).toBe((await portsOn().emergencies.find(id))?.emergency.revokedAt);
    const { rows } = await world.pools.owner.query(
      `SELECT unit_id, type FROM event WHERE dataref LIKE '%' || $1 AND type ~ 'revoked|due' ORDER BY type, unit_id`,
      [id],
    );
    expect(rows.map(({ unit_id, type }) => `${unit_id} ${type}`)).toEqual([
      'medisch nl.sluis.break-glass.revoked',
      'ziekenhuis nl.sluis.break-glass.revoked',
      'ziekenhuis nl.sluis.destruction.due',
    ]);
    expect((await second(id)).kind).toBe('wrong-state');
  });

  it('is revoked also where what was given was destroyed by then', async () => {
    const id = await given();
    await world.pools.owner.query('UPDATE request SET destruction_confirmed_at = now(), duty_at = NULL WHERE id = $1', [
      id,
    ]);
    await age(id, '2 hours');
    const before = await world.ports.requests.find(id);
    expect(await revokeEmergencies(portsOn())).toBe(1);
    const after = await portsOn().emergencies.find(id);
    expect(after?.emergency.revokedAt).not.toBeNull();
    expect(after?.request).toEqual({ ...before, entry: after?.request.entry });
    expect(after?.request.entry).not.toBe(before?.entry);
  });

  it('whose person is being erased cannot be revoked: officers are told, and of others it is done', async () => {
    raised = [];
    const [stuck, other] = [await given(), await given()];
    const subject = (await world.ports.requests.find(stuck))?.subject;
    await world.pools.owner.query('UPDATE subject SET erasing_since = now() WHERE id = $1', [subject]);
    await world.pools.vaultOwner.query('DELETE FROM vault.subject_key WHERE subject_id = $1', [subject]);
    await Promise.all([stuck, other].map((id) => age(id, '2 hours')));
    const ports = portsOn(await world.anotherGateway());
    for (let turn = 0; turn < 2; turn++) await expect(revokeEmergencies(ports)).rejects.toThrow(Fault);
    const told = raised.filter(({ kind }) => kind === 'emergency-unrevoked').map(({ unit }) => String(unit));
    expect(told.sort()).toEqual(['medisch', 'null', 'ziekenhuis']);
    expect((await ports.emergencies.find(stuck))?.emergency.revokedAt).toBeNull();
    expect((await ports.emergencies.find(other))?.emergency.revokedAt).not.toBeNull();
    await world.pools.owner.query('DELETE FROM emergency WHERE request_id = $1', [stuck]);
  });

  it('is reviewed by one officer of two, and told of when nobody does', async () => {
    raised = [];
    const id = await given();
    await second(id);
    await age(id, '30 days');
    expect(await tellOfReviews(portsOn())).toBe(1);
    expect(await tellOfReviews(portsOn())).toBe(0);
    expect(raised.map(({ kind }) => kind)).toEqual(Array(3).fill('emergency-unreviewed'));
    const review = (verdict: 'justified' | 'unclear', seen: Instant | null) =>
      reviewEmergency(portsOn(), id, {
        verdict,
        ground: 'Gesproken met de SEH-arts',
        reviewer: '01920000-0000-7000-8000-000000000001',
        trace: world.ports.entropy.trace(),
        seen,
      });
    const both = await Promise.all([review('unclear', null), review('unclear', null)]);
    expect(both.sort()).toEqual([false, true]);
    const found = await portsOn().emergencies.find(id);
    expect(await review('justified', found?.emergency.review?.at ?? null)).toBe(true);
    expect(await world.entriesOf(id)).toEqual([
      ...['break-glass', 'disclosure', 'break-glass-confirmed', 'review', 'review'],
    ]);
  });

  it('that one officer finds justified and another not at the same moment is told of as it stands on record', async () => {
    const ports = portsOn();
    for (const first of ['justified', 'unjustified'] as const) {
      raised = [];
      const id = await given();
      const read = Promise.withResolvers<void>();
      const written = Promise.withResolvers<void>();
      const by = { ground: 'Gesproken met de SEH-arts', reviewer: '01920000-0000-7000-8000-000000000001', seen: null };
      // The second has read that nobody reviewed it, and writes when the first is on record.
      const held: RevokePorts['journal'] = {
        ...ports.journal,
        commit: async (work) => {
          read.resolve();
          await written.promise;
          return ports.journal.commit(work);
        },
      };
      const trace = world.ports.entropy.trace();
      const verdict = first === 'justified' ? 'unjustified' : 'justified';
      const late = reviewEmergency({ ...ports, journal: held }, id, { ...by, trace, verdict });
      await read.promise;
      expect(await reviewEmergency(ports, id, { ...by, trace, verdict: first })).toBe(true);
      written.resolve();
      expect(await late).toBe(false);
      await tellOfReviews(ports);
      await tellOfReviews(portsOn(await world.anotherGateway()));
      const kinds = raised.map(({ kind }) => kind);
      expect(kinds).toEqual(first === 'unjustified' ? Array(3).fill('emergency-unjustified') : []);
      expect((await ports.emergencies.find(id))?.emergency.review?.verdict).toBe(first);
    }
  });

  it('that is found unjustified while officers are told that nobody reviewed it is told of next', async () => {
    raised = [];
    const ports = portsOn();
    const id = await given();
    await second(id);
    await age(id, '30 days');
    const [due] = await ports.emergencies.untold(world.ports.clock.now(), 0);
    expect(due?.request.id).toBe(id);
    const by = { ground: 'Gesproken met de SEH-arts', reviewer: '01920000-0000-7000-8000-000000000001', seen: null };
    const review = { ...by, trace: world.ports.entropy.trace(), verdict: 'unjustified' } as const;
    expect(await reviewEmergency(ports, id, review)).toBe(true);
    await ports.emergencies.officersTold(id, null);
    expect(await tellOfReviews(ports)).toBe(1);
    expect(await tellOfReviews(ports)).toBe(0);
    expect(raised.map(({ kind }) => kind)).toEqual(Array(3).fill('emergency-unjustified'));
    const late = await given();
    await second(late);
    await age(late, '30 days');
    expect(await tellOfReviews(ports)).toBe(1);
    expect(await reviewEmergency(ports, late, review)).toBe(true);
    expect(await tellOfReviews(ports)).toBe(1);
    expect(raised.slice(6).map(({ kind }) => kind)).toEqual(Array(3).fill('emergency-unjustified'));
  });

  it('that a gateway whose clock is far ahead opened is revoked at once, and not when its hour comes', async () => {
    const [id, other] = [await given(), await given()];
    const ahead = `UPDATE emergency SET opened_at = opened_at + interval '1 year' WHERE request_id = $1`;
    await world.pools.owner.query(ahead, [id]);
    await age(id, '-1 year');
    expect(await revokeEmergencies(portsOn())).toBe(1);
    const revoked = await Promise.all([id, other].map((each) => portsOn().emergencies.find(each)));
    expect(revoked.map((each) => each?.emergency.revokedAt !== null)).toEqual([true, false]);
  });

  it('that was refused after all is known to who asked, whatever came before the refusal', async () => {
    const subject = world.newPerson();
    const involved = await treated(subject);
    world.answer = async () => {
      await endFact(world.ports, world.call('pi'), involved, world.ports.clock.now());
      return medication;
    };
    const asked = await breakGlass(portsOn(), world.call('ziekenhuis'), { ...emergencyBody, subject });
    world.answer = async () => medication;
    if (asked.kind !== 'refused') throw new Error(asked.kind);
    expect(await world.entriesOf(asked.request.id)).toEqual(['break-glass', 'refusal']);
    expect(await isOfNoOffer(world.pools.serve, asked.request.entry)).toBe(false);
  });

  it('stands before officers of its parties alone, until it is reviewed', async () => {
    const stored = new StoredEmergencies(world.pools.serve);
    const id = await given();
    const listed = async (unit: string | null) =>
      (await stored.list(unit as UnitId | null, 500)).some(({ request }) => request.id === id);
    expect(await Promise.all(['ziekenhuis', 'medisch', null].map(listed))).toEqual([true, true, true]);
    expect(await listed('politie')).toBe(false);
    const waiting = await stored.waiting(null);
    expect(await stored.waiting('politie' as UnitId)).toBe(0);
    await age(id, '300 days');
    const [first] = await stored.list(null, 1);
    expect(first?.request.id).toBe(id);
    const trace = world.ports.entropy.trace();
    const said = { verdict: 'justified', ground: 'In orde bevonden', reviewer: 'x', trace, seen: null } as const;
    expect(await reviewEmergency(portsOn(), id, said)).toBe(true);
    expect(await stored.waiting(null)).toBe(waiting - 1);
  });

  it('goes with its request', async () => {
    const id = await given();
    await world.pools.owner.query('DELETE FROM request WHERE id = $1', [id]);
    expect(await portsOn().emergencies.find(id)).toBeNull();
    const { rows } = await world.pools.owner.query('SELECT 1 FROM emergency WHERE request_id = $1', [id]);
    expect(rows).toEqual([]);
  });

  it('is not found by what is no id', async () => {
    expect(await portsOn().emergencies.find('nothing' as RequestId)).toBeNull();
  });
});

describe('the database', () => {
  it('refuses that somebody stands behind what was revoked', async () => {
    const id = await given();
    await expect(
      world.pools.owner.query(
        `UPDATE emergency SET second_at = now(), second_role = 'physician', revoked_at = now() WHERE request_id = $1`,
        [id],
      ),
    ).rejects.toMatchObject({ constraint: 'emergency_revoked_alone' });
  });
});
