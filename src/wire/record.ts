import { join } from 'node:path';
import type pg from 'pg';
import type { AccessLog } from '../api/access-log.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../core/disclosure/ports.ts';
import type { KeyChangePorts } from '../core/key/record-key-change.ts';
import type { KeyChecks } from '../core/partner/key-check.ts';
import type { PolicySetRecords } from '../core/policy-set/ports.ts';
import { keyChecks } from '../crypto/encryption-key-proof.ts';
import { entropy, randomBytes } from '../crypto/entropy.ts';
import { type GatewayKeys, openKeys } from '../crypto/keys.ts';
import { joseSealer } from '../crypto/seal.ts';
import type { Trust } from '../crypto/trust.ts';
import { type CheckpointDuties, checkpointDuties } from '../store/journal/checkpoint-duties.ts';
import { type MarkFiles, openMarkFiles } from '../store/journal/mark-files.ts';
import { type OpenJournal, openJournal } from '../store/journal/open-journal.ts';
import { tidyMarks } from '../store/journal/tidy-marks.ts';
import { openDatabase } from '../store/open-database.ts';
import { partnerChangeRecords } from '../store/partner-changes.ts';
import { policySetRecords } from '../store/policy-set-records.ts';
import { type LoadedPolicySets, loadedPolicySets, storePolicySet } from '../store/policy-sets.ts';
import { openPool } from '../store/pool.ts';
import { openRecordedKeys } from '../store/recorded-keys.ts';
import { openRegistry, type PolledRegistry } from '../store/registry.ts';
import { certificateKeys } from '../store/seen-certificates.ts';
import { followKeys } from './follow-keys.ts';
import { keepForgetting } from './keep-forgetting.ts';
import type { Opened } from './opened.ts';
import { followPartnerChanges } from './partner-changes.ts';
import { describeInForce, firstPolicySet, followChanges, loadStored } from './policy-sets.ts';
import { openSequencing, type Sequencing } from './sequencing.ts';

/** What is on record and what writes to it: the database with its logins, the keys beside it, the ledger. */
export interface GatewayRecord {
  readonly serve: pg.Pool;
  /** The keys of subjects, in a database of their own. */
  readonly vault: pg.Pool;
  /** Of who asks how much: apart, so that counting never waits for deciding, nor the other way about. */
  readonly limits: pg.Pool;
  /** Of what is told to partners: apart, so that a receiver that hangs never holds up a decision. */
  readonly events: pg.Pool;
  readonly keys: GatewayKeys;
  readonly journal: OpenJournal;
  readonly registry: PolledRegistry;
  readonly policies: LoadedPolicySets;
  readonly policyRecords: PolicySetRecords;
  readonly sequencing: Sequencing;
  /** What is done with checkpoints after they were signed. */
  readonly duties: CheckpointDuties;
  /** Name of the log in its checkpoints. */
  readonly origin: string;
}

/** One connection is the ledger lane's. */
const laneConnections = 1;
const limitConnections = 4;
/** One of them listens. */
const eventConnections = 4;
/** Two of the sequencer itself, one for showing checkpoints to witnesses. */
const sequencerConnections = 3;
const vaultConnections = 4;
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
  { clock, log, trust }: { readonly clock: Clock; readonly log: AccessLog; readonly trust: () => Trust },
): Promise<GatewayRecord> {
  const database = opened.add(await openDatabase(config.database, false), (open) => open.stop());
  const pool = (url: string, max: number, name: string, durable = true) =>
    opened.add(openPool(url, { max, name, durable, statementTimeoutMs }), (open) => open.end());
  const serve = pool(database.urls.serve, config.database.pool + laneConnections, 'sluis-serve');
  const vault = pool(database.urls.vault, vaultConnections, 'sluis-vault');
  const limits = pool(database.urls.serve, limitConnections, 'sluis-limits', false);
  const events = pool(database.urls.serve, eventConnections, 'sluis-events');
  const sequencer = pool(database.urls.sequencer, sequencerConnections, 'sluis-sequencer');
  const eraser = pool(database.urls.eraser, 1, 'sluis-eraser');
  const vaultEraser = pool(database.urls.vaultEraser, 1, 'sluis-eraser');

  const keys = await openRecordedKeys(serve, (may) => openKeys({ ...config.database.keys, ...may }), clock.now());
  const marks = opened.add(await marksOf(config, serve), (open) => open.close());
  const journal = opened.add(
    await openJournal({
      servePool: serve,
      vaultPool: vault,
      signer: keys.ledger,
      cipher: keys.subjects,
      secrets: keys.identifiers,
      orderMark: keys.marks.order,
      random: randomBytes,
      entropy,
      clock,
      patienceMs,
      heartbeat: { everySeconds: config.ledger.heartbeatSeconds, begins: 'at-once' },
      marks,
      onAlarm: (alarm) => log.alarm(alarm),
    }),
    (open) => open.close(),
  );
  const sequencing = await openSequencing(config, opened, { pool: sequencer, keys, log });
  const { policies, policyRecords, registry } = await openPolicies(config, opened, {
    serve,
    journal,
    keys,
    clock,
    log,
    trust,
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
  const erasers = { ledger: eraser, vault: vaultEraser };
  await keepForgetting(opened, erasers, { serve, clock, log, journal, registry, policies });
  return {
    serve,
    vault,
    limits,
    events,
    keys,
    journal,
    registry,
    policies,
    policyRecords,
    sequencing,
    duties: checkpointDuties(sequencer),
    origin: config.ledger.origin,
  };
}

/** The last signed head of each instance of this host, outside the database. */
async function marksOf(config: Config, serve: pg.Pool): Promise<MarkFiles> {
  const directory = join(config.database.dataDir, 'marks');
  await tidyMarks(directory, serve, new Date());
  return openMarkFiles(directory);
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
    trust,
  }: Pick<GatewayRecord, 'serve' | 'journal' | 'keys'> & { clock: Clock; log: AccessLog; trust: () => Trust },
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
  const records = partnerChangeRecords(serve, keys.identifiers);
  const partnerPorts = { clock, entropy, journal, records, keyChecks: keyChecksOf(config, serve, trust) };
  opened.add(followPartnerChanges(partnerPorts, { refresh, log }), (following) => following.stop());
  return { policies, policyRecords, registry };
}

/** Planned keys are judged again by what is trusted when their start comes. */
function keyChecksOf({ demo }: Config, serve: pg.Pool, trust: () => Trust): KeyChecks {
  return keyChecks({
    sealer: joseSealer(),
    rules: () => ({ trust: trust(), acceptTestOins: demo }),
    certificateKeys: (unit) => certificateKeys(serve, unit),
  });
}
