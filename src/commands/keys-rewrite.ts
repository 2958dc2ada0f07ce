import { isSigningUse, type KeyUse } from '../crypto/key-uses.ts';
import type { GatewayKeys } from '../crypto/keys.ts';
import { type KeyRows, keyRows, type RowOwners } from '../store/key-rows.ts';
import { exitCodes, printJson, progress } from './terminal.ts';
import { withDatabase } from './with-database.ts';
import { withLedger } from './with-ledger.ts';

const batch = 500;

/** `sluis keys rewrite USE`: goes on where an earlier one stopped. */
export async function keysRewrite(use: KeyUse, { json }: { readonly json: boolean }): Promise<void> {
  const outcome = await withLedger(({ keys }) =>
    withDatabase('owner', (ledger, _dataDir, _settings, vault) => rewriteRows({ ledger, vault }, use, keys)),
  );
  if (json) printJson({ use, ...outcome });
  else process.stdout.write(`${use}: ${outcome.rewritten} rows written anew, ${outcome.remaining} remain\n`);
  if (outcome.remaining > 0) process.exitCode = exitCodes.wrong;
}

/** Writes everything under older keys of this use anew, and tells how far it is. */
export async function rewriteRows(
  owner: RowOwners,
  use: KeyUse,
  keys: GatewayKeys,
): Promise<{ readonly rewritten: number; readonly remaining: number }> {
  const rows = rowsOf(owner, use, keys);
  if (rows === null) return { rewritten: 0, remaining: 0 };
  const shown = progress('rows under the new key');
  const total = await rows.remaining();
  let rewritten = 0;
  // A row that changed while it was written anew is found again; twice everything is more than enough.
  for (let found = 1; found > 0 && rewritten <= total * 2 + batch; rewritten += found) {
    found = await rows.rewrite(batch);
    shown.tick(rewritten + found, total);
  }
  shown.done();
  return { rewritten, remaining: await rows.remaining() };
}

export function rowsOf(owner: RowOwners, use: KeyUse, keys: GatewayKeys): KeyRows | null {
  if (isSigningUse(use)) return null;
  const { identifiers, subjects, users } = keys;
  return keyRows(owner, use, { identifiers, subjects, users, current: (name) => currentKey(keys, name) });
}

export function currentKey(keys: GatewayKeys, use: string): string {
  const current = keys.versions().find((version) => version.use === use && version.state === 'current');
  if (current === undefined) throw new Error(`there is no key for ${use}`);
  return current.id;
}
