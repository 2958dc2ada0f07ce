import { setTimeout as sleep } from 'node:timers/promises';
import type { PartnerClient } from '../../../src/demo/partner-client.ts';

export interface Served {
  readonly calls: number;
  /** Answers that were not 200, and calls that got none. */
  readonly unserved: readonly string[];
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
}

/** A partner that asks all the while, some ten times a second, until it is told to stop. */
export function goodClient(client: PartnerClient): { stop(): Promise<Served> } {
  const times: number[] = [];
  const unserved: string[] = [];
  let going = true;
  const asking = (async () => {
    while (going) {
      const started = performance.now();
      await client.get('/v1/events').then(
        ({ status }) => {
          if (status !== 200) unserved.push(String(status));
        },
        (error: Error) => unserved.push(error.message),
      );
      times.push(performance.now() - started);
      await sleep(100);
    }
  })();
  return {
    async stop() {
      going = false;
      await asking;
      const sorted = [...times].sort((a, b) => a - b);
      const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
      return { calls: times.length, unserved, medianMs: at(0.5), p99Ms: at(0.99), slowestMs: at(1) };
    },
  };
}
