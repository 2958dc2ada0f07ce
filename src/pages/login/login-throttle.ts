/** Wrong codes per window before nobody, or one address, may try again. */
export interface ThrottleLimits {
  readonly perAddress: number;
  readonly overall: number;
  readonly windowMs: number;
  /** Addresses remembered at most; the oldest is forgotten first. */
  readonly addresses: number;
}

/** Terminals in one prison share an address, so that limit is not tight; the codes themselves are 80 bits. */
const usualLimits: ThrottleLimits = { perAddress: 20, overall: 600, windowMs: 10 * 60_000, addresses: 10_000 };

interface Window {
  readonly startedMs: number;
  wrong: number;
}

/**
 * Counts wrong codes in fixed windows, in bounded memory. INVARIANT: an unknown address counts as one
 * address of its own, never as no address.
 */
export class LoginThrottle {
  readonly #limits: ThrottleLimits;
  readonly #windows = new Map<string, Window>();
  #overall: Window = { startedMs: 0, wrong: 0 };

  constructor(limits: ThrottleLimits = usualLimits) {
    this.#limits = limits;
  }

  /** Milliseconds until this address may try again; 0: now. */
  waitMs(address: string, nowMs: number): number {
    const own = this.#windows.get(address);
    return Math.max(
      this.#wait(own, this.#limits.perAddress, nowMs),
      this.#wait(this.#overall, this.#limits.overall, nowMs),
    );
  }

  countWrong(address: string, nowMs: number): void {
    this.#overall = this.#current(this.#overall, nowMs);
    this.#overall.wrong += 1;
    const own = this.#current(this.#windows.get(address), nowMs);
    own.wrong += 1;
    this.#windows.delete(address);
    this.#windows.set(address, own);
    for (const oldest of this.#windows.keys()) {
      if (this.#windows.size <= this.#limits.addresses) break;
      this.#windows.delete(oldest);
    }
  }

  #current(window: Window | undefined, nowMs: number): Window {
    return window !== undefined && this.#leftMs(window, nowMs) > 0 ? window : { startedMs: nowMs, wrong: 0 };
  }

  #wait(window: Window | undefined, limit: number, nowMs: number): number {
    return window === undefined || window.wrong < limit ? 0 : Math.max(0, this.#leftMs(window, nowMs));
  }

  #leftMs(window: Window, nowMs: number): number {
    return window.startedMs + this.#limits.windowMs - nowMs;
  }
}
