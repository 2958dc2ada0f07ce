import { hash } from 'node:crypto';
import type { Leaf } from '../entry.ts';
import type { OpeningRow } from '../ledger-rows.ts';
import type { Erasures } from './erasures.ts';
import type { Findings } from './findings.ts';

// Written over for each entry, as long as the longest names fit; a row with more is hashed in a buffer of its own.
const input = Buffer.alloc(64 * 1024);
const longestName = 64;

/** The openings of an entry against `body.sealed` of its leaf: none is swapped, changed or taken away unseen. */
export function checkOpenings(leaf: Leaf, openings: readonly OpeningRow[], gone: Erasures, findings: Findings): void {
  const { sealed } = leaf.body;
  if (openings.length === 0 && sealed === undefined) return;
  findings.checked.openings += openings.length;
  let isBound = true;
  let before: string | null = null;
  for (const [name, , state] of openings) {
    if (state === 'erased') gone.goneOpening(leaf, name);
    if (!Object.hasOwn(leaf.commitments, name) || (before !== null && name <= before)) isBound = false;
    before = name;
  }
  // Entries from before openings were bound have no digest of them.
  if (!isBound || (sealed !== undefined && sealed !== digestOf(openings))) findings.problem('opening-sealed', leaf.id);
}

/** null: they are not of their form. */
function digestOf(openings: readonly OpeningRow[]): string | null {
  let end = 0;
  for (const [name, digest] of openings) {
    if (name.length > longestName || end + longestName + 33 > input.length) return null;
    for (let at = 0; at < name.length; at++) input[end + at] = name.charCodeAt(at);
    end += name.length;
    input[end] = 0;
    if (digest.length !== 43 || input.write(digest, end + 1, 32, 'base64url') !== 32) return null;
    end += 33;
  }
  return hash('sha256', input.subarray(0, end), 'base64url');
}
