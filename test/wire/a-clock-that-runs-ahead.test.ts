import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/api/metrics.ts';
import { type Instant, instant, type RequestId, type SubjectId } from '../../src/core/brand.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { attestFact } from '../../src/core/fact/attest-fact.ts';
import { createAlerts } from '../../src/store/alerts.ts';
import { createEmergencies } from '../../src/store/emergencies.ts';
import { createSubscriptions } from '../../src/store/subscriptions.ts';
import { followMoments } from '../../src/wire/follow-moments.ts';
import { Opened } from '../../src/wire/opened.ts';
import { type PeopleWorld, peopleWorld, unit } from '../world/people-world.ts';
import { planAnswer, planRequest } from '../world/personas.ts';

const dayMs = 86_400_000;
const ahead = 40 * dayMs;
const on = (days: number): Instant => instant(new Date(Date.now() + days * dayMs));

let world: PeopleWorld;
let alarms: string[];
beforeAll(async () => {
  world = await peopleWorld();
});
afterAll(() => world.close());

/** A gateway starts whose clock runs ahead by so much, looks at everything once or twice, and ends. */
async function gatewayLooks(byMs: number): Promise<void> {
  alarms = [];
  const { serve } = world.pools;
  const now = () => instant(new Date(Date.now() + byMs));
  const ago = (ms: number) => instant(new Date(Date.now() + byMs - ms));
  const alerts = createAlerts({ pool: serve, id: world.ports.entropy.id, now, onRaised: () => undefined });
  const more = { emergencies: createEmergencies(serve), alerts, subscriptions: createSubscriptions(serve) };
  const ports = { ...world.ports, ...more, clock: { ...world.ports.clock, now, ago } };
  const log = { alarm: (text: string) => alarms.push(text) };
  const opened = new Opened();
  await followMoments({ record: { serve }, ports, alerts, metrics: createMetrics(), log } as never, opened);
  await sleep(1_300);
  await opened.close();
  expect(alarms).toEqual([]);
}

async function given(): Promise<{ readonly id: RequestId; readonly subject: SubjectId }> {
  world.answer = async () => planAnswer;
  const question = planRequest({ subject: await world.person('detained'), fields: ['identity.surname'] });
  const outcome = await ask(world.ports, world.call('gemeente'), question);
  if (outcome.kind !== 'delivered' || outcome.request.subject === null) throw new Error(outcome.kind);
  return { id: outcome.request.id, subject: outcome.request.subject };
}

/** What somebody was told since the last time. */
async function told(...like: string[]): Promise<readonly unknown[]> {
  const found = await world.rows(`SELECT type FROM event WHERE type ~ ANY ($1) ORDER BY type`, [like]);
  await world.rows('DELETE FROM event');
  return found.map(({ type }) => type);
}

interface Followed {
  readonly what: string;
  /** As patterns of their types. */
  readonly events: readonly string[];
  /** Puts it on record: to be looked at on the day `look`, where its term ends on the day `due`. */
  readonly put: (look: Instant, due: Instant) => Promise<unknown>;
  /** What must be told on the day of the look. */
  readonly says: readonly string[];
}

const followed: readonly Followed[] = [
  {
    what: 'what must be destroyed',
    events: ['destruction'],
    // A week before its date: whoever reckons it anew finds the same look.
    put: async (look) => {
      const { id } = await given();
      const sql = `UPDATE request SET destroy_by = $2::timestamptz + interval '7 days',
        retention_began = $2::timestamptz - interval '1 year', duty_at = $2, reminded_at = now() - interval '1 day',
        decision = jsonb_set(decision, '{obligations,retain,until}', '"a-start-of-yesterday"') WHERE id = $1`;
      await world.rows(sql, [id, look]);
    },
    says: ['nl.sluis.destruction.reminder'],
  },
  {
    what: 'what must be confirmed as corrected',
    events: ['correction'],
    put: async (look, due) => {
      const { id } = await given();
      const correction = world.ports.entropy.id();
      const fields = ['identity.surname'];
      const sql = `INSERT INTO correction (id, source, kind, fields, made_at, entry_id)
        VALUES ($1, 'pi', 'rectified', $2, now(), $1)`;
      await world.rows(sql, [correction, fields]);
      const notice = `INSERT INTO correction_notice (correction_id, recipient, requests, fields, given_on, due_at, look_at)
        VALUES ($1, 'gemeente', $2, $3, '{}', $4, $5)`;
      await world.rows(notice, [correction, [id], fields, due, look]);
    },
    says: ['nl.sluis.correction.reminder'],
  },
  {
    what: 'what a person asked of a source',
    events: ['rights'],
    put: async (look, due) => {
      const { id } = await given();
      const sql = `INSERT INTO rights_request (id, request_id, source, field, wish, made_by, made_at, due_at, entry_id, look_at)
        VALUES ($1, $2, 'pi', 'identity.surname', 'correct', 'subject', now(), $3, $1, $4)`;
      await world.rows(sql, [world.ports.entropy.id(), id, due, look]);
    },
    says: ['nl.sluis.rights-request.reminder'],
  },
  {
    what: 'what a person will see',
    events: ['informing'],
    put: async (look, due) => {
      const { id } = await given();
      const sql = `UPDATE request SET informing_look_at = $2, decision = jsonb_set(decision, '{informAfter}', '"P1M"')
        WHERE id = $1`;
      await world.rows(sql, [id, look]);
      const delay = `INSERT INTO informing_delay (entry_id, request_id, ground, tell_why, decider_role, decided_at, review_at)
        VALUES ($1, $2, 'g', false, 'r', now() - interval '1 day', $3)`;
      await world.rows(delay, [world.ports.entropy.id(), id, due]);
    },
    says: ['nl.sluis.informing-delay.reminder'],
  },
  {
    what: 'a deadline',
    events: ['timer'],
    put: async (look) => {
      const { subject } = await given();
      await world.rows('DELETE FROM timer WHERE subject_id = $1', [subject]);
      const sql = `INSERT INTO timer (id, word, kind, subject_id, fact_id, at, state, moved_at)
        SELECT gen_random_uuid(), 'reintegration-plan', 'due', $1, id, $2, 'waiting', now() FROM fact
        WHERE subject_id = $1 AND type = 'detention'`;
      await world.rows(sql, [subject, look]);
    },
    says: ['nl.sluis.timer.due'],
  },
  {
    what: 'a break-glass',
    events: ['break-glass'],
    put: async (look, due) => {
      const { id } = await given();
      const sql = `INSERT INTO emergency (request_id, opened_at, second_before, until, review_before)
        VALUES ($1, now(), $2::timestamptz - interval '10 seconds', $3, $3)`;
      await world.rows(sql, [id, look, due]);
    },
    says: ['nl.sluis.break-glass.revoked', 'nl.sluis.break-glass.revoked'],
  },
];

describe.each(followed)('$what', ({ events, put, says }) => {
  it('that is due in some days is left alone by a gateway whose clock runs ahead', async () => {
    await put(on(3), on(6));
    await told();
    await gatewayLooks(ahead);
    expect(await told(...events)).toEqual([]);
  });

  it('that is due now is told by it as what it is', async () => {
    // What a gateway that starts reckons anew of those before.
    await world.rows('UPDATE request SET duty_at = NULL WHERE duty_at IS NOT NULL');
    await put(on(-0.001), on(6));
    await told();
    await gatewayLooks(ahead);
    expect(await told(...events)).toEqual(says);
  });
});

it('does not end a consent that holds for some days more, and ends one that is over', async () => {
  const until = async (validUntil: Instant) => {
    const id = await world.consentOf(await world.person('detained'));
    await world.rows('UPDATE consent SET valid_until = $2 WHERE id = $1', [id, validUntil]);
    return id;
  };
  const [holds, over] = [await until(on(3)), await until(on(-0.001))];
  await gatewayLooks(ahead);
  expect(await world.ports.consents.find(holds)).toMatchObject({ state: 'requested' });
  expect(await world.ports.consents.find(over)).toMatchObject({ state: 'expired' });
});

it('leaves alone what another gateway is fetching', async () => {
  const answered = Promise.withResolvers<typeof planAnswer>();
  world.answer = () => answered.promise;
  const question = planRequest({ subject: await world.person('detained'), fields: ['identity.surname'] });
  const asked = ask(world.ports, world.call('gemeente'), question);
  await expect.poll(() => world.rows(`SELECT 1 FROM request WHERE state = 'fetching'`)).toHaveLength(1);
  await gatewayLooks(dayMs / 4);
  answered.resolve(planAnswer);
  expect((await asked).kind).toBe('delivered');
});

it('has what its own callers change looked at now, not when its clock says that it is', async () => {
  const { id, subject } = await given();
  const clock = { ...world.ports.clock, now: () => on(40) };
  const value = await world.ports.subjects.pseudonym(unit('pi'), subject);
  const said = { unit: null, reference: null, attributes: {}, caseReference: null };
  const closed = { ...said, type: 'plan-closed', from: on(0), until: null };
  const by = { ...world.ports, clock };
  const about = { type: 'pseudonym', value } as const;
  expect((await attestFact(by, world.call('pi'), { ...closed, subject: about })).kind).toBe('attested');
  const [row] = await world.rows('SELECT duty_at <= now() AS now FROM request WHERE id = $1', [id]);
  expect(row).toEqual({ now: true });
});

it('alerts no officer of what is not overdue yet', async () => {
  const { id } = await given();
  await world.rows(
    'UPDATE request SET destruction_confirmed_at = now(), duty_at = NULL WHERE disclosed_at IS NOT NULL',
  );
  await world.rows('DELETE FROM alert');
  const sql = `UPDATE request SET destroy_by = $2, retention_began = now(), destruction_confirmed_at = NULL WHERE id = $1`;
  await world.rows(sql, [id, on(6)]);
  await gatewayLooks(ahead);
  expect(await world.rows(`SELECT 1 FROM alert WHERE kind = 'destruction-overdue'`)).toEqual([]);
});

it('by a clock that lags looks at what has come by it alone', async () => {
  const [deadline] = followed.filter(({ what }) => what === 'a deadline');
  await deadline?.put(on(-1), on(6));
  await told();
  await gatewayLooks(-2 * dayMs);
  expect(await told('timer')).toEqual([]);
  await gatewayLooks(0);
  expect(await told('timer')).toHaveLength(1);
});
