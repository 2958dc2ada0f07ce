import { join } from 'node:path';
import type pg from 'pg';
import type { AccessLog } from '../api/access-log.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../core/disclosure/ports.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import { entropy, randomBytes } from '../crypto/entropy.ts';
import { type GatewayKeys, openKeys } from '../crypto/keys.ts';
import { checkpointFile } from '../store/journal/checkpoint-file.ts';
import { type OpenJournal, openJournal } from '../store/journal/open-journal.ts';
import { startSequencer } from '../store/journal/sequencer.ts';
import { publicKeys, registerKey } from '../store/keys.ts';
import { openDatabase } from '../store/open-database.ts';
import { activatePolicySet } from '../store/policy-sets.ts';
import { openPool } from '../store/pool.ts';
import { startPurge } from '../store/purge.ts';
import { openRegistry, type PolledRegistry } from '../store/registry.ts';
import type { Opened } from './opened.ts';

/** What is on record and what writes to it: the database with its logins, the keys beside it, the ledger. */
export interface GatewayRecord {
  readonly serve: pg.Pool;
  readonly keys: GatewayKeys;
  readonly journal: OpenJournal;
  readonly registry: PolledRegistry;
  /** Name of the log in its checkpoints. */
  readonly origin: string;
}

/** One connection is the ledger lane's. */
const laneConnections = 1;
/**
 * A caller is told within five seconds that nothing can be given, whatever the database does: also one
 * that stands still, which is given up a second after its own time-out should have come, and one whose
 * tables somebody holds locked.
 */
const statementTimeoutMs = 2_500;
const patienceMs = 3_000;

export async function openRecord(
  config: Config,
  opened: Opened,
  { set, clock, log }: { readonly set: PolicySet; readonly clock: Clock; readonly log: AccessLog },
): Promise<GatewayRecord> {
  const database = opened.add(await openDatabase(config.database, false), (open) => open.stop());
  const pool = (url: string, max: number, name: string) =>
    opened.add(openPool(url, { max, name, statementTimeoutMs }), (open) => open.end());
  const serve = pool(database.urls.serve, config.database.pool + laneConnections, 'sluis-serve');
  const sequencer = pool(database.urls.sequencer, 2, 'sluis-sequencer');
  const eraser = pool(database.urls.eraser, 1, 'sluis-eraser');

  // A database that was written with other keys must not get new ones: its people would be lost.
  const fresh = (await publicKeys(serve)).length === 0;
  const keys = await openKeys({ directory: join(config.database.dataDir, 'keys'), create: fresh });
  const { keyId, jwk } = keys.checkpoint;
  await registerKey(serve, { id: keyId, use: 'checkpoint', alg: 'Ed25519', jwk }, clock.now());
  await activatePolicySet(serve, set.digest, clock.now());
  const journal = opened.add(
    await openJournal({
      servePool: serve,
      signer: keys.ledger,
      cipher: keys.subjects,
      random: randomBytes,
      entropy,
      clock,
      patienceMs,
    }),
    (open) => open.close(),
  );
  opened.add(
    startSequencer({
      pool: sequencer,
      signer: keys.checkpoint,
      origin: config.ledger.origin,
      store: checkpointFile(join(config.database.dataDir, 'checkpoint')),
      intervalMs: config.ledger.intervalMs,
      onAlarm: (alarm) => log.alarm(alarm),
    }),
    (running) => running.stop(),
  );
  const onFault = () => log.alarm('what has outlived its period could not be purged');
  opened.add(startPurge({ pool: eraser, periods: set.retentionPeriods, now: clock.now, onFault }), (running) =>
    running.stop(),
  );
  const registry = opened.add(await openRegistry(serve), (open) => open.close());
  return { serve, keys, journal, registry, origin: config.ledger.origin };
}
