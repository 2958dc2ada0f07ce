import type { ErasurePorts } from '../core/erasure/ports.ts';
import { entriesBeforeKnown } from '../store/erasure/before-known.ts';
import { carryOutErasures } from '../store/erasure/carry-out.ts';
import { createErasureRecords } from '../store/erasure/erasure-records.ts';
import { openPool } from '../store/pool.ts';
import { openRegistry } from '../store/registry.ts';
import { createSnapshots } from '../store/snapshots.ts';
import { createSubjectRecords } from '../store/subject-changes.ts';
import type { EraserPools } from '../store/vault/sweep-orphan-keys.ts';
import { setInForce } from './set-in-force.ts';
import { progress } from './terminal.ts';
import { type LedgerSession, withLedger } from './with-ledger.ts';

export interface EraseSession extends LedgerSession {
  readonly ports: ErasurePorts;
  readonly erasers: EraserPools;
  /** Everything that is ordered, whoever ordered it. */
  carryOut(): Promise<void>;
}

/** Runs a command that forgets, under the retention of the policies in force. Throws `ConfigError` where there are none. */
export function withErasing<T>(work: (session: EraseSession) => Promise<T>): Promise<T> {
  return withLedger(async (session) => {
    const { pool, keys, clock, entropy, journal, eraserUrls } = session;
    const set = await setInForce(session.pool);
    const registry = await openRegistry(pool);
    const options = { max: 1, name: 'sluis-erase', statementTimeoutMs: 60_000 };
    const erasers = { ledger: openPool(eraserUrls.ledger, options), vault: openPool(eraserUrls.vault, options) };
    const looking = progress('looking through entries about nobody');
    try {
      const ports = {
        clock,
        entropy,
        journal,
        registry,
        policies: { current: () => set },
        snapshots: createSnapshots(pool, keys.identifiers),
        records: createErasureRecords(pool),
        beforeKnown: entriesBeforeKnown({
          pool,
          cipher: keys.subjects,
          records: createSubjectRecords(pool, keys.identifiers),
          onProgress: looking.tick,
        }),
      };
      const carryOut = async () => {
        while ((await carryOutErasures(erasers, clock.now)) > 0);
      };
      return await work({ ...session, ports, erasers, carryOut });
    } finally {
      looking.done();
      registry.close();
      await erasers.ledger.end();
      await erasers.vault.end();
    }
  });
}
