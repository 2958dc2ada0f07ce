import type { RequestId } from '../../src/core/brand.ts';
import type { Requests } from '../../src/core/disclosure/ports.ts';
import type { RequestRecord } from '../../src/core/disclosure/request.ts';
import { isWaiting } from '../../src/core/disclosure/state.ts';

/** `Requests.twinOf` over requests in memory, in the order in which they came. */
export function memoryTwin(
  requests: ReadonlyMap<RequestId, RequestRecord>,
  of: Parameters<Requests['twinOf']>[0],
): RequestId | null {
  const isTwin = (one: RequestRecord): boolean =>
    one.id !== of.id &&
    one.direction === 'pull' &&
    one.subject === of.subject &&
    one.source === of.source &&
    one.recipient === of.recipient &&
    one.purpose === of.purpose &&
    one.receivedAt <= of.receivedAt &&
    isWaiting(one.state) &&
    one.fields.some((field) => of.fields.includes(field));
  return [...requests.values()].findLast(isTwin)?.id ?? null;
}
