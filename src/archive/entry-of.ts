import type { EntryRow, OpeningRow, StoredColumns } from '../core/ledger/ledger-rows.ts';
import { PlainScan } from '../core/ledger/plain-scan.ts';

const members = new Set(['columns', 'flush', 'hash', 'index', 'openings', 'queued']);
const columnForms: Readonly<Record<keyof StoredColumns, 'string' | 'number'>> = {
  ...{ id: 'string', instance: 'string', sequence: 'number', kind: 'string', time: 'string' },
  ...{ purpose: 'string', source: 'string', recipient: 'string', request: 'string' },
};
/** One for all: what is read of a row is read at once. */
const scan = new PlainScan(16_384);
const none: readonly OpeningRow[] = [];

/** An entry of an export out of its two lines; null when they are none. By hand, since every entry passes here. */
export function entryOf(leaf: string, row: string, isPending: boolean): EntryRow | null {
  return (isPending ? null : plainEntryOf(leaf, row)) ?? anyEntryOf(leaf, row, isPending);
}

/** As nearly all stand in the tree: leaf and openings there, spelt as an export spells them. null: look at it the long way. */
function plainEntryOf(leaf: string, row: string): EntryRow | null {
  if (!leaf.startsWith('{')) return null;
  if (!scan.start(row)) return null;
  scan.pass('{"flush":');
  const flush = scan.number();
  scan.pass(',"hash":"');
  const hash = scan.hash();
  scan.pass('","index":');
  const index = scan.number();
  const openings = scan.passIf(',"openings":[') ? plainOpenings() : none;
  scan.pass('}');
  return scan.end() ? { index, leaf, flush, hash, openings, columns: null, queued: null } : null;
}

function plainOpenings(): readonly OpeningRow[] {
  const openings: OpeningRow[] = [];
  do {
    scan.pass('["');
    const name = scan.plain();
    scan.pass('","');
    const digest = scan.hash();
    scan.pass('","kept"]');
    openings.push([name, digest, 'kept']);
  } while (scan.passIf(','));
  scan.pass(']');
  return openings;
}

function anyEntryOf(leaf: string, row: string, isPending: boolean): EntryRow | null {
  const said = jsonObject(row);
  const isGone = leaf === 'null';
  if (said === null || !(isGone || leaf.startsWith('{') || leaf.startsWith('"'))) return null;
  for (const name in said) if (!members.has(name)) return null;
  const { columns = null, flush = null, hash = null, index = null, openings = none, queued = null } = said;
  if (isPending ? index !== null : !isPosition(index) || queued !== null) return null;
  if ((flush === null) !== (hash === null) || (flush !== null && !isPosition(flush))) return null;
  if (!isHash(hash) || !isHash(queued) || !areOpenings(openings)) return null;
  if (columns !== null && !areColumns(columns)) return null;
  return {
    index: index as number | null,
    leaf: isGone ? null : leaf,
    flush: flush as number | null,
    hash,
    openings,
    columns,
    queued,
  };
}

function jsonObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isPosition(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** A stored hash of another length is a wrong one, and told as such. */
function isHash(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function areOpenings(value: unknown): value is readonly OpeningRow[] {
  if (!Array.isArray(value)) return false;
  return value.every(
    (opening: unknown) =>
      Array.isArray(opening) &&
      opening.length === 3 &&
      typeof opening[0] === 'string' &&
      typeof opening[1] === 'string' &&
      (opening[2] === 'kept' || opening[2] === 'erased'),
  );
}

function areColumns(value: unknown): value is Partial<StoredColumns> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([name, column]) => {
    const form = Object.hasOwn(columnForms, name) ? columnForms[name as keyof StoredColumns] : undefined;
    return form !== undefined && (column === null || typeof column === form);
  });
}
