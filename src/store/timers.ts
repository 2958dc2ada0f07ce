import type pg from 'pg';
import { z } from 'zod';
import type { FactId, Instant, SubjectId, TimerId } from '../core/brand.ts';
import { dueAtOnce } from '../core/disclosure/each-in-turn.ts';
import type { Timers } from '../core/disclosure/ports.ts';
import type { Timer } from '../core/timer/timer.ts';
import { query } from './pool.ts';
import { isUuid } from './uuid.ts';

const columns = 'id, word, kind, subject_id, fact_id, at, state, moved_at';
const byId = { name: 'timer_by_id', text: `SELECT ${columns} FROM timer WHERE id = $1` };
const waiting = {
  name: 'timer_due',
  text: `SELECT ${columns} FROM timer WHERE state = 'waiting' AND at <= $1 ORDER BY at, id LIMIT ${dueAtOnce} OFFSET $2`,
};

const row = z.strictObject({
  id: z.uuid(),
  word: z.string(),
  kind: z.enum(['reminder', 'due', 'retention']),
  subject_id: z.uuid(),
  fact_id: z.uuid(),
  at: z.string(),
  state: z.enum(['waiting', 'fired', 'cancelled']),
  moved_at: z.string(),
});

export function createTimers(pool: pg.Pool): Timers {
  return {
    async due(now: Instant, passed: number): Promise<readonly Timer[]> {
      return (await query(pool, waiting, [now, passed])).map(toTimer);
    },
    async find(id: TimerId): Promise<Timer | null> {
      if (!isUuid(id)) return null;
      const [found] = await query(pool, byId, [id]);
      return found === undefined ? null : toTimer(found);
    },
  };
}

function toTimer(found: unknown): Timer {
  const timer = row.parse(found);
  return {
    id: timer.id as TimerId,
    word: timer.word,
    kind: timer.kind,
    subject: timer.subject_id as SubjectId,
    fact: timer.fact_id as FactId,
    at: timer.at as Instant,
    state: timer.state,
    movedAt: timer.moved_at as Instant,
  };
}
