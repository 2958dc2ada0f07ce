import { ConfigError } from '../config.ts';
import { instant } from '../core/brand.ts';
import { approverName } from '../core/policy-set/approval.ts';
import { addPolicyApprover, revokePolicyApprover } from '../store/policy-approvers.ts';
import { readPublicJwk } from './read-jwk.ts';
import { withDatabase } from './with-database.ts';

/** `sluis policy approver add NAME --key PUBLIC.jwk`. Exit code 1: the name or the key is taken. */
export async function approverAdd(name: string, keyFile: string): Promise<void> {
  if (!approverName.safeParse(name).success) throw new ConfigError(['the name of an approver has 2 to 120 characters']);
  const { key, thumbprint } = await readPublicJwk(keyFile);
  const added = await withDatabase('owner', (pool) =>
    addPolicyApprover(pool, { name, key, thumbprint }, instant(new Date())),
  );
  say(added, `${name} may approve policies, by key ${thumbprint}`, `${name} has a key already, or the key is taken`);
}

/** `sluis policy approver revoke NAME`. Exit code 1: nobody of that name may approve. */
export async function approverRevoke(name: string): Promise<void> {
  const revoked = await withDatabase('owner', (pool) => revokePolicyApprover(pool, name, instant(new Date())));
  say(revoked, `${name} may no longer approve policies`, `${name} has no key in force`);
}

function say(done: boolean, yes: string, no: string): void {
  if (done) process.stdout.write(`${yes}\n`);
  else {
    process.stderr.write(`sluis: ${no}\n`);
    process.exitCode = 1;
  }
}
