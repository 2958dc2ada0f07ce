import type { AccessLog } from '../api/access-log.ts';
import type { Alerts } from '../core/alert/alert.ts';
import { momentOf } from '../core/calendar.ts';
import type { Clock } from '../core/disclosure/ports.ts';
import type { GatewayKeys } from '../crypto/keys.ts';
import type { RecordedKey } from '../store/key-versions.ts';
import { type HourlyLook, lookHourly } from './look-hourly.ts';

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

const dayMs = 86_400_000;
/** One for ever: see `unknownPersonBytes`. */
const neverReplaced = 'unknown';

/** Tells officers once of each of the gateway's own keys that is in use for too long. */
export function watchKeyAges(ports: KeyAgePorts): HourlyLook {
  const alarm = 'the age of the keys could not be looked at';
  return lookHourly(() => lookAtAll(ports), ports.log, { alarm, everyMs: ports.everyMs });
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
