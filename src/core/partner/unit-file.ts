import type { JsonValue } from '../ledger/entry.ts';
import type { Unit } from './partner.ts';

/**
 * A unit as a partners file writes it down, every member named: the inverse of `unitsOf`, in which two
 * units are the same exactly where an operator would write the same.
 */
export function unitFile(unit: Unit): { readonly [member: string]: JsonValue } {
  const { id, name, kind, state, selector, connector, encryptionKeys, signingKeys, jwks, staff, webhooks } = unit;
  const { thumbprints, subOin } = selector;
  const keys = { encryptionKeys, signingKeys, jwks };
  const written = { id, name, kind, state, thumbprints, subOin, connector, ...keys, staff, webhooks };
  // By way of text: members that are left out and undefined are one thing, and nothing but JSON stays.
  return JSON.parse(JSON.stringify(written)) as { readonly [member: string]: JsonValue };
}
