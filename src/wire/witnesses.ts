import type { AccessLog } from '../api/access-log.ts';
import type { Metrics } from '../api/metrics.ts';
import type { Alerts } from '../core/alert/alert.ts';
import type { NoteVerifier } from '../core/ledger/checkpoint.ts';
import { openWitnessed, type WitnessedCheckpoint } from '../core/ledger/witnessed.ts';
import type { CheckpointDuties, PublishedCheckpoint } from '../store/journal/checkpoint-duties.ts';
import { type Shown, showCheckpoint } from '../witness/show-checkpoint.ts';
import type { AddressedWitness, WitnessSettings } from '../witness-files.ts';

export interface WitnessPorts {
  readonly duties: CheckpointDuties;
  readonly settings: WitnessSettings;
  readonly origin: string;
  /** Keys with which the log signs or signed. */
  readonly logKeys: () => readonly NoteVerifier[];
  readonly alerts: Pick<Alerts, 'raise'>;
  readonly log: Pick<AccessLog, 'alarm' | 'notice'>;
  readonly metrics: Pick<Metrics, 'witness' | 'checkpointWaits'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Witnesses {
  /** Shows the newest checkpoint to every witness that has not cosigned it; for whoever has the turn. */
  show(stopped: AbortSignal): Promise<void>;
  /** Looks how long nothing was witnessed, and tells officers when that is too long; for every gateway. */
  watch(): Promise<void>;
}

/** How a witness has been of late. */
interface Standing {
  readonly witness: AddressedWitness;
  /** The size that it cosigned last, as far as is known. */
  known: number;
  /** Times in a row that it gave nothing. */
  failures: number;
  /** Milliseconds since 1970 before which it is left alone. */
  notBefore: number;
  came: Shown['came'] | 'nothing-yet';
  /** Whether it is in the database that it saw another history. */
  isKept: boolean;
}

export const answerTimeoutMs = 5_000;
const longestPauseMs = 60_000;
/** As far back as is looked for what a witness cosigned last; it says so itself where that is not enough. */
const notesLookedAt = 50;

/** Witnesses of the ledger as the gateway sees them: each on its own, counted together. */
export function witnessesOf(ports: WitnessPorts): Witnesses {
  const standings = ports.settings.witnesses.map(
    (witness): Standing => ({ witness, known: 0, failures: 0, notBefore: 0, came: 'nothing-yet', isKept: false }),
  );
  let isReady = false;
  let isWaiting = false;
  let unreadable: string | null = null;
  return {
    async show(stopped) {
      if (!isReady) await recount(standings, ports);
      isReady = true;
      await recallForks(standings, ports);
      const newest = await ports.duties.newest();
      if (newest === null) return;
      const opened = openWitnessed(newest.note, ports.origin, ports.logKeys(), { ...ports.settings, quorum: 0 });
      if (opened !== null) return showNewest(newest, opened, { standings, stopped }, ports);
      if (unreadable !== newest.note)
        ports.log.alarm('the newest checkpoint in the database is damaged: nobody is shown it');
      unreadable = newest.note;
    },
    async watch() {
      const { witnessedSize, waitingSeconds } = await ports.duties.state();
      ports.metrics.checkpointWaits(waitingSeconds ?? 0);
      const tooLong = (waitingSeconds ?? 0) * 1_000 > ports.settings.alarmAfterMs;
      if (tooLong === isWaiting) return;
      isWaiting = tooLong;
      if (!tooLong) return ports.log.notice('checkpoints are witnessed again');
      await tellAway(witnessedSize, standings, ports);
    },
  };
}

/**
 * What counts as witnessed must be so by the policy of today. It also says what each witness cosigned last, so that
 * one that remembers less is found out.
 */
async function recount(standings: readonly Standing[], ports: WitnessPorts): Promise<void> {
  const { duties, origin, settings } = ports;
  for (const { size, note } of await duties.witnessed(notesLookedAt)) {
    const opened = openWitnessed(note, origin, ports.logKeys(), { ...settings, quorum: 0 });
    if (opened === null || opened.cosigners.length < settings.quorum) await duties.unwitness(size);
    for (const { name } of opened?.cosigners ?? []) {
      const standing = standings.find(({ witness }) => witness.name === name);
      if (standing !== undefined) standing.known = Math.max(standing.known, size);
    }
  }
}

/** What a witness told the gateway that had the turn before counts here as well, also while that witness is silent. */
async function recallForks(standings: readonly Standing[], { duties, log }: WitnessPorts): Promise<void> {
  const forked = new Set(await duties.forked());
  for (const standing of standings) {
    const { name } = standing.witness;
    if (forked.has(name)) {
      if (standing.came !== 'forked')
        log.alarm(
          `LEDGER FORKED: the witness ${name} saw another history and has not cosigned since; nothing counts as witnessed`,
        );
      standing.came = 'forked';
      standing.isKept = true;
    } else if (standing.came === 'forked') {
      // It cosigned for another gateway since; or the database was away when it said so.
      if (standing.isKept) standing.came = 'nothing-yet';
      else await keepForked(standing, duties);
    }
  }
}

async function keepForked(standing: Standing, duties: CheckpointDuties): Promise<void> {
  const isForked = standing.came === 'forked';
  await duties.keepForked(standing.witness.name, isForked);
  standing.isKept = isForked;
}

async function showNewest(
  newest: PublishedCheckpoint,
  opened: WitnessedCheckpoint,
  { standings, stopped }: { readonly standings: readonly Standing[]; readonly stopped: AbortSignal },
  ports: WitnessPorts,
): Promise<void> {
  const { duties, origin, settings, now } = ports;
  const has = new Set(opened.cosigners.map(({ name }) => name));
  const due = standings.filter(({ witness, notBefore }) => !has.has(witness.name) && notBefore <= now());
  const lines = await Promise.all(
    due.map(async (standing) => {
      const { witness, known } = standing;
      const asking = { url: witness.url, witness, timeoutMs: answerTimeoutMs, now: () => now() / 1_000, stopped };
      const proving = { prove: duties.prove, size: duties.treeSize };
      const shown = await showCheckpoint({ ...asking, ...proving, note: newest.note, checkpoint: opened, known });
      if (stopped.aborted) return '';
      await note(standing, shown, opened.size, ports);
      return shown.came === 'cosigned' ? shown.line : '';
    }),
  );
  const added = lines.join('');
  // INVARIANT: while one witness has seen another history, nothing new counts as witnessed, whoever else cosigned it.
  const isForked = standings.some(({ came }) => came === 'forked');
  const reached = !isForked && openWitnessed(newest.note + added, origin, ports.logKeys(), settings) !== null;
  if (added !== '' || (reached && !newest.witnessed)) await duties.addLines(newest, added, reached);
}

/** Remembers what a witness answered, and tells what an operator or officer must know of it, once. */
async function note(standing: Standing, shown: Shown, size: number, ports: WitnessPorts): Promise<void> {
  const { witness, came: before } = standing;
  const { duties, log, metrics, settings, now, alerts } = ports;
  // Whoever saw another history and is silent now has still seen it.
  const isForked = before === 'forked' && shown.came !== 'cosigned';
  standing.came = isForked ? before : shown.came;
  const well = shown.came === 'cosigned' || shown.came === 'newer';
  standing.failures = well ? 0 : standing.failures + 1;
  const pause = Math.min(settings.everyMs * 2 ** Math.min(standing.failures, 10), longestPauseMs);
  standing.notBefore = well ? 0 : now() + pause;
  metrics.witness(witness.name, well);
  // On record before anything of this round is counted.
  if ((standing.came === 'forked') !== standing.isKept) await keepForked(standing, duties);
  if (shown.came === 'cosigned') {
    if (shown.rolledBack)
      log.alarm(`the witness ${witness.name} had cosigned ${standing.known} entries and remembered less: look at it`);
    standing.known = size;
  }
  if (shown.came === 'newer') standing.known = shown.size;
  if (shown.came === 'forked') {
    if (before !== 'forked')
      log.alarm(
        `LEDGER FORKED: the witness ${witness.name} saw another history of ${shown.size} entries; nothing counts as witnessed`,
      );
    const detail = { witness: witness.name, size: shown.size };
    await alerts.raise({ kind: 'ledger-forked', unit: null, mark: `${witness.name} ${shown.size}`, detail });
  } else if (!well && before !== shown.came && !isForked) {
    const why = shown.came === 'unknown' ? 'does not know this ledger or its key' : 'does not answer';
    log.notice(`the witness ${witness.name} ${why}`);
  } else if (well && !isForked && (before === 'away' || before === 'unknown' || before === 'forked')) {
    log.notice(`the witness ${witness.name} cosigns again`);
  }
}

async function tellAway(
  witnessedSize: number | null,
  standings: readonly Standing[],
  { settings, alerts, log }: WitnessPorts,
): Promise<void> {
  const { quorum } = settings;
  const minutes = Math.round(settings.alarmAfterMs / 60_000);
  log.alarm(
    `no checkpoint was witnessed for more than ${minutes} minutes: fewer than ${quorum} of ${standings.length} cosign`,
  );
  const detail = { quorum, witnesses: standings.length, size: witnessedSize ?? 0 };
  await alerts.raise({ kind: 'witnesses-away', unit: null, mark: String(witnessedSize ?? 0), detail });
}
