import type pg from 'pg';
import { z } from 'zod';
import type { Digest } from '../core/brand.ts';
import type { Registry } from '../core/disclosure/ports.ts';
import { Fault } from '../core/fault.ts';
import type { PartnerRegistry } from '../core/partner/partner.ts';
import { partnersOnRecord, unitsOf } from '../core/partner/partners-file.ts';
import { digestForm } from '../core/policy-set/statement.ts';
import { query } from './pool.ts';

/**
 * Version, units, the set in force and what each unit accepted in one statement, so that they belong together.
 * Of the sets that a unit accepted, the one that was activated last and not withdrawn binds it.
 */
const whole = {
  name: 'registry_whole',
  text: `SELECT v.version, (
      SELECT coalesce(json_agg(json_build_object('oin', o.oin, 'name', o.name, 'units', (
        SELECT json_agg(json_build_object('id', u.id, 'name', u.name, 'kind', u.kind, 'state', u.state,
          'thumbprints', u.selector->'thumbprints', 'subOin', u.selector->'subOin', 'connector', u.connector,
          'encryptionKeys', u.encryption_keys, 'signingKeys', u.signing_keys, 'jwks', u.jwks,
          'webhooks', u.webhooks, 'staff', u.staff)
          ORDER BY u.id) FROM unit u WHERE u.oin = o.oin)) ORDER BY o.oin), '[]')
      FROM organisation o WHERE EXISTS (SELECT 1 FROM unit u WHERE u.oin = o.oin)) AS organisations,
      (SELECT digest FROM active_policy_set) AS active,
      (SELECT coalesce(json_object_agg(b.unit_id, b.set_digest), '{}') FROM (
        SELECT DISTINCT ON (a.unit_id) a.unit_id, a.set_digest FROM policy_acceptance a
        JOIN policy_change c ON c.set_digest = a.set_digest AND c.action = 'activate'
          AND c.carried_out_at IS NOT NULL AND c.withdrawn_at IS NULL
        ORDER BY a.unit_id, c.number DESC) b) AS accepted
    FROM registry_version v`,
};
const version = { name: 'registry_version_poll', text: 'SELECT version FROM registry_version' };

const row = z.strictObject({
  version: z.int(),
  organisations: z.array(z.unknown()),
  active: digestForm.nullable(),
  accepted: z.record(z.string(), digestForm),
});

/** The registry, and the set in force at the same moment. */
export interface RegistryReading {
  readonly registry: PartnerRegistry;
  /** null: none was ever active. */
  readonly activePolicySet: Digest | null;
}

export interface RegistryOptions {
  readonly pollMs?: number;
  /** After so long without an answer of the database, what is known is no longer relied on. */
  readonly staleMs?: number;
  /** Made ready for a reading before it becomes the current one; the answer is called in the same moment. */
  readonly follow?: (reading: RegistryReading) => Promise<() => void>;
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
  const { pollMs = 250, staleMs = 10_000, follow = async () => () => undefined } = options;
  const first = await readRegistry(pool);
  (await follow(first))();
  let registry = first.registry;
  let seenAt = performance.now();
  let closed = false;

  async function refresh(): Promise<void> {
    const readAt = performance.now();
    const next = await readRegistry(pool);
    // A slow reading may arrive after a later one: the version never goes back.
    if (next.registry.version > registry.version) {
      const switchOver = await follow(next);
      if (next.registry.version > registry.version) {
        switchOver();
        registry = next.registry;
      }
    }
    seenAt = Math.max(seenAt, readAt);
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
export async function readRegistry(pool: pg.Pool): Promise<RegistryReading> {
  const [found] = await query(pool, whole, []);
  const { version: at, organisations, active: activePolicySet, accepted } = row.parse(found);
  const units = organisations.length === 0 ? [] : unitsOf(partnersOnRecord.parse({ organisations }));
  const bound = units.map((unit) => ({ ...unit, acceptedPolicySet: accepted[unit.id] ?? null }));
  return { registry: { version: at, units: new Map(bound.map((unit) => [unit.id, unit])) }, activePolicySet };
}
