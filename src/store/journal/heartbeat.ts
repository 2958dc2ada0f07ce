export interface Heartbeat {
  stop(): void;
}

/** How soon a sign of life that failed is tried again, at the latest. */
const againMs = 5_000;

/**
 * Has an instance say that it is there whenever it wrote nothing for `everyMs`, so that its silence is bounded:
 * entries that are taken away before they stand in the tree leave a hole in time. Keeps no process alive.
 */
export function startHeartbeat({
  everyMs,
  silentForMs,
  beat,
}: {
  readonly everyMs: number;
  /** null: it has not begun, and says nothing. */
  silentForMs(): number | null;
  /** Never throws. */
  beat(): Promise<void>;
}): Heartbeat {
  let isStopped = false;
  let timer: NodeJS.Timeout;
  const wait = (ms: number): void => {
    timer = setTimeout(turn, ms);
    timer.unref();
  };
  const turn = async (): Promise<void> => {
    if ((silentForMs() ?? 0) >= everyMs) await beat();
    if (isStopped) return;
    const leftMs = everyMs - (silentForMs() ?? 0);
    wait(leftMs > 0 ? leftMs : Math.min(everyMs, againMs));
  };
  wait(everyMs);
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
