import { describe, expect, it } from 'vitest';
import type { Instant, UnitId } from '../../../src/core/brand.ts';
import { type Asking, createLimiter, type Limiter } from '../../../src/core/limit/limiter.ts';
import { type LimitsFile, limitsFile, limitsFrom } from '../../../src/core/limit/limits.ts';
import { memoryCounters } from '../../world/memory-limiter.ts';

const unit = 'unit-a' as UnitId;
const few: LimitsFile = {
  unit: { requestsPerMinute: 3, subjectsPerHour: 4, refusalsInARow: 3 },
  user: { requestsPerMinute: 5, subjectsPerHour: 2, refusalsInARow: 2 },
};

function world(file: LimitsFile = few) {
  const { counters, remembered, total } = memoryCounters();
  const raised: { readonly kind: string; readonly unit: UnitId | null; readonly mark: string }[] = [];
  const limiter: Limiter = createLimiter({
    counters,
    limits: limitsFrom(file),
    now: () => '2026-11-22T10:30:00.000Z' as Instant,
    mark: (...parts) => parts.join('|'),
    alerts: {
      async raise({ kind, unit: about, mark, detail }) {
        expect(JSON.stringify(detail)).not.toMatch(/900000041|u1/);
        raised.push({ kind, unit: about, mark });
      },
    },
  });
  return { limiter, raised, remembered, total };
}

function about(value: string, user: string | null = null): Asking {
  return { unit, user, subjects: [{ type: 'caseReference', value }] };
}

async function refuse(limiter: Limiter, asking: Asking): Promise<void> {
  const admission = await limiter.admit(asking);
  if (admission.over !== null) throw new Error('not admitted');
  await admission.refused();
}

describe('requests', () => {
  it('of a unit are too many after its last, and its answer says when to come back', async () => {
    const { limiter } = world();
    const calls = [];
    for (let call = 0; call < 4; call++) calls.push(await limiter.call(unit));
    expect(calls).toEqual([null, null, null, { limit: 'requests', retryAfterS: 2 }]);
    expect(await limiter.call('unit-b' as UnitId)).toBeNull();
  });

  it('of one user are too many without any harm to another', async () => {
    const { limiter } = world({ ...few, user: { requestsPerMinute: 2 } });
    const admit = async (user: string) => (await limiter.admit({ unit, user, subjects: [] })).over?.limit ?? null;
    expect([await admit('u1'), await admit('u1'), await admit('u1'), await admit('u2')]).toEqual([
      null,
      null,
      'requests',
      null,
    ]);
  });
});

describe('subjects', () => {
  it('are counted once, and the one too many is refused and raises an alert', async () => {
    const { limiter, raised } = world();
    for (const value of ['aaa', 'aaa', 'bbb', 'ccc', 'ddd', 'aaa']) {
      expect((await limiter.admit(about(value))).over).toBeNull();
    }
    expect((await limiter.admit(about('eee'))).over).toEqual({ limit: 'subjects', retryAfterS: 2 });
    expect(raised).toEqual([{ kind: 'subject-sweep', unit, mark: 'unit|unit-a 2026-11-22T10' }]);
  });

  it('that were too many stay too many, and those asked before may still be asked', async () => {
    const { limiter } = world();
    for (const value of ['aaa', 'bbb', 'ccc', 'ddd', 'eee']) await limiter.admit(about(value));
    expect((await limiter.admit(about('eee'))).over?.limit).toBe('subjects');
    expect((await limiter.admit(about('aaa'))).over).toBeNull();
  });

  it('of one call are counted together: none is asked about when they are too many', async () => {
    const { limiter, remembered } = world();
    const subjects = ['aaa', 'bbb', 'ccc', 'ddd', 'eee'].map((value) => ({ type: 'caseReference', value }) as const);
    expect((await limiter.admit({ unit, user: null, subjects })).over?.limit).toBe('subjects');
    expect(remembered.size).toBe(0);
  });

  it('that one user asks too many of use up nothing of what is left to the unit', async () => {
    const { limiter, raised } = world();
    for (const value of ['aaa', 'bbb', 'ccc', 'ddd', 'eee', 'fff']) await limiter.admit(about(value, 'u1'));
    expect(raised[0]).toMatchObject({ kind: 'subject-sweep', mark: expect.stringMatching(/^user\|unit-a\|u1/) });
    expect((await limiter.admit(about('ggg', 'u2'))).over).toBeNull();
    expect((await limiter.admit(about('hhh'))).over).toBeNull();
    expect((await limiter.admit(about('iii'))).over?.limit).toBe('subjects');
  });

  it('that are too many for the unit use up nothing of what is left to the user', async () => {
    const { limiter, total } = world({
      ...few,
      unit: { ...few.unit, subjectsPerHour: 1 },
      user: { subjectsPerHour: 2 },
    });
    expect((await limiter.admit(about('aaa', 'u1'))).over).toBeNull();
    for (const value of ['bbb', 'ccc', 'ddd']) {
      const { over } = await limiter.admit(about(value, 'u1'));
      expect(over?.limit).toBe('subjects');
    }
    expect(total('subjects', 'user|unit-a|u1')).toBe(1);
  });
});

describe('refusals', () => {
  it('in a row make a pause, with an alert', async () => {
    const { limiter, raised } = world();
    for (let time = 0; time < 3; time++) await refuse(limiter, about('aaa'));
    expect((await limiter.admit(about('aaa'))).over).toEqual({ limit: 'refusals', retryAfterS: 60 });
    expect(raised).toEqual([{ kind: 'refusals-in-a-row', unit, mark: 'unit|unit-a 2026-11-22T10' }]);
  });

  it('with a permit between them are no row', async () => {
    const { limiter } = world();
    for (let time = 0; time < 6; time++) {
      await refuse(limiter, about('aaa'));
      const admission = await limiter.admit(about('aaa'));
      if (admission.over !== null) throw new Error('not admitted');
      await admission.permitted();
    }
  });

  it('of one user stop that user and no other', async () => {
    const { limiter } = world();
    for (let time = 0; time < 2; time++) await refuse(limiter, about('aaa', 'u1'));
    expect((await limiter.admit(about('aaa', 'u1'))).over?.limit).toBe('refusals');
    expect((await limiter.admit(about('aaa', 'u2'))).over).toBeNull();
  });
});

describe('a file of limits', () => {
  it('changes what it names, for all, for one unit and for the users of one unit', () => {
    const limits = limitsFrom(
      limitsFile.parse({
        unit: { subjectsPerHour: 10 },
        units: { 'unit-a': { unit: { subjectsPerHour: 20 }, user: { refusalsInARow: 7 } } },
      }),
    );
    const of = (kind: 'unit' | 'user', id: string) => limits.of(kind, id as UnitId);
    expect([of('unit', 'unit-a').subjectsPerHour, of('unit', 'unit-b').subjectsPerHour]).toEqual([20, 10]);
    expect([of('user', 'unit-a').refusalsInARow, of('user', 'unit-b').refusalsInARow]).toEqual([7, 100]);
    expect(of('unit', 'unit-a').requestsPerMinute).toBe(6_000);
  });

  it.each([
    { unit: { requests: 5 } },
    { unit: { requestsPerMinute: 0 } },
    { unit: { requestsPerMinute: 1.5 } },
    { units: { 'Unit A': {} } },
    { limits: {} },
    { users: {} },
    null,
  ])('that says something else is no file of limits: %j', (file) => {
    expect(limitsFile.safeParse(file).success).toBe(false);
  });

  it('never leaves a limit out', () => {
    const limits = limitsFrom({ unit: { subjectsPerHour: undefined } });
    expect(limits.of('unit', unit).subjectsPerHour).toBe(1_000);
    // A name that every object has is no unit with limits of its own.
    expect(limitsFrom({}).of('unit', 'constructor' as UnitId).requestsPerMinute).toBe(6_000);
  });
});
