/** `closed`: asked as ever. `open`: asked nothing. `half-open`: one question tries whether it answers again. */
export type CircuitState = 'closed' | 'open' | 'half-open';

export interface CircuitRules {
  /** So many questions in a row without an answer open it. */
  readonly after: number;
  readonly forMs: number;
}

export interface Circuit {
  /** Whether a question may go out now; whoever may go must tell how it went. */
  admit(): boolean;
  answered(): void;
  unanswered(): void;
  state(): CircuitState;
}

/**
 * Spares a source that does not answer, and whoever would wait for it. `nowMs` is a clock that only goes forward.
 * `onState` is told of every change, once.
 */
export function circuit(
  { after, forMs }: CircuitRules,
  nowMs: () => number,
  onState: (state: CircuitState) => void,
): Circuit {
  let state: CircuitState = 'closed';
  let missed = 0;
  let openUntil = 0;
  const become = (next: CircuitState): void => {
    if (next === state) return;
    state = next;
    onState(next);
  };
  return {
    admit() {
      if (state === 'closed') return true;
      if (state === 'half-open' || nowMs() < openUntil) return false;
      become('half-open');
      return true;
    },
    answered() {
      missed = 0;
      become('closed');
    },
    unanswered() {
      missed += 1;
      // One that went out before it opened says nothing new.
      if (state === 'open' || (state === 'closed' && missed < after)) return;
      openUntil = nowMs() + forMs;
      become('open');
    },
    state: () => state,
  };
}
