import type { PendingWork } from './pending-work.ts';

export interface Batch {
  readonly works: readonly PendingWork[];
  /** `wait`: one work that found a row locked before stands in line for it, alone and for a moment only. */
  readonly turn: 'skip' | 'wait';
}

/** Skips before a mover waits for its row; under load on one subject somebody always holds it for a moment. */
const patientSkips = 3;

/** Who found a row locked in a way that held up its neighbours, or must now wait in line, goes alone. */
function goesAlone({ isMover, skips }: PendingWork): boolean {
  return skips >= (isMover ? patientSkips : 1);
}

/**
 * The works of the next flush, in order of arrival. Per subject either the readers before its first
 * mover, or one mover alone; per row that is written at most one work. Whoever must stay behind holds
 * its subject and rows, so that nobody overtakes it there.
 */
export function pickBatch(queue: readonly PendingWork[], nowMs: number, max: number): Batch {
  const works: PendingWork[] = [];
  const rows = new Set<string>();
  const subjects = new Map<string, 'read' | 'closed'>();
  for (const pending of queue) {
    if (works.length >= max) break;
    const { isMover, exclusive } = pending;
    const uses = pending.subjects.map((subject) => subjects.get(subject));
    const mayGo =
      pending.notBeforeMs <= nowMs &&
      !uses.includes('closed') &&
      !(isMover && uses.includes('read')) &&
      !exclusive.some((row) => rows.has(row));
    if (mayGo && goesAlone(pending)) {
      if (works.length === 0) return { works: [pending], turn: 'wait' };
      // Its own flush comes next; until then it keeps its place.
    } else if (mayGo) {
      works.push(pending);
    }
    for (const row of exclusive) rows.add(row);
    const left = isMover || !works.includes(pending) ? 'closed' : 'read';
    for (const subject of pending.subjects) subjects.set(subject, left);
  }
  return { works, turn: 'skip' };
}
