import type pg from 'pg';
import { z } from 'zod';
import type { EntryId, SubjectId } from '../../core/brand.ts';
import type { BeforeKnown } from '../../core/erasure/ports.ts';
import { Fault } from '../../core/fault.ts';
import { entryKinds } from '../../core/ledger/entry.ts';
import type { Holdings, SubjectRecords } from '../../core/subject/change-ports.ts';
import type { SubjectCipher } from '../../core/subject/ports.ts';
import { openOpening } from '../journal/opening.ts';
import { query } from '../pool.ts';
import { toInstant } from '../types.ts';

const pageSize = 2_000;
const beforeAll = '00000000-0000-0000-0000-000000000000';

const page = {
  name: 'before_known_page',
  text: `SELECT o.entry_id, o.ciphertext, coalesce(e.recipient, e.source) AS namer FROM ledger_opening o JOIN ledger_entry e ON e.id = o.entry_id
    WHERE o.subject_id IS NULL AND o.name = 'reference' AND o.ciphertext IS NOT NULL AND o.entry_id > $1
    ORDER BY o.entry_id LIMIT ${pageSize}`,
};
const all = {
  name: 'before_known_all',
  text: `SELECT count(*) AS total FROM ledger_opening
    WHERE subject_id IS NULL AND name = 'reference' AND ciphertext IS NOT NULL`,
};
/** `namer`: who named somebody: the recipient that asks, or the source where an entry is of that alone. */
const pageRow = z.strictObject({
  entry_id: z.uuid(),
  ciphertext: z.instanceof(Buffer),
  namer: z.string().nullable(),
});
const reference = z.object({ type: z.string(), value: z.string() });

const counted = {
  name: 'before_known_counted',
  text: `SELECT
      (SELECT count(*) FROM ledger_opening o
        WHERE o.entry_id = ANY ($1::uuid[]) AND o.subject_id IS NULL AND o.ciphertext IS NOT NULL) AS openings,
      (SELECT coalesce(json_agg(json_build_object('kind', kind, 'entries', entries, 'last', last) ORDER BY kind), '[]')
        FROM (SELECT e.kind, count(*) AS entries, max(e.time) AS last FROM ledger_entry e
          WHERE e.id = ANY ($1::uuid[]) GROUP BY e.kind) AS by_kind) AS touched`,
};
const countedRow = z.strictObject({
  openings: z.coerce.number(),
  touched: z.array(z.strictObject({ kind: z.enum(entryKinds), entries: z.int(), last: z.string() })),
});

/**
 * Finds the entries in which a partner named somebody before the gateway knew them. They are sealed under the key of
 * nobody, so that no index leads to them: each is opened and compared with every name of the person. One that is damaged
 * cannot be shown to be about anybody: it stands in the way of nobody's erasure, and is told.
 */
export function entriesBeforeKnown({
  pool,
  cipher,
  records,
  onProgress = () => undefined,
}: {
  readonly pool: pg.Pool;
  readonly cipher: SubjectCipher;
  readonly records: SubjectRecords;
  readonly onProgress?: (looked: number, total: number) => void;
}): (subject: SubjectId) => Promise<BeforeKnown> {
  return async (subject) => {
    const holdings = await records.holdings(subject);
    if (holdings === null) return { entries: [], openings: 0, touched: [], unreadable: [] };
    const names = namesOf(holdings);
    const entries: EntryId[] = [];
    const unreadable: EntryId[] = [];
    const [size] = await query(pool, all, []);
    const { total } = z.strictObject({ total: z.coerce.number() }).parse(size);
    let looked = 0;
    for (let after = beforeAll; ; ) {
      const rows = (await query(pool, page, [after])).map((row) => pageRow.parse(row));
      for (const { entry_id, ciphertext, namer } of rows) {
        const name = nameIn(cipher, { entry: entry_id, ciphertext, namer });
        if (name === null) unreadable.push(entry_id as EntryId);
        else if (names.has(name)) entries.push(entry_id as EntryId);
      }
      looked += rows.length;
      onProgress(looked, total);
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageSize) break;
      after = last.entry_id;
    }
    const [found] = await query(pool, counted, [entries]);
    const { openings, touched } = countedRow.parse(found);
    const told = touched.map(({ last, ...each }) => ({ ...each, last: toInstant(last) }));
    return { entries, openings, touched: told, unreadable };
  };
}

/** By which somebody may have been named; a case reference is the unit's own. */
function namesOf({ numbers, pseudonyms, caseReferences }: Holdings): ReadonlySet<string> {
  return new Set([
    ...Object.entries(numbers).map(([scheme, value]) => `${scheme} ${value}`),
    ...pseudonyms.map(({ pseudonym }) => `pseudonym ${pseudonym}`),
    ...caseReferences.map((one) => `caseReference ${one.unit} ${one.reference}`),
  ]);
}

/** Whom an entry names; null: its opening is not intact, and whatever else is wrong with the row is no matter of ours. */
function nameIn(
  cipher: SubjectCipher,
  row: { readonly entry: string; readonly ciphertext: Buffer; readonly namer: string | null },
): string | null {
  let text: string;
  try {
    text = openOpening(cipher, cipher.dummyKey, row.entry, { name: 'reference', ciphertext: row.ciphertext }).value;
  } catch (error) {
    // Keys that are away say nothing of the row.
    if (error instanceof Fault) throw error;
    return null;
  }
  return nameOf(text, row.namer);
}

function nameOf(text: string, namer: string | null): string {
  const { type, value } = reference.parse(JSON.parse(text));
  if (type === 'caseReference') return `caseReference ${namer ?? ''} ${value}`;
  return `${type} ${type === 'pseudonym' ? value.toLowerCase() : value}`;
}
