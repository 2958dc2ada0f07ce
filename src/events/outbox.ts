import { Fault } from '../core/fault.ts';
import { type DeliverPorts, deliverTo } from './deliver.ts';

export interface Outbox {
  /** Something may be due: looks at once. */
  wake(): void;
  /** Breaks off what is under way; it is told again by another gateway, or after the next start. */
  stop(): Promise<void>;
}

const lookEveryMs = 1_000;

/**
 * Tells every receiver what is due, each apart from the others, when woken and every second. `onBroken`: it could not,
 * and not because the database was away.
 */
export function startOutbox(ports: DeliverPorts, onBroken: () => void): Outbox {
  const stopping = new AbortController();
  const telling = new Map<string, Promise<void>>();
  const told = (error: unknown): void => {
    if (!(error instanceof Fault) && !stopping.signal.aborted) onBroken();
  };
  let looking: Promise<void> | null = null;
  let again = false;

  const look = async (): Promise<void> => {
    for (const receiver of await ports.deliveries.due()) {
      const { subscription } = receiver;
      if (telling.has(subscription) || stopping.signal.aborted) continue;
      const all = deliverTo(ports, receiver, stopping.signal)
        .catch(told)
        .finally(() => telling.delete(subscription));
      telling.set(subscription, all);
    }
  };
  const wake = (): void => {
    if (stopping.signal.aborted) return;
    if (looking !== null) {
      again = true;
      return;
    }
    looking = look()
      .catch(told)
      .finally(() => {
        looking = null;
        if (again) {
          again = false;
          wake();
        }
      });
  };
  wake();
  const timer = setInterval(wake, lookEveryMs).unref();
  return {
    wake,
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await looking;
      await Promise.all(telling.values());
    },
  };
}
