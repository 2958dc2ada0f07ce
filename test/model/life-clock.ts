import { instant } from '../../src/core/brand.ts';
import type { Clock } from '../../src/core/disclosure/ports.ts';

/** The time that goes by for all, and what the clock of each gateway makes of it. */
export class LifeClock {
  private allMs: number;
  private readonly skewsMs: number[] = [0, 0];

  constructor(allMs: number) {
    this.allMs = allMs;
  }

  goesBy(ms: number): void {
    this.allMs += ms;
  }

  jumps(gateway: number, ms: number): void {
    this.skewsMs[gateway] = this.skewOf(gateway) + ms;
  }

  areSetRight(): void {
    this.skewsMs.fill(0);
  }

  /** Milliseconds by the clock of this gateway. */
  now(gateway: number): number {
    return this.allMs + this.skewOf(gateway);
  }

  /** Moves on by a millisecond each time it is read; nobody waits by it. */
  of(gateway: number): Clock {
    return {
      now: () => {
        this.goesBy(1);
        return instant(new Date(this.now(gateway)));
      },
      ago: (ms) => instant(new Date(this.now(gateway) - ms)),
      pause: async () => undefined,
    };
  }

  private skewOf(gateway: number): number {
    const skew = this.skewsMs[gateway];
    if (skew === undefined) throw new RangeError(`gateway ${gateway}`);
    return skew;
  }
}
