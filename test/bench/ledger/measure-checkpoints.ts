import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 } from 'uuid';
import { checkpointFile } from '../../../src/store/journal/checkpoint-file.ts';
import { startSequencer } from '../../../src/store/journal/sequencer.ts';
import { median, percentile } from '../statistics.ts';
import { disclosures } from './disclosures.ts';
import type { LedgerBenchServer } from './ledger-bench-server.ts';
import type { CheckpointFigures, Timing } from './ledger-report.ts';
import { gatewayJournal } from './measure-commits.ts';

const origin = 'sluis.bench/ledger';
const intervalMs = 50;
/** Commits a second: many times what a country asks, and far below what the lane takes. */
const perSecond = 200;

/**
 * From the moment that a caller is told that its entry is durable until a checkpoint that covers it stands signed
 * outside the database and in it. Journal and sequencer share one process, as in a gateway.
 */
export function measureCheckpoints(
  server: LedgerBenchServer,
  { seconds, repetitions, say }: Timing,
): Promise<CheckpointFigures> {
  return server.withDatabase(async (database) => {
    const owner = database.pool('owner');
    const works = await disclosures({ owner, vaultOwner: database.pool('vaultOwner') }, server.keys.subjects);
    await works.prepare(perSecond * (seconds + 1) * repetitions);
    const { journal, close } = await gatewayJournal(server, database);
    const alarms: string[] = [];
    const sequencer = startSequencer({
      ...{ pool: database.pool('sequencer', 2), signer: server.keys.checkpoint, origin, intervalMs },
      store: checkpointFile(join(server.folder, `checkpoint-${v7()}`)),
      onAlarm: (alarm) => void alarms.push(alarm),
    });
    const rounds: { p50Ms: number; p99Ms: number; entries: number }[] = [];
    for (let round = 0; round <= repetitions; round += 1) {
      say(round === 0 ? 'checkpoints: warming up' : `checkpoints: round ${round} of ${repetitions}`);
      const told = new Map<string, number>();
      const pending: Promise<unknown>[] = [];
      const count = perSecond * (round === 0 ? 1 : seconds);
      const from = performance.now();
      for (let made = 0; made < count; made += 1) {
        const work = works.next();
        const [entry] = work.entries;
        pending.push(journal.commit(work).then(() => told.set(entry?.id ?? '', Date.now())));
        // Spread as callers come: not one after the other's answer.
        await sleep(Math.max(0, from + ((made + 1) * 1_000) / perSecond - performance.now()));
      }
      await Promise.all(pending);
      await signedAll(owner);
      const latencies = await latenciesMs(owner, told);
      if (round > 0) {
        rounds.push({ p50Ms: percentile(latencies, 50), p99Ms: percentile(latencies, 99), entries: latencies.length });
      }
    }
    await sequencer.stop();
    await close();
    if (alarms.length > 0) throw new Error(`the sequencer had an alarm: ${alarms[0]}`);
    const middle = (of: 'p50Ms' | 'p99Ms') => median(rounds.map((round) => round[of]));
    return { intervalMs, perSecond, p50Ms: middle('p50Ms'), p99Ms: middle('p99Ms'), rounds };
  });
}

type Owner = ReturnType<Parameters<Parameters<LedgerBenchServer['withDatabase']>[0]>[0]['pool']>;

async function signedAll(owner: Owner): Promise<void> {
  const until = performance.now() + 30_000;
  for (;;) {
    const { rows } = await owner.query<{ behind: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM ledger_pending) OR (SELECT coalesce(max(index) + 1, 0) FROM ledger_tree)
        > (SELECT coalesce(max(size), 0) FROM ledger_checkpoint) AS behind`,
    );
    if (rows[0]?.behind === false) return;
    if (performance.now() > until) throw new Error('not everything was signed within 30 s');
    await sleep(20);
  }
}

/** Ascending. The database's clock is this host's. */
async function latenciesMs(owner: Owner, told: ReadonlyMap<string, number>): Promise<readonly number[]> {
  const { rows } = await owner.query<{ entry_id: string; at: number }>(
    `SELECT t.entry_id, (extract(epoch FROM c.at) * 1000)::float8 AS at FROM ledger_tree t
      CROSS JOIN LATERAL (SELECT at FROM ledger_checkpoint WHERE size > t.index ORDER BY size LIMIT 1) c
      WHERE t.entry_id = ANY ($1::uuid[])`,
    [[...told.keys()]],
  );
  if (rows.length !== told.size) throw new Error('an entry has no checkpoint');
  return rows.map(({ entry_id, at }) => Number(at) - (told.get(entry_id) ?? 0)).sort((a, b) => a - b);
}
