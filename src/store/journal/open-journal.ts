import type pg from 'pg';
import type { Clock, Committed, Entropy, Journal, Work } from '../../core/disclosure/ports.ts';
import { Fault } from '../../core/fault.ts';
import type { LedgerSigner, RandomBytes } from '../../core/ledger/ports.ts';
import type { SubjectCipher } from '../../core/subject/ports.ts';
import { registerInstance, registerKey } from '../keys.ts';
import type { FlushKeys } from './compose-flush.ts';
import { Lane } from './lane.ts';
import { connectLane } from './lane-connection.ts';
import { LaneWriter } from './lane-writer.ts';
import { OpeningKeyCache } from './opening-keys.ts';
import { pendingWork } from './pending-work.ts';
import { readReceipt } from './read-receipt.ts';

export interface JournalOptions {
  /** The login `serve`. One of its connections becomes the lane's. */
  readonly servePool: pg.Pool;
  readonly signer: LedgerSigner;
  readonly cipher: SubjectCipher;
  readonly secrets: FlushKeys['secrets'];
  readonly random: RandomBytes;
  readonly entropy: Pick<Entropy, 'id'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Works that one flush holds at most. Default 128. */
  readonly maxWorks?: number;
  /** How long a work is tried again while a row it needs is locked by others. Default 5000. */
  readonly patienceMs?: number;
  /** How long a caller waits for a database that is away. Default 1500. */
  readonly outageMs?: number;
}

export interface OpenJournal extends Journal {
  /** Id of this writer, new at each start: sequences and flush numbers begin at 1. */
  readonly instance: string;
  /** Answers what was asked, then lets go of the database. */
  close(): Promise<void>;
}

const timeouts = { lockMs: 100, statementMs: 2000, answerMs: 3000 };

/** Opens the ledger for writing under a new instance. Throws `Fault('database-unavailable')`. */
export async function openJournal(options: JournalOptions): Promise<OpenJournal> {
  const { servePool, signer, cipher, secrets, random } = options;
  const instance = options.entropy.id();
  const now = options.clock.now();
  await registerKey(servePool, { id: signer.keyId, use: 'ledger', alg: 'Ed25519', jwk: signer.jwk }, now);
  await registerInstance(servePool, { id: instance, keyId: signer.keyId }, now);

  const openingKeys = new OpeningKeyCache(servePool, cipher);
  const writer = new LaneWriter(instance, { signer, cipher, secrets, random }, () => connectLane(servePool, timeouts));
  const lane = new Lane(writer, {
    maxWorks: options.maxWorks ?? 128,
    patienceMs: options.patienceMs ?? 5000,
    outageMs: options.outageMs ?? 1500,
  });

  return {
    instance,
    async commit(work: Work): Promise<Committed> {
      const arrivedMs = performance.now();
      if (work.entries.length === 0) throw new RangeError('nothing changes without an entry');
      const subjects = [...new Set(work.entries.map(({ subject }) => subject))];
      let keys = openingKeys.get(subjects);
      if (keys === null) {
        await openingKeys.load(subjects);
        keys = openingKeys.get(subjects);
      }
      if (keys === null) {
        throw new Fault('ledger-unavailable', 'an entry about a person without a key cannot be written');
      }
      const found = keys;
      return new Promise((resolve, reject) => {
        lane.add(pendingWork(work, found, arrivedMs, { resolve, reject }));
      });
    },
    receipt: (entry) => readReceipt(servePool, cipher, entry),
    close: () => lane.close(),
  };
}
