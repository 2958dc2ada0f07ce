import type pg from 'pg';
import { ConfigError } from '../config.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import { compilePolicyFolder } from '../policy-files/load.ts';
import { policySetRecords } from '../store/policy-set-records.ts';
import { storedPolicySet } from '../store/policy-sets.ts';

/** The set under which a command changes what is on record. Throws `ConfigError` where there is none, or it does not load. */
export async function setInForce(pool: pg.Pool): Promise<PolicySet> {
  const { active } = await policySetRecords(pool).read();
  if (active === null)
    throw new ConfigError(['no policy set is in force: nobody can tell what would contradict itself']);
  const loaded = compilePolicyFolder(await storedPolicySet(pool, active));
  if (!loaded.ok) throw new ConfigError([`the policy set in force, ${active}, does not load`]);
  return loaded.set;
}
