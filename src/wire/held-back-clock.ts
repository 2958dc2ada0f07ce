import type pg from 'pg';
import { type Instant, instant } from '../core/brand.ts';
import type { Clock } from '../core/disclosure/ports.ts';
import { databaseTime } from '../store/database-time.ts';
import { type FollowedTurns, followTurns } from './follow-turns.ts';

export type HeldBackClock = Clock & FollowedTurns;

/** Set right within so long, where the clock of the database was. */
const readEveryMs = 5_000;

/**
 * The gateway's own clock where it is not ahead of the database's, and else that one: for what nobody can take back, such
 * as a reminder that was told, a term that is over, a break-glass that is revoked. One gateway whose clock runs ahead would
 * use them up for all the others; one whose clock lags leaves them to the others.
 */
export async function heldBackClock(pool: pg.Pool, own: Clock, onBroken: () => void): Promise<HeldBackClock> {
  const read = async () => {
    const time = await databaseTime(pool);
    // What passes here since the answer came is no more than what passes there since it was made.
    return { ms: Date.parse(time), readAtMs: performance.now() };
  };
  let last = await read();
  const reading = followTurns(
    async () => {
      last = await read();
    },
    onBroken,
    readEveryMs,
  );
  const now = (): Instant => {
    const theirs = instant(new Date(last.ms + performance.now() - last.readAtMs));
    const ours = own.now();
    return ours < theirs ? ours : theirs;
  };
  return {
    now,
    ago: (ms) => instant(new Date(Date.parse(now()) - ms)),
    pause: (ms) => own.pause(ms),
    stop: () => reading.stop(),
  };
}
