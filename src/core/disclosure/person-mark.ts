import type { RequestId } from '../brand.ts';
import { canonical } from '../ledger/canonical.ts';
import type { Marks } from './ports.ts';

/** Says of a mark that it is keyed. A gateway from before kept a plain hash, which fits nobody's mark. */
const keyed = 'keyed.';

/**
 * Tells whether two people of one request are the same, and no more: not who they are, nor whether one
 * of them has to do with another request. Nobody can try a user's id against it without the gateway's key.
 */
export function personMark(marks: Marks, request: RequestId, user: string): string {
  return `${keyed}${marks.person(canonical([request, user]))}`;
}

/** Whether a mark can be compared with those that are made now. */
export function isPersonMark(mark: string): boolean {
  return mark.startsWith(keyed);
}
