import type { Digest } from '../brand.ts';
import { canonical } from '../ledger/canonical.ts';
import { sha256 } from '../ledger/encoding.ts';
import type { Permit } from '../policy/decision.ts';
import type { RequestRecord } from './request.ts';

/**
 * Names what somebody reads of a request before they decide on it: its latest step, the fields that are permitted at that
 * moment, and what comes with them. What is refused for a while moves no step, and gives another name.
 */
export function stepRead({ entry }: Pick<RequestRecord, 'entry'>, { permitted, obligations }: Permit): Digest {
  return `sha256:${sha256(canonical([entry, [...permitted], { ...obligations }])).toString('hex')}` as Digest;
}
