import type pg from 'pg';
import { z } from 'zod';
import type { Registry } from '../core/disclosure/ports.ts';
import { Fault } from '../core/fault.ts';
import type { PartnerRegistry } from '../core/partner/partner.ts';
import { partnersFile, unitsOf } from '../core/partner/partners-file.ts';
import { query } from './pool.ts';

/** Version and units in one statement, so that they belong together. */
const whole = {
  name: 'registry_whole',
  text: `SELECT v.version, (
      SELECT coalesce(json_agg(json_build_object('oin', o.oin, 'name', o.name, 'units', (
        SELECT json_agg(json_build_object('id', u.id, 'name', u.name, 'kind', u.kind, 'state', u.state,
          'thumbprints', u.selector->'thumbprints', 'connector', u.connector, 'encryptionKey', u.encryption_key)
          ORDER BY u.id) FROM unit u WHERE u.oin = o.oin)) ORDER BY o.oin), '[]')
      FROM organisation o WHERE EXISTS (SELECT 1 FROM unit u WHERE u.oin = o.oin)) AS organisations
    FROM registry_version v`,
};
const version = { name: 'registry_version_poll', text: 'SELECT version FROM registry_version' };

const row = z.strictObject({ version: z.int(), organisations: z.array(z.unknown()) });

export interface RegistryOptions {
  readonly pollMs?: number;
  /** After so long without an answer of the database, what is known is no longer relied on. */
  readonly staleMs?: number;
}

export interface PolledRegistry extends Registry {
  close(): void;
}

/**
 * The registry of partners, kept in memory and looked after by polling its version. `current()`
 * throws `Fault('database-unavailable')` when the database has been silent for too long: a partner
 * may have been suspended since.
 */
export async function openRegistry(pool: pg.Pool, options: RegistryOptions = {}): Promise<PolledRegistry> {
  const { pollMs = 250, staleMs = 10_000 } = options;
  let registry = await readRegistry(pool);
  let seenAt = performance.now();
  let closed = false;

  async function refresh(): Promise<void> {
    const next = await readRegistry(pool);
    seenAt = performance.now();
    // A slow reading may arrive after a later one: the version never goes back.
    if (next.version > registry.version) registry = next;
  }

  async function poll(): Promise<void> {
    const [seen] = await query<{ version: number }>(pool, version, []);
    if (seen?.version === registry.version) seenAt = performance.now();
    else await refresh();
  }

  function schedule(): void {
    const timer = setTimeout(() => {
      if (closed) return;
      // Whatever went wrong shows in `current()` once it has lasted; the next poll tries again.
      poll().then(schedule, schedule);
    }, pollMs);
    timer.unref();
  }
  schedule();

  return {
    current() {
      if (performance.now() - seenAt > staleMs) {
        throw new Fault('database-unavailable', 'the registry of partners has not been confirmed for too long');
      }
      return registry;
    },
    refresh,
    close() {
      closed = true;
    },
  };
}

/** Read through the schema by which it was written: a row that it does not accept is not half accepted. */
async function readRegistry(pool: pg.Pool): Promise<PartnerRegistry> {
  const [found] = await query(pool, whole, []);
  const { version: at, organisations } = row.parse(found);
  if (organisations.length === 0) return { version: at, units: new Map() };
  const units = unitsOf(partnersFile.parse({ organisations }));
  return { version: at, units: new Map(units.map((unit) => [unit.id, unit])) };
}
