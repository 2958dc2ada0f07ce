import { cancelPartnerChange } from '../core/partner-change/cancel-change.ts';
import { closing } from '../core/partner-change/partner-change.ts';
import { partnerChangeRecords } from '../store/partner-changes.ts';
import { type WhoAndWhy, whoAndWhy } from './who-and-why.ts';
import { withLedger } from './with-ledger.ts';

/** `sluis partner cancel CHANGE`, with who and why as for `partner suspend`. Exit code 1: there is no such planned change, or it is not said who and why. */
export async function partnerCancel(
  id: string,
  { json, ...options }: WhoAndWhy & { readonly json: boolean },
): Promise<void> {
  const said = closing.safeParse(whoAndWhy(options));
  if (!said.success) {
    return refuse(
      json,
      said.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`),
      'malformed',
    );
  }
  const became = await withLedger(({ pool, ...session }) =>
    cancelPartnerChange({ ...session, records: partnerChangeRecords(pool, session.keys.identifiers) }, id, said.data),
  );
  if (became === 'not-planned') {
    return refuse(json, [`${id}: is not a planned change; \`partner list\` names them`], became);
  }
  process.stdout.write(`${json ? JSON.stringify({ became, id }) : `partner change ${id}: cancelled`}\n`);
}

function refuse(json: boolean, lines: readonly string[], kind: string): void {
  for (const line of lines) process.stderr.write(`sluis: ${line}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ became: 'refused', kind })}\n`);
  process.exitCode = 1;
}
