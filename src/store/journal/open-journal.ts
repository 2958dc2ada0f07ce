import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Clock, Committed, Entropy, Journal, Work } from '../../core/disclosure/ports.ts';
import { Fault } from '../../core/fault.ts';
import type { LedgerSigner, MarkStore, RandomBytes } from '../../core/ledger/ports.ts';
import type { SubjectCipher } from '../../core/subject/ports.ts';
import { durabilityStatement, refuseForgetful } from '../durability.ts';
import { registerInstance, registerKey } from '../keys.ts';
import { query } from '../pool.ts';
import { addSubjectKey } from '../vault/add-subject-key.ts';
import type { FlushKeys } from './compose-flush.ts';
import { startHeartbeat } from './heartbeat.ts';
import { Lane } from './lane.ts';
import { connectLane } from './lane-connection.ts';
import { LaneWriter } from './lane-writer.ts';
import { OpeningKeyCache } from './opening-keys.ts';
import { type HeartbeatSettings, type OwnWords, ownWords } from './own-words.ts';
import { pendingWork } from './pending-work.ts';
import { readReceipt } from './read-receipt.ts';

export interface JournalOptions {
  /** The login `serve`. One of its connections becomes the lane's. */
  readonly servePool: pg.Pool;
  /** The login `serve` in the vault. */
  readonly vaultPool: pg.Pool;
  readonly signer: LedgerSigner;
  readonly cipher: SubjectCipher;
  readonly secrets: FlushKeys['secrets'];
  readonly orderMark: FlushKeys['orderMark'];
  readonly random: RandomBytes;
  readonly entropy: Pick<Entropy, 'id' | 'trace'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Works that one flush holds at most. Default 128. */
  readonly maxWorks?: number;
  /** How long a work is tried again while a row it needs is locked by others. Default 5000. */
  readonly patienceMs?: number;
  /** How long a caller waits for a database that is away. Default 1500. */
  readonly outageMs?: number;
  /** Left out: the instance gives no signs of life. */
  readonly heartbeat?: HeartbeatSettings;
  /** Where the last signed head is kept outside the database. Left out: nowhere. */
  readonly marks?: MarkStore;
  /** For whoever runs the gateway; nothing personal. */
  onAlarm?(alarm: string): void;
}

export interface OpenJournal extends Journal {
  /** Id of this writer, new at each start: sequences and flush numbers begin at 1. */
  readonly instance: string;
  /** From now on it is told after each commit that wrote events. */
  onEvents(told: () => void): void;
  /** Answers what was asked, then lets go of the database. */
  close(): Promise<void>;
}

const defaultOutageMs = 1_500;
const timeouts = { lockMs: 100, statementMs: 2000, answerMs: 3000 };

/** Opens the ledger for writing under a new instance. Throws `Fault('database-unavailable')` or `NotDurable`. */
export async function openJournal(options: JournalOptions): Promise<OpenJournal> {
  const { servePool, vaultPool, signer, cipher, secrets, orderMark, random } = options;
  const [durability] = await query(servePool, durabilityStatement, []);
  refuseForgetful(durability);
  const instance = options.entropy.id();
  const now = options.clock.now();
  await registerKey(servePool, { id: signer.keyId, use: 'ledger', alg: 'Ed25519', jwk: signer.jwk }, now);
  await registerInstance(servePool, { id: instance, keyId: signer.keyId }, now);

  const openingKeys = new OpeningKeyCache(vaultPool, cipher);
  const onAlarm = (alarm: string): void => options.onAlarm?.(alarm);
  const heartbeat = options.heartbeat ?? null;
  const { clock, entropy, marks = { write: () => undefined } } = options;
  const words = ownWords({ instance, heartbeat, dummyKey: cipher.dummyKey, clock, entropy });
  const writer = new LaneWriter(
    instance,
    { signer, cipher, secrets, orderMark, random },
    { words, marks, onAlarm },
    () => connectLane(servePool, timeouts),
  );
  const outageMs = options.outageMs ?? defaultOutageMs;
  let toldOfEvents = (): void => undefined;
  const lane = new Lane(writer, {
    maxWorks: options.maxWorks ?? 128,
    patienceMs: options.patienceMs ?? 5000,
    outageMs,
    onEvents: () => toldOfEvents(),
  });
  if (words.beginsAtOnce) lane.wake();
  const life = heartbeat && signsOfLife(heartbeat, { words, lane, pool: servePool, onAlarm });

  let isClosing = false;
  return {
    instance,
    async commit(work: Work): Promise<Committed> {
      if (isClosing) throw new Fault('ledger-unavailable', 'the journal is closed');
      const arrivedMs = performance.now();
      if (work.entries.length === 0) throw new RangeError('nothing changes without an entry');
      for (const change of work.changes) {
        if (change.type === 'subject-created') await addSubjectKey(vaultPool, change);
      }
      const subjects = [...new Set(work.entries.map(({ subject }) => subject))];
      let keys = openingKeys.get(subjects);
      if (keys === null) {
        await openingKeys.load(subjects);
        keys = openingKeys.get(subjects);
      }
      if (keys === null) {
        throw new Fault('ledger-unavailable', 'an entry about a person without a key cannot be written');
      }
      if (isClosing) throw new Fault('ledger-unavailable', 'the journal is closed');
      const found = keys;
      return new Promise((resolve, reject) => {
        lane.add(pendingWork(work, found, arrivedMs, { resolve, reject }));
      });
    },
    onEvents(told) {
      toldOfEvents = told;
    },
    receipt: (entry) => readReceipt({ pool: servePool, vault: vaultPool }, cipher, entry),
    async close() {
      isClosing = true;
      // Nothing comes after the last word.
      await lane.answered();
      // A database that is away holds nobody up: then the last word is not said.
      await Promise.race([life?.end(), sleep(outageMs, undefined, { ref: false })]);
      await lane.close();
    },
  };
}

/** Has the lane write heartbeats; `end` says the last one, if the instance ever began. Neither ever throws. */
function signsOfLife(
  { everySeconds }: HeartbeatSettings,
  { words, lane, pool, onAlarm }: { words: OwnWords; lane: Lane; pool: pg.Pool; onAlarm: (alarm: string) => void },
): { end(): Promise<void> } {
  const say = async (phase: 'beat' | 'end'): Promise<void> => {
    try {
      const read = (statement: { name: string; text: string }, values: readonly unknown[]) =>
        query(pool, statement, values);
      await new Promise((resolve, reject) => {
        words.beat(phase, read, { resolve, reject }).then((pending) => lane.add(pending), reject);
      });
    } catch {
      // Not gone on with: the next one says it, and until then the silence shows in the ledger.
      onAlarm(`the ledger could not be told that this instance is there (${phase})`);
    }
  };
  let speaking = Promise.resolve();
  const inTurn = (phase: 'beat' | 'end'): Promise<void> => {
    speaking = speaking.then(() => say(phase));
    return speaking;
  };
  const running = startHeartbeat({
    everyMs: everySeconds * 1_000,
    silentForMs: () => lane.silentForMs,
    beat: () => inTurn('beat'),
  });
  return {
    async end() {
      running.stop();
      if (lane.silentForMs !== null) await inTurn('end');
    },
  };
}
