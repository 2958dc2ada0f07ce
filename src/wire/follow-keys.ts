import { statSync } from 'node:fs';
import type pg from 'pg';
import type { AccessLog } from '../api/access-log.ts';
import type { Clock } from '../core/disclosure/ports.ts';
import { Fault } from '../core/fault.ts';
import { type KeyChangePorts, recordKeyChange } from '../core/key/record-key-change.ts';
import { KeyFileError } from '../crypto/key-files.ts';
import { keyFiles, versionsOf } from '../crypto/key-material.ts';
import type { GatewayKeys, KeySettings } from '../crypto/keys.ts';
import { holdKeys, keyVersions, releaseKeys } from '../store/key-versions.ts';
import { ForeignKey, recordKeys } from '../store/recorded-keys.ts';

export interface FollowKeysOptions {
  readonly pool: pg.Pool;
  readonly keys: GatewayKeys;
  readonly settings: KeySettings;
  /** This gateway among others. */
  readonly instance: string;
  readonly ports: KeyChangePorts;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<AccessLog, 'alarm'>;
  /** How often the files are looked at. Default 500. */
  readonly everyMs?: number;
}

const holdEveryMs = 5_000;

/**
 * Takes up keys that are replaced while the gateway runs. Files that cannot be read, hold half a key or a
 * foreign one leave the last good keys in force, and are told once. Resolves when the first keys are held.
 */
export async function followKeys(options: FollowKeysOptions): Promise<{ stop(): Promise<void> }> {
  const { pool, keys, settings, instance, log } = options;
  let taken = marksOf(settings);
  let told: string | null = null;
  let heldAt = 0;
  let activated = false;

  const hold = async (): Promise<void> => {
    await holdKeys(pool, instance, keys.versions());
    heldAt = performance.now();
  };
  const take = async (): Promise<void> => {
    const marks = marksOf(settings);
    if (marks !== taken) {
      const material = keys.read();
      await recordKeys(pool, { versions: () => versionsOf(material), placeOf: keys.placeOf }, options.clock.now());
      keys.adopt(material);
      taken = marks;
      activated = false;
      await hold();
    }
    if (performance.now() - heldAt > holdEveryMs) await hold();
    if (!activated) activated = await recordActivations(options);
    told = null;
  };
  const tick = async (): Promise<void> => {
    try {
      await take();
    } catch (error) {
      const alarm = alarmOf(error);
      if (alarm !== null && alarm !== told) log.alarm(alarm);
      told = alarm ?? told;
    }
  };
  await hold();
  let running = tick();
  const timer = setInterval(() => {
    running = running.then(tick);
  }, options.everyMs ?? 500);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
      await releaseKeys(pool, instance).catch((error: unknown) => {
        // One that is gone without a word counts as living a while longer, and that is all.
        if (!(error instanceof Fault)) throw error;
      });
    },
  };
}

/** Which files these are: another inode, size or time, and they are read again. */
function marksOf(settings: KeySettings): string {
  return keyFiles(settings)
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat === undefined ? 'absent' : `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.mode}`;
    })
    .join('\n');
}

/** A database that is away is no alarm of the keys: they are taken up when it is back. */
function alarmOf(error: unknown): string | null {
  if (error instanceof KeyFileError || error instanceof ForeignKey)
    return `${error.message}; the last good keys stay in force`;
  if (error instanceof Fault) return error.code === 'keys-unavailable' ? error.message : null;
  return 'the keys could not be read again; the last good ones stay in force';
}

/** Each key that came into use, in the ledger: once, whichever gateway is first. False: not yet. */
async function recordActivations({ pool, keys, ports }: FollowKeysOptions): Promise<boolean> {
  const recorded = await keyVersions(pool);
  const current = keys.versions().filter(({ state }) => state === 'current');
  for (const { use, id } of current) {
    const version = recorded.find((each) => each.use === use && each.id === id);
    if (version === undefined || version.activatedAt !== null) continue;
    const before = recorded.filter((each) => each.use === use && each.activatedAt !== null);
    const previous = before.at(-1)?.id ?? null;
    if ((await recordKeyChange(ports, { type: 'key-activated', use, id, previous })) === 'busy') return false;
  }
  return true;
}
