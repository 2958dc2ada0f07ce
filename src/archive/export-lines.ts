import { toBase64Url } from '../core/ledger/encoding.ts';
import type { CheckpointRow, EntryRow, FlushRow } from '../core/ledger/ledger-rows.ts';

/** What a line of an export says of each row: members in the order of their names, nothing that is not there. */
export function entryLines({ leaf, ...row }: EntryRow): string {
  const { columns, flush, hash, index, openings, queued } = row;
  const said = {
    ...(columns === null ? {} : { columns }),
    ...(flush === null ? {} : { flush }),
    ...(hash === null ? {} : { hash }),
    ...(index === null ? {} : { index }),
    ...(openings.length === 0 ? {} : { openings }),
    ...(queued === null ? {} : { queued }),
  };
  return `${leaf}\n${JSON.stringify(said)}`;
}

export function flushLine(row: FlushRow): string {
  const { count, first, key, number } = row;
  return JSON.stringify({
    ...{ count, first, head: toBase64Url(row.head), key, number },
    ...{ previous: toBase64Url(row.previous), root: toBase64Url(row.root), signature: toBase64Url(row.signature) },
  });
}

export function checkpointLine({ note, stored }: CheckpointRow): string {
  if (stored === null) return JSON.stringify({ note, outside: true });
  return JSON.stringify({ at: stored.at, note, root: toBase64Url(stored.root), size: stored.size });
}
