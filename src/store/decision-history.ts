import type pg from 'pg';
import { z } from 'zod';
import type { Digest, EntryId, FieldId, Instant, PurposeId } from '../core/brand.ts';
import { type HistoryItem, parseConditions } from '../core/policy/replay/recorded-decision.ts';
import type { SubjectCipher } from '../core/subject/ports.ts';
import { openOpening } from './journal/opening.ts';
import { type KeptPools, readOpeningKeys } from './journal/opening-keys.ts';
import { query } from './pool.ts';

/** From a moment, and until just before another. */
export interface Period {
  readonly from: Instant;
  readonly to: Instant;
}

const pageStatement = {
  name: 'decision-history',
  text: `SELECT e.id, to_char(e.time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS time, e.leaf,
      s.kind AS source, r.kind AS recipient, q.direction, o.subject_id, o.ciphertext
    FROM ledger_entry e
    LEFT JOIN unit s ON s.id = e.source
    LEFT JOIN unit r ON r.id = e.recipient
    LEFT JOIN request q ON q.id = e.request_id
    LEFT JOIN ledger_opening o ON o.entry_id = e.id AND o.name = $5
    WHERE e.kind = ANY ($4) AND e.time >= $1 AND e.time < $2 AND (e.time, e.id) > ($1, $3)
    ORDER BY e.time, e.id LIMIT $6`,
};
const countStatement = {
  name: 'decision-history-count',
  text: 'SELECT count(*) AS count FROM ledger_entry WHERE kind = ANY ($3) AND time >= $1 AND time < $2',
};

const kinds = ['permit', 'refusal'];
const opening = 'conditions';
const pageSize = 2000;
/** Subjects of whom the key is kept unwrapped from page to page. */
const keysKept = 10_000;
const beforeAll = '00000000-0000-0000-0000-000000000000';

const row = z.strictObject({
  id: z.string(),
  time: z.string(),
  leaf: z.string().nullable(),
  source: z.string().nullable(),
  recipient: z.string().nullable(),
  direction: z.enum(['pull', 'push', 'break-glass']).nullable(),
  subject_id: z.string().nullable(),
  ciphertext: z.instanceof(Buffer).nullable(),
});
type Row = z.infer<typeof row>;

/** What of the leaf a replay needs; the rest of it is checked by `ledger verify`. */
const leaf = z.object({
  policySet: z.string().nullable(),
  purpose: z.string(),
  /** Nothing permitted: a refusal of version 2 does not say so. */
  body: z.object({ permitted: z.array(z.string()).default([]), refused: z.array(z.string()) }),
});

/** How many decisions are on record in the period. Throws `Fault('database-unavailable')`. */
export async function countDecisions(pool: pg.Pool, { from, to }: Period): Promise<number> {
  const [found] = await query(pool, countStatement, [from, to, kinds]);
  return z.strictObject({ count: z.coerce.number() }).parse(found).count;
}

/**
 * Every permit and refusal on record in the period, oldest first, a page at a time: the memory that it
 * takes does not grow with the ledger. What was erased says so. Kinds are those of the units now.
 * Throws `Fault('database-unavailable')`, and for an opening that is not intact.
 */
export async function* decisionHistory(
  { pool, vault }: KeptPools,
  cipher: SubjectCipher,
  { from, to }: Period,
): AsyncGenerator<readonly HistoryItem[]> {
  const keys = new KnownKeys(vault, cipher);
  let after: readonly [Instant, string] = [from, beforeAll];
  for (;;) {
    const [time, id] = after;
    const found = await query(pool, pageStatement, [time, to, id, kinds, opening, pageSize]);
    const page = found.map((one) => row.parse(one));
    const subjects = page.flatMap(({ subject_id }) => subject_id ?? []);
    const keyOf = await keys.of(subjects);
    if (page.length > 0) yield page.map((one) => itemOf(one, cipher, keyOf));
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = [last.time as Instant, last.id];
  }
}

type KeyOf = (subject: string | null) => Buffer | undefined;

function itemOf({ leaf: text, ...found }: Row, cipher: SubjectCipher, keyOf: KeyOf): HistoryItem {
  const entry = found.id as EntryId;
  const at = found.time as Instant;
  const { source, recipient, direction, subject_id, ciphertext } = found;
  if (text === null || ciphertext === null) return { entry, at, lost: 'erased' };
  if (source === null || recipient === null) return { entry, at, lost: 'unit' };
  // What was refused in an emergency is decided by no policy.
  if (direction === null || direction === 'break-glass') return { entry, at, lost: 'trigger' };
  const key = keyOf(subject_id);
  if (key === undefined) return { entry, at, lost: 'erased' };
  const { policySet, purpose, body } = leaf.parse(JSON.parse(text));
  const { value } = openOpening(cipher, key, found.id, { name: opening, ciphertext });
  return {
    entry,
    at,
    policySet: policySet as Digest | null,
    purpose: purpose as PurposeId,
    trigger: direction,
    source,
    recipient,
    permitted: body.permitted as FieldId[],
    refused: body.refused as FieldId[],
    conditions: parseConditions(value),
  };
}

/**
 * The vault is asked for every page, so that an erased key opens nothing from then on; but a key that
 * is still the same stays the same object, since the cipher keeps what it unwrapped beside it.
 */
class KnownKeys {
  readonly #vault: pg.Pool;
  readonly #dummyKey: Buffer;
  readonly #known = new Map<string, Buffer>();

  constructor(vault: pg.Pool, { dummyKey }: SubjectCipher) {
    this.#vault = vault;
    this.#dummyKey = dummyKey;
  }

  async of(subjects: readonly string[]): Promise<KeyOf> {
    const asked = [...new Set(subjects)];
    const read = asked.length === 0 ? new Map<string, Buffer>() : await readOpeningKeys(this.#vault, asked);
    const keys = new Map<string, Buffer>();
    for (const subject of asked) if (!read.has(subject)) this.#known.delete(subject);
    for (const [subject, key] of read) {
      const known = this.#known.get(subject);
      const kept = known?.equals(key) ? known : key;
      this.#known.delete(subject);
      this.#known.set(subject, kept);
      keys.set(subject, kept);
    }
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= keysKept) break;
      this.#known.delete(oldest);
    }
    return (subject) => (subject === null ? this.#dummyKey : keys.get(subject));
  }
}
