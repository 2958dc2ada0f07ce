import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Digest, FieldId, RequestId, UnitId } from '../../src/core/brand.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { createLimiter } from '../../src/core/limit/limiter.ts';
import { type LimitsFile, limitsFrom } from '../../src/core/limit/limits.ts';
import type { Oin } from '../../src/core/partner/partner.ts';
import type { Staff } from '../../src/pages/ports.ts';
import type {
  StaffAct,
  StaffDecision,
  StaffOperations,
  UnlimitedStaff,
} from '../../src/pages/staff/staff-operations.ts';
import { createLimitCounters } from '../../src/store/limits.ts';
import { keptUsers } from '../../src/wire/acting-users.ts';
import { limitedStaff } from '../../src/wire/limited-staff.ts';
import { staffOperations } from '../../src/wire/staff.ts';
import { testSecrets } from '../store/test-secrets.ts';
import { inboxUnits } from '../world/inbox-units.ts';
import { newSigner } from '../world/ledger-keys.ts';
import { detain, planRequest } from '../world/personas.ts';
import { type PostgresWorld, postgresWorld } from '../world/postgres-ports.ts';
import { shippedSet } from '../world/shipped-set.ts';
import { withObligations } from '../world/with-obligations.ts';

const asked = { approval: 'source-human', approvers: ['director'] } as const;
const set = withObligations(shippedSet(), 'plan-basic-conditions', asked);
const director: Staff = { kind: 'staff', unit: 'pi' as UnitId, number: 'm-1', role: 'director', name: 'F. Mulder' };

let world: PostgresWorld;
let staff: UnlimitedStaff;
let users: ReturnType<typeof keptUsers>;
beforeAll(async () => {
  world = await postgresWorld(
    set,
    inboxUnits().map((unit) => ({ ...unit, staff: unit.id === 'pi' })),
  );
  const cipher = testSecrets();
  users = keptUsers({ pool: world.pools.serve, cipher });
  staff = staffOperations({
    ports: { ...world.ports, users },
    pool: world.pools.serve,
    cipher,
    signer: newSigner(),
    mark: (text) => Buffer.from(text).toString('base64url').slice(-32),
    gatewayOin: '00000099000000000009' as Oin,
  });
});
afterAll(() => world.close());

async function waiting(): Promise<RequestId> {
  const person = world.newPerson();
  await detain(world.ports, () => world.call('pi'), person);
  const outcome = await ask(world.ports, world.call('gemeente'), planRequest({ subject: person }));
  if (outcome.kind !== 'waiting') throw new Error(outcome.kind);
  return outcome.request.id;
}

async function stepOf(id: RequestId): Promise<Digest> {
  const view = await staff.read(director, id);
  if (view === null) throw new Error('no request');
  return view.step;
}

async function decide(by: Staff, id: RequestId, said: Partial<StaffDecision> = {}) {
  const decision: StaffDecision = {
    ...{ decision: 'approved', ground: null, strike: [], seen: await stepOf(id) },
    ...said,
  };
  return { outcome: await staff.decide(by, world.ports.entropy.trace(), id, decision), decision };
}

describe('what people of a unit do', () => {
  const limited = (file: LimitsFile) => {
    const limiter = createLimiter({
      counters: createLimitCounters(world.pools.serve, Date.now),
      limits: limitsFrom(file),
      alerts: { raise: async () => undefined },
      now: world.ports.clock.now,
      mark: (...parts) => [file, ...parts].map((part) => JSON.stringify(part)).join(),
    });
    return { limiter, staff: limitedStaff(staff, limiter) };
  };
  const ask = (on: StaffOperations, by: Staff, id: RequestId, text: string) =>
    on.act(by, world.ports.entropy.trace(), id, { kind: 'question', text }, text);
  const toAnswer = async () => {
    const id = await waiting();
    await decide(director, id);
    return id;
  };

  it('counts for the unit with what its systems do, and nothing of what is too much is done', async () => {
    const { limiter, staff: on } = limited({ unit: { requestsPerMinute: 3 } });
    const id = await toAnswer();
    expect(await limiter.call(director.unit)).toBeNull();
    expect(await on.count(director)).toBeNull();
    expect(await ask(on, director, id, 'eerste vraag')).toMatchObject({ kind: 'recorded' });
    const over = { kind: 'over-limit', limit: 'requests', retryAfterS: expect.any(Number) };
    expect(await ask(on, director, id, 'tweede vraag')).toEqual(over);
    expect(await on.count(director)).toMatchObject({ limit: 'requests' });
    expect(await limiter.call(director.unit)).toMatchObject({ limit: 'requests' });
    expect(await on.messages(director, id)).toHaveLength(1);
  });

  it('counts for whoever does it with what their system does for them, and for no colleague', async () => {
    const { limiter, staff: on } = limited({ user: { requestsPerMinute: 2, subjectsPerHour: 1 } });
    const id = await toAnswer();
    expect((await limiter.admit({ unit: director.unit, user: director.number, subjects: [] })).over).toBeNull();
    expect(await ask(on, director, id, 'eerste vraag')).toMatchObject({ kind: 'recorded' });
    expect(await ask(on, director, id, 'tweede vraag')).toMatchObject({ kind: 'over-limit', limit: 'requests' });
    const colleague = { ...director, number: 'm-2' };
    const about = (subject: string) => ({ kind: 'answer', subject, data: {}, complete: true }) as const;
    const answer = (subject: string) => on.act(colleague, world.ports.entropy.trace(), id, about(subject), subject);
    expect(await answer(v7())).toEqual({ kind: 'other-person' });
    expect(await answer(v7())).toMatchObject({ kind: 'over-limit', limit: 'subjects' });
    expect(await on.messages(director, id)).toHaveLength(1);
  });

  it('pauses whoever decides again and again what is not theirs to decide', async () => {
    const { staff: on } = limited({ user: { refusalsInARow: 2 } });
    const id = await waiting();
    const guard = { ...director, number: 'm-9', role: 'guard' };
    const seen = await stepOf(id);
    const approve = () =>
      on.decide(guard, world.ports.entropy.trace(), id, { decision: 'approved', ground: null, strike: [], seen });
    expect(await approve()).toMatchObject({ kind: 'may-not-approve' });
    expect(await approve()).toMatchObject({ kind: 'may-not-approve' });
    expect(await approve()).toMatchObject({ kind: 'over-limit', limit: 'refusals' });
  });
});

describe('somebody who answers at the pages', () => {
  const act = (by: Staff, id: RequestId, said: StaffAct, page = 'page-1') =>
    staff.act(by, world.ports.entropy.trace(), id, said, page);

  /** Approved already, by a unit whose people answer. */
  async function toAnswer(): Promise<RequestId> {
    const id = await waiting();
    const { outcome } = await decide(director, id);
    expect(outcome).toMatchObject({ kind: 'recorded', request: { state: 'awaiting-source' } });
    return id;
  }

  it('stands on record by a role and a token, speaks of whom they read about, and gives once', async () => {
    const id = await toAnswer();
    const view = await staff.read(director, id);
    if (view === null) throw new Error('nothing to read');
    const { pseudonym: subject } = view.subject;
    const data = { 'identity.surname': 'Verzegelaar' } as const;
    const other = { kind: 'answer', subject: v7(), data, complete: true } as const;
    expect(await act(director, id, other)).toEqual({ kind: 'other-person' });
    const outcome = await act(director, id, { ...other, subject });
    if (outcome.kind !== 'recorded') throw new Error(outcome.kind);
    expect(outcome.request.state).toBe('answered');
    const opening = outcome.receipt.openings.find(({ name }) => name === 'answerer')?.value ?? '';
    const { role, token } = z.strictObject({ role: z.string(), token: z.string() }).parse(JSON.parse(opening));
    const { trace } = z.object({ trace: z.string() }).parse(JSON.parse(outcome.receipt.leaf));
    expect(role).toBe('director');
    expect(await users.find(trace as never, token)).toMatchObject({ id: 'm-1', name: 'F. Mulder' });
    expect(await act(director, id, { ...other, subject })).toMatchObject({ kind: 'replayed' });
    expect(await act(director, id, { ...other, subject }, 'page-2')).toMatchObject({ kind: 'wrong-state' });
    const { rows } = await world.pools.owner.query(
      'SELECT row_to_json(a)::text AS r FROM answer a WHERE request_id = $1',
      [id],
    );
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain('Verzegelaar');
  });

  it('delegates again to whom was named before: each page is an act of its own', async () => {
    const id = await toAnswer();
    const to = (user: string) => ({ kind: 'delegation', to: { user }, note: null }) as const;
    for (const [user, page] of [
      ['m-2', 'page-1'],
      ['m-3', 'page-2'],
      ['m-2', 'page-3'],
    ] as const) {
      expect(await act(director, id, to(user), page)).toMatchObject({ kind: 'recorded' });
    }
    expect((await staff.read(director, id))?.delegatedTo).toEqual({ user: 'm-2' });
    expect(await staff.messages(director, id)).toHaveLength(3);
    expect(await act(director, id, { kind: 'refusal', ground: 'niet te vinden' })).toMatchObject({ kind: 'recorded' });
  });

  it('is nobody of a unit that never agreed to it, or is another one', async () => {
    const id = await toAnswer();
    for (const unit of ['gemeente', 'politie', 'nowhere'] as UnitId[]) {
      const stranger = { ...director, unit };
      expect(await act(stranger, id, { kind: 'question', text: 'Welke naam?' })).toEqual({ kind: 'not-found' });
      expect(await staff.messages(stranger, id)).toEqual([]);
    }
  });
});

describe('somebody who decides at the pages', () => {
  it('stands on record as if their own system had said so: a role and a token, by which officers find who it was', async () => {
    const id = await waiting();
    const { outcome } = await decide(director, id, { strike: ['numbers.bsn' as FieldId] });
    if (outcome.kind !== 'recorded') throw new Error(outcome.kind);
    expect(outcome.request.state).toBe('awaiting-source');
    const opening = outcome.receipt.openings.find(({ name }) => name === 'approver')?.value ?? '';
    const { role, token } = z.strictObject({ role: z.string(), token: z.string() }).parse(JSON.parse(opening));
    expect(role).toBe('director');
    const { trace } = z.object({ trace: z.string() }).parse(JSON.parse(outcome.receipt.leaf));
    expect(await users.find(trace as never, token)).toEqual({
      unit: 'pi',
      id: 'm-1',
      role: 'director',
      name: 'F. Mulder',
    });
    const { rows } = await world.pools.owner.query('SELECT row_to_json(r)::text AS r FROM request r WHERE id = $1', [
      id,
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/Mulder|m-1/);
  });

  it('decides once, however often it is sent', async () => {
    const id = await waiting();
    const { decision } = await decide(director, id);
    const again = await staff.decide(director, world.ports.entropy.trace(), id, decision);
    expect(again).toMatchObject({ kind: 'replayed' });
    const other = { ...decision, decision: 'declined', ground: 'toch niet' } as const;
    expect(await staff.decide(director, world.ports.entropy.trace(), id, other)).toMatchObject({ kind: 'wrong-state' });
  });

  it('counts in their own role, and not for what was asked for them', async () => {
    const id = await waiting();
    const nurse = { ...director, number: 'm-2', role: 'nurse' };
    expect((await decide(nurse, id)).outcome).toEqual({ kind: 'may-not-approve' });
    const asker = { ...director, number: planRequest().onBehalfOf.id };
    expect((await decide(asker, id)).outcome).toEqual({ kind: 'may-not-approve' });
  });

  it('is nobody where the unit never agreed to it, or is another one', async () => {
    const id = await waiting();
    expect(await staff.read(director, id)).not.toBeNull();
    for (const unit of ['gemeente', 'politie', 'nowhere'] as UnitId[]) {
      const stranger = { ...director, unit };
      expect((await decide(stranger, id)).outcome).toEqual({ kind: 'not-found' });
      expect(await staff.read(stranger, id)).toBeNull();
      expect(await staff.list(stranger, { task: null, after: null, limit: 5 })).toEqual([]);
    }
  });

  it('cannot have a name that no token can say', async () => {
    const id = await waiting();
    await expect(decide({ ...director, name: 'F.\u202eMulder' }, id)).rejects.toThrow('refused: malformed');
    expect((await world.ports.requests.find(id))?.state).toBe('awaiting-approval');
  });
});
