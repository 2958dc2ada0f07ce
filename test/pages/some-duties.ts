import { v7 } from 'uuid';
import type { EntryId, Instant, PurposeId, RequestId, UnitId } from '../../src/core/brand.ts';
import type { DutyLine } from '../../src/pages/ports.ts';

const day = (date: string) => `${date}T10:00:00.000Z` as Instant;

export function duty(changes: Partial<DutyLine>): DutyLine {
  return {
    id: v7() as RequestId,
    state: 'open',
    entry: v7() as EntryId,
    source: 'pi-zwolle' as UnitId,
    recipient: 'gemeente-zwolle' as UnitId,
    purpose: 'plan-basic-conditions' as PurposeId,
    disclosedAt: day('2026-03-01'),
    retain: { until: 'plan-closed', plus: 'P6M', atLeast: null, status: 'design-default' },
    deleteBy: null,
    destroyedAt: null,
    destroyedHow: null,
    order: day('2026-03-01'),
    ...changes,
  };
}

/** One of each state, some of them twice. */
export function someDuties(): readonly DutyLine[] {
  const housing = { source: 'gemeente-zwolle' as UnitId, recipient: 'woningcorporatie' as UnitId };
  return [
    duty({ state: 'overdue', deleteBy: day('2026-09-01'), order: day('2026-09-01') }),
    duty({ ...housing, state: 'overdue', entry: null, deleteBy: day('2026-10-01'), order: day('2026-10-01') }),
    duty({ state: 'dated', deleteBy: day('2027-09-01'), order: day('2027-09-01') }),
    duty({}),
    duty({ state: 'undated', retain: { until: 'sector', plus: null, atLeast: null, status: 'law' } }),
    duty({ state: 'undated', retain: null }),
    duty({ state: 'destroyed', deleteBy: day('2026-05-01'), destroyedAt: day('2026-04-01'), destroyedHow: 'shredded' }),
    duty({ ...housing, state: 'destroyed', deleteBy: day('2026-05-01'), destroyedAt: day('2026-06-01') }),
  ];
}
