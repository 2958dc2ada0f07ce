import { ConfigError } from '../config.ts';
import type { UnitId } from '../core/brand.ts';
import { type AcceptOutcome, acceptPolicySet } from '../core/policy-set/accept.ts';
import { statementText } from '../core/policy-set/statement.ts';
import { checkDetachedJws, signDetachedJws } from '../crypto/detached-jws.ts';
import { policySetRecords } from '../store/policy-set-records.ts';
import { openRegistry } from '../store/registry.ts';
import { digestOfSet } from './policy-sign.ts';
import { readPrivateJwk } from './read-jwk.ts';
import { withLedger } from './with-ledger.ts';

export interface AcceptOptions {
  readonly set: string;
  readonly key?: string;
  readonly signature?: string;
}

/** `sluis policy accept UNIT --set DIGEST|DIR --key PRIVATE.jwk`, or with a signature that the unit sent. */
export async function policyAccept(unit: string, options: AcceptOptions): Promise<void> {
  const id = unit as UnitId;
  const { key, signature: given } = options;
  if ((key === undefined) === (given === undefined)) throw new ConfigError(['give either --key or --signature']);
  const set = digestOfSet(options.set);
  if (set === null) return;
  const text = statementText({ action: 'accept', set, unit: id });
  const signature = key === undefined ? (given ?? '') : await signDetachedJws(text, readPrivateJwk(key), new Date());
  const outcome = await withLedger(async ({ pool, ...session }) => {
    const registry = await openRegistry(pool);
    try {
      const ports = { ...session, registry, records: policySetRecords(pool), signatures: checkDetachedJws };
      return await acceptPolicySet(ports, { unit: id, set, signature, trace: session.entropy.trace() });
    } finally {
      registry.close();
    }
  });
  if (outcome.kind === 'accepted' || outcome.kind === 'accepted-before') {
    process.stdout.write(`${unit} accepted ${set} at ${outcome.acceptedAt}\n`);
    return;
  }
  process.stderr.write(`sluis: ${unit}: ${refusalText(outcome)}\n`);
  process.exitCode = 1;
}

function refusalText(outcome: Exclude<AcceptOutcome, { readonly acceptedAt: unknown }>): string {
  switch (outcome.kind) {
    case 'unknown-unit':
      return 'is not a registered unit';
    case 'unknown-set':
      return 'this set is, was and will not be in force here';
    case 'no-signing-key':
      return 'has no registered signing key';
    case 'signature':
      return `the signature is refused (${outcome.problem})`;
  }
}
