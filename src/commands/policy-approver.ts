import type pg from 'pg';
import { ConfigError } from '../config.ts';
import { instant } from '../core/brand.ts';
import { approverName } from '../core/policy-set/approval.ts';
import { recordApprover } from '../core/policy-set/record-approver.ts';
import { createAlerts } from '../store/alerts.ts';
import { addPolicyApprover, revokePolicyApprover } from '../store/policy-approvers.ts';
import { openPool } from '../store/pool.ts';
import { keyChangePorts } from './keys-rotate.ts';
import { readPublicJwk } from './read-jwk.ts';
import { withLedger } from './with-ledger.ts';

/** `sluis policy approver add NAME --key PUBLIC.jwk`. Exit code 1: the name or the key is taken. */
export async function approverAdd(name: string, keyFile: string): Promise<void> {
  if (!approverName.safeParse(name).success) throw new ConfigError(['the name of an approver has 2 to 120 characters']);
  const { key, thumbprint } = await readPublicJwk(keyFile);
  const added = await onRecord('approver-added', name, async (owner) =>
    (await addPolicyApprover(owner, { name, key, thumbprint }, instant(new Date()))) ? thumbprint : null,
  );
  say(added, `${name} may approve policies, by key ${thumbprint}`, `${name} has a key already, or the key is taken`);
}

/** `sluis policy approver revoke NAME`. Exit code 1: nobody of that name may approve. */
export async function approverRevoke(name: string): Promise<void> {
  const revoked = await onRecord('approver-revoked', name, (owner) =>
    revokePolicyApprover(owner, name, instant(new Date())),
  );
  say(revoked, `${name} may no longer approve policies`, `${name} has no key in force`);
}

/** The ledger is open before anything changes: what cannot be put on record is not done. */
function onRecord(
  kind: 'approver-added' | 'approver-revoked',
  name: string,
  change: (owner: pg.Pool) => Promise<string | null>,
): Promise<boolean> {
  return withLedger(async (session) => {
    const owner = openPool(session.ownerUrl, { max: 1, name: 'sluis-command' });
    const thumbprint = await change(owner).finally(() => owner.end());
    if (thumbprint === null) return false;
    const mark = await recordApprover({ ...keyChangePorts(session), clock: session.clock }, kind, { name, thumbprint });
    const { entropy, clock, pool } = session;
    const alerts = createAlerts({ pool, id: () => entropy.id(), now: clock.now, onRaised: () => undefined });
    await alerts.raise({ kind: 'approver-changed', unit: null, detail: { key: thumbprint }, mark });
    return true;
  });
}

function say(done: boolean, yes: string, no: string): void {
  if (done) process.stdout.write(`${yes}\n`);
  else {
    process.stderr.write(`sluis: ${no}\n`);
    process.exitCode = 1;
  }
}
