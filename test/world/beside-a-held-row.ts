import type pg from 'pg';

/** A row, as the statement that locks it. */
export interface HeldRow {
  readonly pool: pg.Pool;
  readonly lock: string;
  readonly values: readonly unknown[];
}

/** Milliseconds of one turn after the other. */
export interface Beside {
  readonly tookMs: readonly number[];
  /** What the disk asked at the same time, of whoever commits one row with nothing else to do. */
  readonly plainMs: readonly number[];
}

/** Has somebody else hold a row in an open transaction for as long as `meanwhile` takes, however that ends. */
export async function whileHeld<T>({ pool, lock, values }: HeldRow, meanwhile: () => Promise<T>): Promise<T> {
  const foreign = await pool.connect();
  try {
    await foreign.query('BEGIN');
    // On a slow disk what happens meanwhile takes longer than a transaction may stand idle.
    await foreign.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    await foreign.query(lock, [...values]);
    return await meanwhile();
  } finally {
    // Closed, and not only given back: what failed must leave neither the row held nor the pool without an end.
    foreign.release(true);
  }
}

/** Thirty turns of `work`, each beside a commit of one row on the same disk; `owner` may make a table. */
export async function besidePlainCommits(owner: pg.Pool, work: () => Promise<void>): Promise<Beside> {
  await owner.query('CREATE TABLE IF NOT EXISTS plain_commit (n integer)');
  const tookMs: number[] = [];
  const plainMs: number[] = [];
  for (let turn = 0; turn < 30; turn++) {
    plainMs.push(await measured(() => owner.query('INSERT INTO plain_commit VALUES ($1)', [turn])));
    tookMs.push(await measured(work));
  }
  return { tookMs, plainMs };
}

/** The one in the middle: a machine that stands still once, or twice, is nobody's fault. */
export function median(tookMs: readonly number[]): number {
  return tookMs.toSorted((one, other) => one - other)[Math.floor(tookMs.length / 2)] ?? Number.POSITIVE_INFINITY;
}

async function measured(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}
