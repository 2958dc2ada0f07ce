import type { AccessLog } from '../api/access-log.ts';
import type { Clock } from '../core/disclosure/ports.ts';
import { entropy } from '../crypto/entropy.ts';
import { createErasureRecords } from '../store/erasure/erasure-records.ts';
import { startPurge } from '../store/purge.ts';
import { startKeySweep } from '../store/vault/start-key-sweep.ts';
import { type EraserPools, TooManyOrphans } from '../store/vault/sweep-orphan-keys.ts';
import { keepErasing } from './erasing.ts';
import { heldBackClock } from './held-back-clock.ts';
import type { Opened } from './opened.ts';
import type { GatewayRecord } from './record.ts';

export type ForgettingWorld = Pick<GatewayRecord, 'serve' | 'journal' | 'registry' | 'policies'> & {
  readonly clock: Clock;
  readonly log: Pick<AccessLog, 'alarm'>;
};

/**
 * What goes by itself: rows and entries that have outlived their period, what was ordered erased, keys of nobody.
 * INVARIANT: none of it by a clock that is ahead of the database's: nothing that is gone comes back when that is set right.
 */
export async function keepForgetting(
  opened: Opened,
  pools: EraserPools,
  { serve, clock, log, ...ledger }: ForgettingWorld,
): Promise<void> {
  const alarm = () => log.alarm('the clock of the database could not be read');
  const held = opened.add(await heldBackClock(serve, clock, alarm), (reading) => reading.stop());
  const onFault = () => log.alarm('what has outlived its period could not be purged');
  const periods = ledger.policies.current().retentionPeriods;
  opened.add(startPurge({ pool: pools.ledger, periods, now: held.now, onFault }), (running) => running.stop());
  opened.add(
    startKeySweep({
      pools,
      now: held.now,
      onFault: (error) =>
        log.alarm(error instanceof TooManyOrphans ? error.message : 'keys that nobody came to have could not be swept'),
    }),
    (running) => running.stop(),
  );
  const ports = { clock: held, entropy, ...ledger, records: createErasureRecords(serve) };
  const onNotErased = () => log.alarm('what was ordered erased, or has outlived its period, is not erased yet');
  opened.add(keepErasing(ports, { pools, onFault: onNotErased }), (running) => running.stop());
}
