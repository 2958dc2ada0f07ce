import { randomInt } from 'node:crypto';
import { z } from 'zod';
import type { ConsentId, SubjectId } from '../../src/core/brand.ts';
import type { Committed } from '../../src/core/disclosure/ports.ts';
import { Fault } from '../../src/core/fault.ts';
import type { OpenJournal } from '../../src/store/journal/open-journal.ts';
import { openPool } from '../../src/store/pool.ts';
import { entry, journalOn, now, work } from './journal-world.ts';

/** What the parent sends: a gateway-like process that discloses and withdraws at random, many at once. */
export const workerTask = z.strictObject({
  url: z.string(),
  vault: z.string(),
  subjects: z.array(z.string()),
  operations: z.int(),
  lanes: z.int(),
  /** How long a work stands in line for a row that others hold. */
  patienceMs: z.int(),
});

export interface WorkerResult {
  readonly disclosed: number;
  readonly moved: number;
  readonly stale: number;
  readonly conflicts: number;
  readonly faults: number;
}

const basisRow = z.strictObject({ epoch: z.coerce.number(), id: z.string(), state: z.enum(['given', 'withdrawn']) });

async function run(task: z.infer<typeof workerTask>): Promise<WorkerResult> {
  const pool = openPool(task.url);
  const vault = openPool(task.vault);
  const journal = await journalOn({ serve: pool, vault }, { patienceMs: task.patienceMs });
  const result = { disclosed: 0, moved: 0, stale: 0, conflicts: 0, faults: 0 };
  let left = task.operations;

  const step = async (): Promise<void> => {
    const subject = task.subjects[randomInt(task.subjects.length)] as SubjectId;
    const { rows } = await pool.query(
      'SELECT s.epoch, c.id, c.state FROM subject s JOIN consent c ON c.subject_id = s.id WHERE s.id = $1',
      [subject],
    );
    const basis = basisRow.parse(rows[0]);
    const moves = basis.state === 'withdrawn' || randomInt(10) === 0;
    const committed = await (moves ? move(journal, subject, basis) : disclose(journal, subject, basis.epoch));
    if (committed.outcome === 'stale') result.stale += 1;
    else if (committed.outcome === 'conflict') result.conflicts += 1;
    else if (moves) result.moved += 1;
    else result.disclosed += 1;
    if (committed.outcome === 'durable') left -= 1;
  };
  const lane = async (): Promise<void> => {
    while (left > 0) {
      try {
        await step();
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        result.faults += 1;
        left -= 1;
      }
    }
  };
  await Promise.all(Array.from({ length: task.lanes }, lane));
  await journal.close();
  await pool.end();
  await vault.end();
  return result;
}

function disclose(journal: OpenJournal, subject: SubjectId, epoch: number): Promise<Committed> {
  const entries = [entry({ kind: 'disclosure', subject, body: { fields: [subject, String(epoch)] } })];
  return journal.commit(work({ id: subject, epoch }, { entries }));
}

function move(
  journal: OpenJournal,
  subject: SubjectId,
  { id, epoch, state }: z.infer<typeof basisRow>,
): Promise<Committed> {
  const to = state === 'given' ? 'withdrawn' : 'given';
  const body = { consent: id, categories: [subject, String(epoch)] };
  const entries = [entry({ kind: `consent-${to}`, subject, body })];
  const changes = [{ type: 'consent-moved', id: id as ConsentId, from: state, to, at: now() } as const];
  return journal.commit(work({ id: subject, epoch }, { moves: true, entries, changes }));
}

process.once('message', (message) => {
  void run(workerTask.parse(message)).then((result) => {
    process.send?.(result, () => process.disconnect());
  });
});
// Nothing is left behind when the parent dies.
process.once('disconnect', () => process.exit());
