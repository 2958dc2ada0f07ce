import { z } from 'zod';
import { ConfigError } from '../config.ts';
import type { Asked, SubjectChangePorts } from '../core/subject/change-ports.ts';
import { openRegistry } from '../store/registry.ts';
import { sealNumber } from '../store/seal-number.ts';
import { createSnapshots } from '../store/snapshots.ts';
import { createSubjectRecords } from '../store/subject-changes.ts';
import { setInForce } from './set-in-force.ts';
import { withLedger } from './with-ledger.ts';

const text = z.string().trim().min(3).max(200);

/** Who asks and why, as it goes on record. Throws `ConfigError`. */
export function readAsked(options: { readonly by: string; readonly ground: string }): Asked {
  const asked = z.strictObject({ by: text, ground: text }).safeParse({ by: options.by, ground: options.ground });
  if (asked.success) return asked.data;
  throw new ConfigError(['--by and --ground must say who asks for it and why, in 3 to 200 characters']);
}

/** Runs a change of who is who under the policies in force. Throws `ConfigError` where there are none. */
export function withSubjects<T>(work: (ports: SubjectChangePorts) => Promise<T>): Promise<T> {
  return withLedger(async (session) => {
    const set = await setInForce(session.pool);
    const registry = await openRegistry(session.pool);
    try {
      const { pool, keys, clock, entropy, journal } = session;
      const { identifiers, subjects: cipher } = keys;
      return await work({
        clock,
        entropy,
        journal,
        registry,
        policies: { current: () => set },
        snapshots: createSnapshots(pool, identifiers),
        records: createSubjectRecords(pool, identifiers),
        seal: (scheme, value, subject) => sealNumber(identifiers, scheme, value, subject),
        newKey: () => cipher.newKey(),
      });
    } finally {
      registry.close();
    }
  });
}
