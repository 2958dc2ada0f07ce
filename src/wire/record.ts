import { join } from 'node:path';
import type pg from 'pg';
import type { AccessLog } from '../api/access-log.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../core/disclosure/ports.ts';
import type { KeyChangePorts } from '../core/key/record-key-change.ts';
import type { PolicySetRecords } from '../core/policy-set/ports.ts';
import { entropy, randomBytes } from '../crypto/entropy.ts';
import { type GatewayKeys, openKeys } from '../crypto/keys.ts';
import { checkpointFile } from '../store/journal/checkpoint-file.ts';
import { type OpenJournal, openJournal } from '../store/journal/open-journal.ts';
import { startSequencer } from '../store/journal/sequencer.ts';
import { openDatabase } from '../store/open-database.ts';
import { partnerChangeRecords } from '../store/partner-changes.ts';
import { policySetRecords } from '../store/policy-set-records.ts';
import { type LoadedPolicySets, loadedPolicySets, storePolicySet } from '../store/policy-sets.ts';
import { openPool } from '../store/pool.ts';
import { startPurge } from '../store/purge.ts';
import { openRecordedKeys } from '../store/recorded-keys.ts';
import { openRegistry, type PolledRegistry } from '../store/registry.ts';
import { followKeys } from './follow-keys.ts';
import type { Opened } from './opened.ts';
import { followPartnerChanges } from './partner-changes.ts';
import { describeInForce, firstPolicySet, followChanges, loadStored } from './policy-sets.ts';

/** What is on record and what writes to it: the database with its logins, the keys beside it, the ledger. */
export interface GatewayRecord {
  readonly serve: pg.Pool;
  /** Of who asks how much: apart, so that counting never waits for deciding, nor the other way about. */
  readonly limits: pg.Pool;
  readonly keys: GatewayKeys;
  readonly journal: OpenJournal;
  readonly registry: PolledRegistry;
  readonly policies: LoadedPolicySets;
  readonly policyRecords: PolicySetRecords;
  /** Name of the log in its checkpoints. */
  readonly origin: string;
}

/** One connection is the ledger lane's. */
const laneConnections = 1;
const limitConnections = 4;
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
  { clock, log }: { readonly clock: Clock; readonly log: AccessLog },
): Promise<GatewayRecord> {
  const database = opened.add(await openDatabase(config.database, false), (open) => open.stop());
  const pool = (url: string, max: number, name: string, durable = true) =>
    opened.add(openPool(url, { max, name, durable, statementTimeoutMs }), (open) => open.end());
  const serve = pool(database.urls.serve, config.database.pool + laneConnections, 'sluis-serve');
  const limits = pool(database.urls.serve, limitConnections, 'sluis-limits', false);
  const sequencer = pool(database.urls.sequencer, 2, 'sluis-sequencer');
  const eraser = pool(database.urls.eraser, 1, 'sluis-eraser');

  const keys = await openRecordedKeys(serve, (may) => openKeys({ ...config.database.keys, ...may }), clock.now());
  const journal = opened.add(
    await openJournal({
      servePool: serve,
      signer: keys.ledger,
      cipher: keys.subjects,
      secrets: keys.identifiers,
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
      cosigners: keys.checkpointCosigners,
      formerKeys: keys.formerCheckpointKeys,
      origin: config.ledger.origin,
      store: checkpointFile(join(config.database.dataDir, 'checkpoint')),
      intervalMs: config.ledger.intervalMs,
      onAlarm: (alarm) => log.alarm(alarm),
    }),
    (running) => running.stop(),
  );
  const { policies, policyRecords, registry } = await openPolicies(config, opened, {
    serve,
    journal,
    keys,
    clock,
    log,
  });
  const following = await followKeys({
    pool: serve,
    keys,
    settings: config.database.keys,
    instance: journal.instance,
    ports: { clock, entropy, journal, basis: () => commitBasis(policyRecords) },
    clock,
    log,
  });
  opened.add(following, (running) => running.stop());
  const onFault = () => log.alarm('what has outlived its period could not be purged');
  const periods = policies.current().retentionPeriods;
  opened.add(startPurge({ pool: eraser, periods, now: clock.now, onFault }), (running) => running.stop());
  return { serve, limits, keys, journal, registry, policies, policyRecords, origin: config.ledger.origin };
}

async function commitBasis(records: PolicySetRecords): Promise<Awaited<ReturnType<KeyChangePorts['basis']>>> {
  const { registryVersion, active } = await records.read();
  return { registryVersion, policySet: active };
}

/** The sets that bind somebody, and the registry that says whom; both change in one moment. */
async function openPolicies(
  config: Config,
  opened: Opened,
  {
    serve,
    journal,
    keys,
    clock,
    log,
  }: Pick<GatewayRecord, 'serve' | 'journal' | 'keys'> & { clock: Clock; log: AccessLog },
): Promise<Pick<GatewayRecord, 'policies' | 'policyRecords' | 'registry'>> {
  const policyRecords = policySetRecords(serve);
  const policies = loadedPolicySets({
    pool: serve,
    load: loadStored,
    onAlarm: (digest) => log.alarm(`the policy set ${digest} does not load; the last good one stays`),
  });
  const ports = { clock, entropy, journal, records: policyRecords };
  await firstPolicySet(ports, {
    folder: config.policies,
    unsigned: config.unsignedPolicies,
    sets: policies,
    store: (files) => storePolicySet(serve, files, clock.now()),
  });
  const registry = opened.add(await openRegistry(serve, { follow: policies.follow }), (open) => open.close());
  process.stderr.write(`sluis: ${describeInForce(policies.current(), config.policies)}\n`);
  const refresh = () => registry.refresh();
  opened.add(followChanges(ports, { sets: policies, refresh, log }), (following) => following.stop());
  const partnerPorts = { clock, entropy, journal, records: partnerChangeRecords(serve, keys.identifiers) };
  opened.add(followPartnerChanges(partnerPorts, { refresh, log }), (following) => following.stop());
  return { policies, policyRecords, registry };
}
