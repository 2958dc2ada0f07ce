import { ConfigError } from '../config.ts';
import { type Digest, type Instant, instant } from '../core/brand.ts';
import { type Approval, approverName } from '../core/policy-set/approval.ts';
import { type ChangeStatement, digestForm, statementText } from '../core/policy-set/statement.ts';
import { signDetachedJws } from '../crypto/detached-jws.ts';
import { loadPolicySet } from '../policy-files/load.ts';
import { readPrivateJwk } from './read-jwk.ts';

export interface SignOptions {
  readonly key: string;
  readonly as: string;
  readonly from?: string;
  readonly previous?: string;
  readonly rollback: boolean;
}

/** `sluis policy sign DIR|DIGEST --key PRIVATE.jwk --as APPROVER`: one approval, made without any connection. */
export async function policySign(set: string, options: SignOptions): Promise<void> {
  if (!approverName.safeParse(options.as).success) throw new ConfigError(['--as must name an approver']);
  const statement: ChangeStatement = {
    action: options.rollback ? 'rollback' : 'activate',
    set: digestOfSet(set),
    from: startOf(options.from),
    previous: options.previous === undefined ? null : digestArgument(options.previous),
  };
  const signature = await signDetachedJws(statementText(statement), readPrivateJwk(options.key), new Date());
  const approval: Approval = { approver: options.as, statement, signature };
  process.stdout.write(`${JSON.stringify(approval, null, 2)}\n`);
}

/** A folder is loaded first: nobody should sign what does not load. Throws `ConfigError`. */
export function digestOfSet(set: string): Digest {
  const digest = digestForm.safeParse(set);
  if (digest.success) return digest.data;
  const loaded = loadPolicySet(set);
  if (loaded.ok) return loaded.set.digest;
  throw new ConfigError(loaded.errors.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`));
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
