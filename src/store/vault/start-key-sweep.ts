import type { Instant } from '../../core/brand.ts';
import { type EraserPools, nothingLooked, sweepOrphanKeys } from './sweep-orphan-keys.ts';

export interface KeySweep {
  stop(): Promise<void>;
}

/** Sweeps now, over all keys, and then every `everyMs` over those that came of age since. */
export function startKeySweep(options: {
  readonly pools: EraserPools;
  readonly now: () => Instant;
  readonly everyMs?: number;
  /** Told of a turn that failed; it is tried again at the next one. */
  readonly onFault: (error: unknown) => void;
}): KeySweep {
  let looked = nothingLooked;
  let running: Promise<void> = Promise.resolve();
  const turn = (): void => {
    running = running
      .then(() => sweepOrphanKeys(options.pools, options.now(), looked))
      .then(
        (swept) => {
          looked = swept.looked;
        },
        (error: unknown) => options.onFault(error),
      );
  };
  turn();
  const timer = setInterval(turn, options.everyMs ?? 3_600_000);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}
