import type pg from 'pg';
import { v7 } from 'uuid';
import { instant } from '../../../src/core/brand.ts';
import { attemptFlush } from '../../../src/store/journal/attempt-flush.ts';
import type { FlushKeys } from '../../../src/store/journal/compose-flush.ts';
import { connectLane } from '../../../src/store/journal/lane-connection.ts';
import { type PendingWork, pendingWork } from '../../../src/store/journal/pending-work.ts';
import { firstPosition, type Position } from '../../../src/store/journal/position.ts';
import { registerInstance, registerKey } from '../../../src/store/keys.ts';
import type { Disclosures } from './disclosures.ts';

export const timeouts = { lockMs: 5_000, statementMs: 20_000, answerMs: 20_000 };
const unanswered = { resolve: () => undefined, reject: () => undefined };

/** One connection that carries out disclosure transactions, one after the other, each with a commit of its own. */
export interface Transactions {
  once(): Promise<void>;
  end(): void;
}

/** With the ledger's rows: sealed, committed to, hashed, signed and chained by an instance of its own. */
export async function ledgerTransactions(serve: pg.Pool, keys: FlushKeys, works: Disclosures): Promise<Transactions> {
  const instance = v7();
  const now = instant(new Date());
  await registerKey(serve, { id: keys.signer.keyId, use: 'ledger', alg: 'Ed25519', jwk: keys.signer.jwk }, now);
  await registerInstance(serve, { id: instance, keyId: keys.signer.keyId }, now);
  const connection = await connectLane(serve, timeouts);
  let position: Position = firstPosition(instance);
  return {
    async once() {
      const each = pending(works);
      await persist(async () => {
        const { durable } = await attemptFlush(connection, [each], position, keys, 'at-once');
        if (durable !== null) position = durable.next;
        return durable !== null;
      });
    },
    end: () => connection.end(),
  };
}

/** Rows that all share are skipped for a moment by whoever finds them in the hands of another: asked again, on both sides. */
export async function persist(attempt: () => Promise<boolean>): Promise<void> {
  for (let tries = 1; !(await attempt()); tries += 1) {
    if (tries === 1_000) throw new Error('a disclosure was not written');
  }
}

export function pending(works: Disclosures): PendingWork {
  return pendingWork(works.next(), works.openingKeys, performance.now(), unanswered);
}

/** Commits a second on these connections together. */
export async function commitsPerSecond(connections: readonly Transactions[], ms: number): Promise<number> {
  const from = performance.now();
  const until = from + ms;
  const counts = await Promise.all(
    connections.map(async (connection) => {
      let count = 0;
      for (; performance.now() < until; count += 1) await connection.once();
      return count;
    }),
  );
  return (counts.reduce((sum, count) => sum + count, 0) * 1_000) / (performance.now() - from);
}
