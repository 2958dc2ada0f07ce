import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/** How gateways on one database wake each other. A signal may be lost; whoever listens also looks by itself. */
export interface EventSignals {
  /** Tells every gateway, this one included, that events were written: soon, and once for many. */
  tell(): void;
  close(): Promise<void>;
}

const channel = 'sluis_events';
const tell = { name: 'event_signal', text: `SELECT pg_notify('${channel}', '')` };
/** Commits of so long share a signal. */
const gatherMs = 50;
const reconnectMs = 1_000;

/** INVARIANT: never in a transaction that writes entries: NOTIFY takes a lock that all commits would wait for. */
export function eventSignals(pool: pg.Pool, onSignal: () => void): EventSignals {
  const closing = new AbortController();
  let gathering: NodeJS.Timeout | null = null;
  const listening = keepListening(pool, onSignal, closing.signal);
  return {
    tell() {
      if (closing.signal.aborted) return;
      gathering ??= setTimeout(() => {
        gathering = null;
        // What is not told is found at the next look.
        pool.query(tell).catch(() => undefined);
      }, gatherMs);
    },
    async close() {
      closing.abort();
      if (gathering !== null) clearTimeout(gathering);
      await listening;
    },
  };
}

/** On a connection of its own, again after it broke. */
async function keepListening(pool: pg.Pool, onSignal: () => void, closing: AbortSignal): Promise<void> {
  while (!closing.aborted) {
    try {
      await listen(pool, onSignal, closing);
    } catch {
      // The database is away: nothing is written meanwhile that could be told.
      await sleep(reconnectMs, undefined, { signal: closing, ref: false }).catch(() => undefined);
    }
  }
}

async function listen(pool: pg.Pool, onSignal: () => void, closing: AbortSignal): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`LISTEN ${channel}`);
    client.on('notification', onSignal);
    // What was told while nobody listened.
    onSignal();
    await new Promise<void>((resolve, reject) => {
      client.once('error', reject);
      client.once('end', () => reject(new Error('the connection ended')));
      closing.addEventListener('abort', () => resolve(), { once: true });
      if (closing.aborted) resolve();
    });
  } finally {
    client.release(true);
  }
}
