import type { Timers } from '../../src/core/disclosure/ports.ts';
import type { Timer, TimerMark } from '../../src/core/timer/timer.ts';
import type { TimersReckoned } from '../../src/core/timer/timer-changes.ts';
import { duePage } from './due-page.ts';

interface MemoryTimers {
  readonly timers: Timer[];
}

export function memoryTimers(world: () => MemoryTimers): Timers {
  return {
    due: async (now, passed) => {
      const due = world().timers.filter(({ state, at }) => state === 'waiting' && at <= now);
      return duePage(due, ({ at }) => at, passed);
    },
    find: async (id) => world().timers.find((timer) => timer.id === id) ?? null,
  };
}

export function reckonTimers(world: MemoryTimers, { subject, marks, now }: TimersReckoned): void {
  const isLeft = (timer: Timer) => !marks.some((mark) => isSameMark(timer, mark));
  moveTimers(world, (timer) => timer.subject === subject && timer.state === 'waiting' && isLeft(timer), 'cancelled');
  for (const { isLate, ...mark } of marks) {
    if (!isLate) setTimer(world, { ...mark, subject, state: 'waiting', movedAt: now });
  }
}

function setTimer(world: MemoryTimers, timer: Timer): void {
  const index = world.timers.findIndex((known) => isSameMark(known, timer));
  const known = world.timers[index];
  if (known === undefined) world.timers.push(timer);
  else world.timers[index] = { ...known, subject: timer.subject };
  moveTimers(world, (each) => each.state === 'cancelled' && isSameMark(each, timer), 'waiting');
}

export function moveTimers({ timers }: MemoryTimers, which: (timer: Timer) => boolean, state: Timer['state']): void {
  for (const [index, timer] of timers.entries()) {
    if (which(timer)) timers[index] = { ...timer, state };
  }
}

function isSameMark(one: TimerMark, other: TimerMark): boolean {
  return one.word === other.word && one.kind === other.kind && one.fact === other.fact && one.at === other.at;
}
