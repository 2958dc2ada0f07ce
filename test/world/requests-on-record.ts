import { v7 } from 'uuid';
import type { EntryId, SubjectId } from '../../src/core/brand.ts';
import type { Change, OpenedRequest } from '../../src/core/disclosure/change.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
import { type Move, type RequestState, requestStates, transitions } from '../../src/core/disclosure/state.ts';
import type { OpenJournal } from '../../src/store/journal/open-journal.ts';
import { requestRecord, work } from './journal-world.ts';

/** The states that lead to this one from where a request is opened, itself included: the fewest that the table allows. */
export function wayTo(state: RequestState): readonly RequestState[] {
  const ways = new Map<RequestState, readonly RequestState[]>([['received', []]]);
  // A map is walked in the order in which it grows: the shortest ways come first.
  for (const [from, way] of ways) {
    for (const to of transitions[from]) if (!ways.has(to)) ways.set(to, [...way, to]);
  }
  const way = ways.get(state);
  if (way === undefined || way.length === 0) throw new RangeError(`no request on record is ${state}`);
  return way;
}

/** Puts a request on record in any state that one can have, step by step as requests go, and gives it as it then stands. */
export async function requestOnRecord(
  journal: OpenJournal,
  subject: SubjectId | null,
  changes: Partial<RequestRecord> = {},
): Promise<RequestRecord> {
  const record: RequestRecord = { ...requestRecord(subject), ...changes };
  const [opening, ...way] = wayTo(record.state);
  const opened = { ...record, state: opening, ...(way.length > 0 ? { entry: v7() } : {}) } as OpenedRequest;
  const write = async (change: Change): Promise<void> => {
    const { outcome } = await journal.commit(work(null, { changes: [change] }));
    if (outcome !== 'durable') throw new Error(`a request was not put on record: ${outcome}`);
  };
  await write({ type: 'request-opened', request: opened });
  let from = opened.state as RequestState;
  for (const to of way) {
    const entry = to === record.state ? record.entry : (v7() as EntryId);
    const step = { type: 'request-moved', id: record.id, at: record.movedAt, entry, decision: null } as const;
    await write({ ...step, ...({ from, to } as Move) });
    from = to;
  }
  return record;
}

/** Every state that a row can have. */
export const statesOnRecord = requestStates.filter((state) => state !== 'received');
