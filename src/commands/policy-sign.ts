import { ConfigError } from '../config.ts';
import { type Digest, type Instant, instant } from '../core/brand.ts';
import { type Approval, approverName } from '../core/policy-set/approval.ts';
import { digestForm, type PolicyStatement, statementText } from '../core/policy-set/statement.ts';
import { signDetachedJws } from '../crypto/detached-jws.ts';
import { loadPolicies } from './load-policies.ts';
import { readPrivateJwk } from './read-jwk.ts';

export interface SignOptions {
  readonly key: string;
  readonly as: string;
  readonly from?: string;
  readonly previous?: string;
  readonly rollback: boolean;
  readonly json: boolean;
}

/**
 * `sluis policy sign DIR|DIGEST --key PRIVATE.jwk --as APPROVER`: one approval, made without
 * any connection. Exit code 1: the folder does not load; told apart from the approval, which is often sent to a file.
 */
export async function policySign(set: string, options: SignOptions): Promise<void> {
  if (!approverName.safeParse(options.as).success) throw new ConfigError(['--as must name an approver']);
  const from = startOf(options.from);
  const previous = options.previous === undefined ? null : digestArgument(options.previous);
  const digest = digestOfSet(set, options.json);
  if (digest === null) return;
  const statement: PolicyStatement = {
    action: options.rollback ? 'rollback' : 'activate',
    set: digest,
    from,
    previous,
  };
  const signature = await signDetachedJws(statementText(statement), readPrivateJwk(options.key), new Date());
  const approval: Approval = { approver: options.as, statement, signature };
  process.stdout.write(`${JSON.stringify(approval, null, 2)}\n`);
}

/** A folder is loaded first: nobody should sign what does not load. null: it does not, and that was told. */
export function digestOfSet(set: string, json = false): Digest | null {
  const digest = digestForm.safeParse(set);
  if (digest.success) return digest.data;
  return loadPolicies(set, json, process.stderr)?.digest ?? null;
}

export function digestArgument(text: string): Digest {
  const digest = digestForm.safeParse(text);
  if (digest.success) return digest.data;
  throw new ConfigError(['a digest is sha256: and 64 lower-case hexadecimal digits']);
}

/** null: at once. Throws `ConfigError`. */
export function startOf(from: string | undefined, option = '--from'): Instant | null {
  if (from === undefined) return null;
  const at = new Date(from);
  // A time without an offset would mean something else on another machine.
  if (Number.isNaN(at.getTime()) || !/(?:Z|[+-]\d\d:\d\d)$/.test(from)) {
    throw new ConfigError([`${option} must be a date and time with an offset, as 2026-07-01T00:00:00+02:00`]);
  }
  return instant(at);
}
