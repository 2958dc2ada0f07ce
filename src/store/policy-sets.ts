import type { Buffer } from 'node:buffer';
import type pg from 'pg';
import type { Digest, Instant } from '../core/brand.ts';
import type { PolicySets } from '../core/disclosure/ports.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import { query, type Statement, transaction } from './pool.ts';
import type { RegistryReading } from './registry.ts';

/** The files of a set: names relative to its folder, sorted, and the bytes that the digest is over. */
export interface PolicySetFiles {
  readonly digest: Digest;
  readonly files: readonly { readonly file: string; readonly bytes: Buffer }[];
}

const insertSet = {
  name: 'policy_set_insert',
  text: 'INSERT INTO policy_set (digest, recorded_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING digest',
};
const insertFile = {
  name: 'policy_set_file_insert',
  text: 'INSERT INTO policy_set_file (set_digest, name, bytes) VALUES ($1, $2, $3)',
};
const readFiles: Statement = {
  name: 'policy_set_files',
  text: 'SELECT name AS file, bytes FROM policy_set_file WHERE set_digest = $1 ORDER BY name COLLATE "C"',
};

/** Keeps the bytes of a set, all of them or none; a set that is there already stays as it is. */
export async function storePolicySet(pool: pg.Pool, set: PolicySetFiles, at: Instant): Promise<void> {
  await transaction(pool, async (client) => {
    const inserted = await query(client, insertSet, [set.digest, at]);
    if (inserted.length === 0) return;
    for (const { file, bytes } of set.files) await query(client, insertFile, [set.digest, file, bytes]);
  });
}

/** The bytes on record under this digest, as they are: whoever loads them checks the digest. */
export async function storedPolicySet(pool: pg.Pool, digest: Digest): Promise<PolicySetFiles> {
  return { digest, files: await query<{ file: string; bytes: Buffer }>(pool, readFiles, [digest]) };
}

export interface PolicySetsOptions {
  readonly pool: pg.Pool;
  /** Checks the digest and compiles; null: it does not load. */
  readonly load: (files: PolicySetFiles) => PolicySet | null;
  /** Told once of each set that should bind somebody and does not load. */
  readonly onAlarm: (digest: Digest) => void;
}

export interface LoadedPolicySets extends PolicySets {
  /** Whether this set loads. Throws `Fault('database-unavailable')`. */
  loads(digest: Digest): Promise<boolean>;
  /** Loads what is planned before it starts, so that its start waits for nothing, and keeps it ready. */
  prepare(planned: readonly Digest[]): Promise<void>;
  /**
   * Loads whatever a reading of the registry names; the answer makes that reading the current one.
   * In between everybody decides under the reading before.
   */
  follow(reading: RegistryReading): Promise<() => void>;
}

/**
 * Every set that binds somebody, compiled and in memory.
 * INVARIANT: what does not load binds nobody. If that is the set in force, the last good one stays
 * `current`, and no commit goes through, because the record says otherwise.
 */
export function loadedPolicySets({ pool, load, onAlarm }: PolicySetsOptions): LoadedPolicySets {
  const loaded = new Map<Digest, PolicySet>();
  const broken = new Set<Digest>();
  let prepared: ReadonlySet<Digest> = new Set();
  let current: PolicySet | null = null;

  async function find(digest: Digest): Promise<PolicySet | null> {
    const ready = loaded.get(digest);
    if (ready !== undefined) return ready;
    if (broken.has(digest)) return null;
    const set = load(await storedPolicySet(pool, digest));
    if (set === null) {
      broken.add(digest);
      onAlarm(digest);
      return null;
    }
    loaded.set(digest, set);
    return set;
  }

  return {
    current() {
      if (current === null) throw new Error('no policy set is in force');
      return current;
    },
    boundTo: ({ acceptedPolicySet }) => (acceptedPolicySet === null ? null : (loaded.get(acceptedPolicySet) ?? null)),
    loads: async (digest) => (await find(digest)) !== null,
    async prepare(planned) {
      prepared = new Set(planned);
      for (const digest of planned) await find(digest);
    },
    async follow({ registry, activePolicySet }) {
      const named = new Set<Digest>();
      for (const { acceptedPolicySet } of registry.units.values()) {
        if (acceptedPolicySet !== null) named.add(acceptedPolicySet);
      }
      for (const digest of named) await find(digest);
      const active = activePolicySet === null ? null : await find(activePolicySet);
      return () => {
        current = active ?? current;
        for (const digest of loaded.keys()) {
          if (!named.has(digest) && !prepared.has(digest) && digest !== current?.digest) loaded.delete(digest);
        }
      };
    },
  };
}
