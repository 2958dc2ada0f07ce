import type { Digest } from '../brand.ts';
import type { PageAsked } from './search-form.ts';

export interface Page {
  readonly items: readonly string[];
  /** Empty: this is the last page. */
  readonly nextToken: string;
  readonly total: number;
}

const defaultLimit = 100;

/**
 * One page of what was found. A token says where to go on and under which set it was given; null: it is
 * none of ours, or the policies have changed since, and the search begins anew.
 */
export function pageOf(found: readonly string[], set: Digest, asked: PageAsked = {}): Page | null {
  const { token = '', limit = defaultLimit } = asked;
  const start = token === '' ? 0 : startOf(token, set);
  if (start === null) return null;
  const end = start + limit;
  const nextToken = end < found.length ? Buffer.from(`${end} ${set}`).toString('base64url') : '';
  return { items: found.slice(start, end), nextToken, total: found.length };
}

function startOf(token: string, set: Digest): number | null {
  const [start = '', of] = Buffer.from(token, 'base64url').toString('utf8').split(' ');
  return of === set && /^[1-9][0-9]{0,5}$/.test(start) ? Number(start) : null;
}
