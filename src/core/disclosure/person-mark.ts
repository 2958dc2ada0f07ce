import { createHash } from 'node:crypto';
import type { RequestId } from '../brand.ts';
import { canonical } from '../ledger/canonical.ts';

/**
 * Tells whether two people of one request are the same, and no more: not who they are, nor whether one
 * of them has to do with another request.
 */
export function personMark(request: RequestId, user: string): string {
  return createHash('sha256')
    .update(canonical([request, user]), 'utf8')
    .digest('base64url');
}
