import { ConfigError } from '../config.ts';
import { applyChange } from '../core/partner-change/apply-change.ts';
import { changeStatementFor } from '../core/partner-change/change-statement.ts';
import { proposal, proposedOn } from '../core/partner-change/proposal.ts';
import { type Approval, approverName } from '../core/policy-set/approval.ts';
import { statementText } from '../core/policy-set/statement.ts';
import { signDetachedJws } from '../crypto/detached-jws.ts';
import { readForm } from '../policy-files/read-form.ts';
import { changeRefusalText, effectLines } from './partner-words.ts';
import { readPrivateJwk } from './read-jwk.ts';

/**
 * `sluis partner sign PROPOSAL --key PRIVATE.jwk --as APPROVER`: one approval, made without any connection. What
 * is signed is told in words beside it. Exit code 1: the proposal cannot be read, or does nothing.
 */
export async function partnerSign(
  file: string,
  options: { readonly key: string; readonly as: string; readonly json: boolean },
): Promise<void> {
  if (!approverName.safeParse(options.as).success) throw new ConfigError(['--as must name an approver']);
  const read = readForm(proposal, file);
  if (!read.ok) {
    return refuse(options.json, [
      `${file}: is not a proposal as \`sluis partner add\`, \`rotate\` or \`resume\` writes it with --propose`,
      ...read.errors.map(({ line, column, message }) => `${file}:${line}:${column} ${message}`),
    ]);
  }
  const { change, from } = read.value;
  const effect = applyChange(proposedOn(read.value), change);
  if (!effect.ok) return refuse(options.json, [`${file}: ${changeRefusalText(effect.refusal)}`]);
  const statement = changeStatementFor(change, effect.value, from);
  const signature = await signDetachedJws(statementText(statement), readPrivateJwk(options.key), new Date());
  for (const line of effectLines(effect.value)) process.stderr.write(`${line}\n`);
  const approval: Approval = { approver: options.as, statement, signature };
  process.stdout.write(`${JSON.stringify(approval, null, 2)}\n`);
}

function refuse(json: boolean, lines: readonly string[]): void {
  // Standard output is often the file with the approval.
  const said = json ? [JSON.stringify({ problems: lines })] : lines.map((line) => `sluis: ${line}`);
  for (const line of said) process.stderr.write(`${line}\n`);
  process.exitCode = 1;
}
