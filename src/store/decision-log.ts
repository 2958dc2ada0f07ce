import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { decisionKinds, type RecordedEntry } from '../core/authzen/decision-log.ts';
import type { Digest, Instant } from '../core/brand.ts';
import { readLeaf } from '../core/ledger/leaf.ts';
import type { SubjectCipher } from '../core/subject/ports.ts';
import { openOpening } from './journal/opening.ts';
import { type KeptPools, readOpeningKeys } from './journal/opening-keys.ts';
import { storedPolicySet } from './policy-sets.ts';
import { query } from './pool.ts';

const page = {
  name: 'decision-log-page',
  text: `SELECT e.id, to_char(e.time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS time, e.leaf,
      (SELECT max(o.subject_id::text) FROM ledger_opening o WHERE o.entry_id = e.id) AS subject,
      coalesce((SELECT array_agg(o.name ORDER BY o.name) FROM ledger_opening o
        WHERE o.entry_id = e.id AND o.name = ANY ($5) AND o.ciphertext IS NOT NULL), '{}') AS names,
      coalesce((SELECT array_agg(o.ciphertext ORDER BY o.name) FROM ledger_opening o
        WHERE o.entry_id = e.id AND o.name = ANY ($5) AND o.ciphertext IS NOT NULL), '{}') AS ciphertexts
    FROM ledger_entry e
    WHERE e.leaf IS NOT NULL AND e.kind = ANY ($4) AND e.time >= $1 AND e.time < $2 AND (e.time, e.id) > ($1, $3)
    ORDER BY e.time, e.id LIMIT $6`,
};

const row = z.strictObject({
  id: z.string(),
  time: z.string(),
  leaf: z.string(),
  /** null: written under the dummy key, as for somebody whom nobody knows. */
  subject: z.string().nullable(),
  names: z.array(z.string()),
  ciphertexts: z.array(z.instanceof(Buffer)),
});
type Row = z.infer<typeof row>;

/** What may be told: no reference, no user, no justification. */
const shown = ['conditions', 'processingActivity', 'subject'];
const pageSize = 500;
const beforeAll = '00000000-0000-0000-0000-000000000000';

/**
 * Every decision on record from one moment until just before another, oldest first, a page at a time, so
 * that the memory it takes does not grow with the ledger. Throws `Fault('database-unavailable')`, and
 * `TypeError` for a leaf or an opening that is not intact.
 */
export async function* recordedDecisions(
  { pool, vault }: KeptPools,
  cipher: SubjectCipher,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): AsyncGenerator<RecordedEntry> {
  const filesOf = policyFiles(pool);
  let after: readonly [string, string] = [from, beforeAll];
  for (;;) {
    const [time, id] = after;
    const rows = await query(pool, page, [time, to, id, [...decisionKinds], shown, pageSize]);
    const found = rows.map((one) => row.parse(one));
    const keys = await readOpeningKeys(vault, [...new Set(found.flatMap(({ subject }) => subject ?? []))]);
    for (const one of found) {
      const leaf = readLeaf(one.leaf);
      if (leaf === null) throw new TypeError(`entry ${one.id} holds no readable leaf`);
      const key = one.subject === null ? cipher.dummyKey : keys.get(one.subject);
      const files = leaf.policySet === null ? [] : await filesOf(leaf.policySet);
      yield { leaf, openings: key === undefined ? new Map() : openingsOf(cipher, key, one), files };
    }
    const last = found.at(-1);
    if (last === undefined || found.length < pageSize) return;
    after = [last.time, last.id];
  }
}

function openingsOf(cipher: SubjectCipher, key: Buffer, { id, names, ciphertexts }: Row): ReadonlyMap<string, string> {
  return new Map(
    names.flatMap((name, index) => {
      const ciphertext = ciphertexts[index];
      return ciphertext === undefined ? [] : [[name, openOpening(cipher, key, id, { name, ciphertext }).value]];
    }),
  );
}

/** Names and digests of the files of a set, read once: there are as many sets as were ever in force. */
function policyFiles(pool: pg.Pool): (set: Digest) => Promise<RecordedEntry['files']> {
  const known = new Map<Digest, RecordedEntry['files']>();
  return async (set) => {
    const kept = known.get(set);
    if (kept !== undefined) return kept;
    const { files } = await storedPolicySet(pool, set);
    const versions = files.map(({ file, bytes }) => ({ name: file, digest: `sha256:${sha256(bytes)}` }));
    known.set(set, versions);
    return versions;
  };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
