import { eraseExpired } from '../core/erasure/erase-expired.ts';
import type { ErasurePorts } from '../core/erasure/ports.ts';
import { carryOutErasures } from '../store/erasure/carry-out.ts';
import type { EraserPools } from '../store/vault/sweep-orphan-keys.ts';

const everyMs = 60_000;
/** Of one turn: after a long rest the ledger forgets in many turns, and discloses in between. */
const mostOrders = 60;

/**
 * Carries out what was ordered erased, also by a gateway that was killed since, and orders what has outlived
 * its period: now and every minute, one turn at a time.
 */
export function keepErasing(
  ports: Omit<ErasurePorts, 'snapshots' | 'beforeKnown'>,
  { pools, onFault }: { readonly pools: EraserPools; readonly onFault: (error: unknown) => void },
): { stop(): Promise<void> } {
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();
  const turn = async (): Promise<void> => {
    await carryOutErasures(pools, ports.clock.now);
    for (let orders = 0; orders < mostOrders && !isStopped && (await eraseExpired(ports)) > 0; orders++) {
      await carryOutErasures(pools, ports.clock.now);
    }
  };
  const next = (): void => {
    running = running.then(turn).catch(onFault);
  };
  next();
  const timer = setInterval(next, everyMs).unref();
  return {
    stop() {
      isStopped = true;
      clearInterval(timer);
      return running;
    },
  };
}
