import type { Instant } from '../core/brand.ts';
import type { PageKey } from './ports.ts';

const form =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z)~([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** A place in a list as it stands in a link: a time and a random id, nothing about anybody. */
export function writePageKey(key: PageKey): string {
  return `${key.time}~${key.id}`;
}

/** null: not a key that a list gave. */
export function readPageKey(text: string): PageKey | null {
  const [, time, id] = form.exec(text) ?? [];
  return time === undefined || id === undefined || Number.isNaN(Date.parse(time))
    ? null
    : { time: time as Instant, id };
}

/** Lists are read one row too far, to know whether there is more. */
export function cutPage<T extends { readonly id: string }>(
  rows: readonly T[],
  size: number,
  timeOf: (row: T) => Instant,
): { readonly rows: readonly T[]; readonly next: PageKey | null } {
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > size && last !== undefined ? { time: timeOf(last), id: last.id } : null };
}
