import type { AccessLog } from '../api/access-log.ts';
import type { Alerts } from '../core/alert/alert.ts';
import { momentOf } from '../core/calendar.ts';
import type { Clock } from '../core/disclosure/ports.ts';
import { Fault } from '../core/fault.ts';
import type { GatewayKeys } from '../crypto/keys.ts';
import type { RecordedKey } from '../store/key-versions.ts';

export interface KeyAgePorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly keys: Pick<GatewayKeys, 'versions'>;
  /** Every key on record, with the moment since when it is used. */
  readonly recorded: () => Promise<readonly RecordedKey[]>;
  readonly alerts: Alerts;
  readonly log: Pick<AccessLog, 'alarm'>;
  /** A key that is used for longer is due to be replaced. */
  readonly maxAgeDays: number;
  readonly everyMs?: number;
}

export interface KeyAges {
  /** Looks once; a look that cannot reach the database is taken again at the next turn. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** One for ever: see `unknownPersonBytes`. */
const neverReplaced = 'unknown';

/** Tells officers once of each of the gateway's own keys that is in use for too long. */
export function watchKeyAges(ports: KeyAgePorts): KeyAges {
  let running: Promise<void> = Promise.resolve();
  const look = (): Promise<void> => {
    running = running
      .then(() => lookAtAll(ports))
      .catch((error: unknown) => {
        if (!(error instanceof Fault)) ports.log.alarm('the age of the keys could not be looked at');
      });
    return running;
  };
  void look();
  const timer = setInterval(look, ports.everyMs ?? hourMs).unref();
  return {
    look,
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}

async function lookAtAll({ clock, keys, recorded, alerts, maxAgeDays }: KeyAgePorts): Promise<void> {
  const now = momentOf(clock.now());
  const known = await recorded();
  for (const { use, id, state } of keys.versions()) {
    if (state !== 'current' || use === neverReplaced) continue;
    const since = known.find((each) => each.use === use && each.id === id)?.activatedAt ?? null;
    // It has only just come into use, and that is not on record yet.
    if (since === null) continue;
    const days = Math.floor((now - momentOf(since)) / dayMs);
    if (days < maxAgeDays) continue;
    const detail = { use, key: id.slice(0, 16), since: since.slice(0, 10), most: maxAgeDays };
    await alerts.raise({ kind: 'key-expires', unit: null, mark: `${use} ${id}`, detail });
  }
}
