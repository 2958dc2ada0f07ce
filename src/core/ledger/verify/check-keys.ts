import { sha256, toBase64Url } from '../encoding.ts';
import type { LedgerSource } from '../ledger-source.ts';
import type { Findings } from './findings.ts';

/** Members that make up the thumbprint of a key, by its type: RFC 7638, RFC 8037, and AKP for ML-DSA. */
const thumbprintMembers: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['OKP', ['crv', 'kty', 'x']],
  ['AKP', ['alg', 'kty', 'pub']],
  ['EC', ['crv', 'kty', 'x', 'y']],
  ['RSA', ['e', 'kty', 'n']],
]);

/** That each key stands under its own thumbprint. Whether it is trusted is not said by it. */
export async function checkKeys(source: Pick<LedgerSource, 'keys'>, findings: Findings): Promise<void> {
  for (const { id, jwk } of await source.keys()) {
    findings.checked.keys += 1;
    if (thumbprint(jwk) !== id) findings.problem('key', `key/${id}`);
  }
}

/** null: a type of key that is not known here. */
function thumbprint(jwk: Readonly<Record<string, unknown>>): string | null {
  const members = thumbprintMembers.get(jwk.kty);
  if (members === undefined) return null;
  return toBase64Url(sha256(JSON.stringify(Object.fromEntries(members.map((name) => [name, jwk[name]])))));
}
