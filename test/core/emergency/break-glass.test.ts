import { beforeEach, describe, expect, it } from 'vitest';
import type { UnitId } from '../../../src/core/brand.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { followDuties } from '../../../src/core/duty/follow-duties.ts';
import { confirmDestruction } from '../../../src/core/duty/report-destruction.ts';
import { confirmEmergency } from '../../../src/core/emergency/confirm-emergency.ts';
import { emergencyState } from '../../../src/core/emergency/emergency.ts';
import { revokeEmergencies } from '../../../src/core/emergency/revoke-emergencies.ts';
import { Fault } from '../../../src/core/fault.ts';
import {
  colleague,
  doctor,
  type EmergencyWorld,
  emergencyWorld,
  medication,
  patient,
} from '../../world/emergency-world.ts';
import { planRequest } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';

const hour = 3_600_000;
/** For what came in time and is on its way to the record. */
const grace = 5_000;

let world: EmergencyWorld;
beforeEach(async () => {
  world = await emergencyWorld();
});

const second = (id: Parameters<EmergencyWorld['of']>[0], by = colleague, key?: string) =>
  confirmEmergency(world.ports, world.memory.call('ziekenhuis', key), id, by);

describe('a break-glass', () => {
  it('gives what is permitted, on record before the source is asked, and says what follows', async () => {
    let before: readonly string[] = [];
    world.memory.answer = async () => {
      before = world.kinds();
      return { ...medication, 'medical.notes': 'meer' };
    };
    const outcome = await world.ask();
    expect(outcome).toMatchObject({ kind: 'delivered', answer: { form: 'clear', data: medication } });
    expect(before.at(-1)).toBe('break-glass');
    expect(world.kinds().slice(-2)).toEqual(['break-glass', 'disclosure']);
    if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
    const { secondBefore, until, openedAt, reviewBefore } = outcome.emergency;
    expect(Date.parse(secondBefore) - Date.parse(openedAt)).toBe(hour);
    expect(Date.parse(until) - Date.parse(openedAt)).toBe(24 * hour);
    // A Saturday: the third working day is Wednesday.
    expect(reviewBefore).toBe('2026-11-25T23:00:00.000Z');
    const [told, later] = world.told().slice(-2);
    expect([told, later]).toEqual(['medisch nl.sluis.break-glass.opened', 'medisch nl.sluis.request.delivered']);
  });

  it('keeps what was said with the person, and nothing of it in the entry itself', async () => {
    await world.ask();
    const entry = world.memory.entries.find(({ kind }) => kind === 'break-glass');
    expect(Object.keys(entry?.personal ?? {}).sort()).toEqual(
      ['caseReference', 'incapacity', 'justification', 'reference', 'subject', 'user'].sort(),
    );
    expect(JSON.stringify(entry?.body)).not.toMatch(/Bewusteloos|SEH|arts/);
    expect(JSON.parse(entry?.personal.incapacity ?? '')).toMatchObject({ unable: 'physical' });
  });

  it('says of an unknown person what it says of one whom the source does not treat, and gives nothing', async () => {
    const nobody = await world.ask({ subject: { type: 'bsn', value: '900000053' } });
    world.memory.facts.clear();
    const untreated = await world.ask();
    for (const outcome of [nobody, untreated]) {
      if (outcome.kind !== 'refused') throw new Error(outcome.kind);
      expect(outcome.request.decision).toMatchObject({ class: 'not-available', permitted: [] });
    }
    const [one, other] = [nobody, untreated].map(
      (outcome) => outcome.kind === 'refused' && outcome.request.decision.refused,
    );
    expect(one).toEqual(other);
    expect(world.kinds().slice(-2)).toEqual(['refusal', 'refusal']);
    expect(world.memory.emergencies.size).toBe(0);
  });

  it('asks nothing of a source that answers through people, nor under policies that know no emergency', async () => {
    const before = world.memory.entries.length;
    expect(await world.ask({ source: 'loket' })).toEqual({ kind: 'not-possible' });
    world.memory.bound.set('medisch' as UnitId, null);
    expect((await world.ask()).kind).toBe('refused');
    const silent = await emergencyWorld({ ...shippedSet(), breakGlass: null });
    expect(await silent.ask()).toEqual({ kind: 'not-possible' });
    expect(world.memory.entries).toHaveLength(before + 1);
  });

  it('names the word that nobody knows', async () => {
    expect(await world.ask({ source: 'elders' })).toEqual({ kind: 'unknown-word', member: 'source' });
    expect(await world.ask({ fields: ['medical.blood'] })).toEqual({ kind: 'unknown-word', member: 'fields.0' });
  });

  it('is asked once for a key: again it says how it stands, and another question is another', async () => {
    const first = await world.ask({}, 'sleutel');
    const again = await world.ask({}, 'sleutel');
    expect(again).toMatchObject({ kind: 'replayed', emergency: { second: null } });
    expect(JSON.stringify(again)).not.toContain('fenprocoumon');
    expect(world.kinds().filter((kind) => kind === 'break-glass')).toHaveLength(1);
    if (first.kind !== 'delivered') throw new Error(first.kind);
    // A key of a request is no key of an emergency.
    const plan = planRequest({ source: 'medisch', subject: patient });
    expect(await ask(world.memory.ports, world.memory.call('ziekenhuis', 'sleutel'), plan)).toEqual({
      kind: 'key-reused',
    });
  });

  it('that its source fails gives nothing, and asks nothing of anybody', async () => {
    world.memory.answer = async () => {
      throw new Fault('source-unavailable', 'away');
    };
    await expect(world.ask()).rejects.toMatchObject({ code: 'source-unavailable' });
    expect(world.kinds().slice(-2)).toEqual(['break-glass', 'failed-attempt']);
    const [emergency] = world.memory.emergencies.values();
    const request = emergency && world.memory.requests.get(emergency.request);
    if (emergency === undefined || request === undefined) throw new Error('there is none');
    expect(emergencyState({ emergency, request }, emergency.openedAt)).toBe('gave-nothing');
    world.memory.nowMs += 2 * hour;
    expect(await revokeEmergencies(world.ports)).toBe(0);
    expect(world.raised).toEqual([]);
    expect((await second(request.id)).kind).toBe('wrong-state');
  });

  it('that is answered only after the hour, by which nobody stood behind it, gives nothing', async () => {
    world.memory.answer = async () => {
      world.memory.nowMs += hour;
      return medication;
    };
    await expect(world.ask()).rejects.toMatchObject({ code: 'basis-changed' });
    expect(world.kinds().slice(-2)).toEqual(['break-glass', 'failed-attempt']);
    expect([...world.memory.requests.values()].map(({ state }) => state)).toEqual(['failed']);
  });

  it('whose basis goes while the source answers gives nothing', async () => {
    world.memory.answer = async () => {
      for (const [id, fact] of world.memory.facts) world.memory.facts.set(id, { ...fact, state: 'disputed' });
      for (const [id, epoch] of world.memory.epochs) world.memory.epochs.set(id, epoch + 1);
      return medication;
    };
    expect((await world.ask()).kind).toBe('refused');
    expect(world.kinds().slice(-2)).toEqual(['break-glass', 'refusal']);
  });
});

describe('a second person', () => {
  it('stands behind it within the hour, once', async () => {
    const id = await world.given();
    expect(await second(id, colleague, 'k')).toMatchObject({ kind: 'confirmed' });
    expect(world.of(id).second).toMatchObject({ role: 'physician' });
    expect(world.kinds().at(-1)).toBe('break-glass-confirmed');
    expect(world.told().at(-1)).toBe('medisch nl.sluis.break-glass.confirmed');
    expect((await second(id, colleague, 'k')).kind).toBe('replayed');
    expect((await second(id, someUser('arts-3', 'physician', 'T. Smit'))).kind).toBe('wrong-state');
    world.memory.nowMs += 2 * hour;
    expect(await revokeEmergencies(world.ports)).toBe(0);
  });

  it.each([
    ['the one who asked', doctor],
    ['the one who asked, under another role', { ...doctor, role: 'treatingClinician' }],
    ['somebody in a role that may not ask it', someUser('adviseur', 'experienceAdviser', 'E. Bos')],
    ['somebody in a role that nobody knows', someUser('bezoeker', 'visitor', 'B. Koster')],
  ])('is not %s', async (_, by) => {
    const id = await world.given();
    expect(await second(id, by)).toEqual({ kind: 'may-not-confirm' });
    expect(world.of(id).second).toBeNull();
  });

  it('is of the recipient: to its source and to anybody else there is none', async () => {
    const id = await world.given();
    for (const unit of ['medisch', 'politie']) {
      expect(await confirmEmergency(world.ports, world.memory.call(unit), id, colleague)).toEqual({
        kind: 'not-found',
      });
    }
  });

  it('is not in time after the hour, also before anybody revoked it', async () => {
    const id = await world.given();
    world.memory.nowMs = Date.parse(world.of(id).secondBefore);
    expect((await second(id)).kind).toBe('wrong-state');
  });

  it('stands behind nothing where it cannot be known who asked', async () => {
    const id = await world.given();
    const request = world.memory.requests.get(id);
    if (request) world.memory.requests.set(id, { ...request, asker: null });
    expect(await second(id)).toEqual({ kind: 'may-not-confirm' });
  });
});

describe('what nobody stood behind in time', () => {
  it('is revoked once: both are told, officers of both and of the gateway look, and it must be destroyed', async () => {
    const id = await world.given();
    expect(await revokeEmergencies(world.ports)).toBe(0);
    world.memory.nowMs = Date.parse(world.of(id).secondBefore) + grace;
    expect(await revokeEmergencies(world.ports)).toBe(1);
    expect(await revokeEmergencies(world.ports)).toBe(0);
    expect(world.kinds().at(-1)).toBe('break-glass-revoked');
    expect(world.told().slice(-2)).toEqual([
      'medisch nl.sluis.break-glass.revoked',
      'ziekenhuis nl.sluis.break-glass.revoked',
    ]);
    expect(world.raised).toEqual(['ziekenhuis', 'medisch', null].map((unit) => ({ kind: 'emergency-revoked', unit })));
    const held = world.memory.requests.get(id)?.held;
    // Nobody is late by a date from before anybody had to.
    expect(held?.retention?.deleteBy).toBe(world.of(id).revokedAt);
    await followDuties({ ...world.memory.ports, ...world.ports });
    expect(world.told().at(-1)).toBe('ziekenhuis nl.sluis.destruction.due');
    expect(world.memory.requests.get(id)?.held?.retention?.deleteBy).toBe(world.of(id).revokedAt);
    expect((await second(id)).kind).toBe('wrong-state');
  });

  it('and was destroyed by then keeps the date that it had, by which it was in time', async () => {
    const id = await world.given();
    const before = world.memory.requests.get(id);
    world.memory.nowMs += hour / 2;
    await confirmDestruction(world.memory.ports, world.memory.call('ziekenhuis'), id);
    world.memory.nowMs = Date.parse(world.of(id).secondBefore) + grace;
    expect(await revokeEmergencies(world.ports)).toBe(1);
    const after = world.memory.requests.get(id);
    expect([after?.held?.retention, after?.decision]).toEqual([before?.held?.retention, before?.decision]);
  });

  it('must be destroyed at once also where no set in force knows break-glass any more', async () => {
    const id = await world.given();
    const { ports } = world;
    const without = { ...shippedSet(), breakGlass: null };
    const policies = { current: () => without, boundTo: () => without };
    world.memory.nowMs = Date.parse(world.of(id).secondBefore) + grace;
    expect(await revokeEmergencies({ ...ports, policies })).toBe(1);
    const held = () => world.memory.requests.get(id)?.held?.retention?.deleteBy;
    expect(held()).toBe(world.of(id).revokedAt);
    await followDuties({ ...world.memory.ports, ...ports });
    expect(held()).toBe(world.of(id).revokedAt);
    expect(world.told().at(-1)).toBe('ziekenhuis nl.sluis.destruction.due');
  });

  it('alerts officers also where the gateway is stopped before it revokes, and then not twice', async () => {
    const id = await world.given();
    world.memory.nowMs = Date.parse(world.of(id).secondBefore) + grace;
    world.memory.breakNextCommit = 'before';
    await expect(revokeEmergencies(world.ports)).rejects.toThrow(Fault);
    expect(world.raised).toHaveLength(3);
    expect(await revokeEmergencies(world.ports)).toBe(1);
    expect(world.raised).toHaveLength(3);
  });

  it('tells officers where it stays impossible to revoke it, and not of what passes within a minute', async () => {
    const id = await world.given();
    const fails = async (afterMs: number) => {
      world.memory.nowMs = Date.parse(world.of(id).secondBefore) + afterMs;
      world.memory.breakNextCommit = 'before';
      await expect(revokeEmergencies(world.ports)).rejects.toThrow(Fault);
      return world.raised.filter(({ kind }) => kind === 'emergency-unrevoked').map(({ unit }) => unit);
    };
    expect(await fails(59_000)).toEqual([]);
    expect(await fails(61_000)).toEqual(['ziekenhuis', 'medisch', null]);
    expect(await fails(70_000)).toEqual(['ziekenhuis', 'medisch', null]);
    expect(await revokeEmergencies(world.ports)).toBe(1);
  });
});
