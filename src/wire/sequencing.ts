import type pg from 'pg';
import type { AccessLog } from '../api/access-log.ts';
import type { Config } from '../config.ts';
import type { Alerts } from '../core/alert/alert.ts';
import { Fault } from '../core/fault.ts';
import type { GatewayKeys } from '../crypto/keys.ts';
import type { LedgerAlarm } from '../store/journal/ledger-alarm.ts';
import { openCheckpointStore } from '../store/journal/open-checkpoint-store.ts';
import { type SequencerOptions, startSequencer } from '../store/journal/sequencer.ts';
import { countersigner } from './countersigner.ts';
import type { Opened } from './opened.ts';

export interface Sequencing {
  /** Officers are told of what was refused from now on, and of what was before. */
  alertTo(alerts: Alerts): void;
  stop(): Promise<void>;
}

const againMs = 5_000;

/** The gateway's sequencer, with the last checkpoint where configuration says. Throws as `openCheckpointStore` does. */
export async function openSequencing(
  { ledger, database }: Pick<Config, 'ledger' | 'database'>,
  opened: Opened,
  { pool, keys, log }: { readonly pool: pg.Pool; readonly keys: GatewayKeys; readonly log: Pick<AccessLog, 'alarm'> },
): Promise<Sequencing> {
  const { dataDir } = database;
  const { store } = opened.add(await openCheckpointStore(ledger, { dataDir, ledger: pool }), (open) => open.close());
  const options = {
    pool,
    signer: keys.checkpoint,
    cosigners: keys.checkpointCosigners,
    formerKeys: keys.formerCheckpointKeys,
    origin: ledger.origin,
    store,
    intervalMs: ledger.intervalMs,
    witnessedAtOnce: ledger.witnesses === null,
    countersign: countersigner(ledger),
  };
  return opened.add(startSequencing(options, log), (running) => running.stop());
}

/** That the ledger is refused is told to operators at once, and to officers once. */
export function startSequencing(options: Omit<SequencerOptions, 'onAlarm'>, log: Pick<AccessLog, 'alarm'>): Sequencing {
  let alerts: Alerts | null = null;
  let untold: LedgerAlarm | null = null;
  const tell = async (): Promise<void> => {
    if (alerts === null || untold === null) return;
    const { refusal, signed } = untold;
    try {
      const detail = { problem: refusal, signed };
      await alerts.raise({ kind: 'ledger-refused', unit: null, mark: `${refusal} ${signed}`, detail });
      untold = null;
    } catch (error) {
      // The database is away: told at the next turn.
      if (!(error instanceof Fault)) log.alarm('officers could not be told that the ledger is refused');
    }
  };
  const sequencer = startSequencer({
    ...options,
    onAlarm(alarm, refused) {
      log.alarm(refused === null ? alarm : `the ledger is refused: ${alarm}`);
      untold = refused ?? untold;
      void tell();
    },
  });
  const timer = setInterval(() => void tell(), againMs).unref();
  return {
    alertTo(to) {
      alerts = to;
      void tell();
    },
    async stop() {
      clearInterval(timer);
      await sequencer.stop();
    },
  };
}
