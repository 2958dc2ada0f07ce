import type { FieldId, Instant } from '../brand.ts';
import { instantOfSeconds, secondsOf } from '../calendar.ts';
import type { Unit } from '../partner/partner.ts';
import type { ProvenKey } from '../partner/registered-key.ts';
import { type PermitToken, permitClaims } from './permit-token.ts';
import type { Clock, Entropy, PermitTokens } from './ports.ts';
import type { RequestRecord } from './request.ts';

export interface IssuePorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly permits: PermitTokens;
}

/** What a source needs to seal an answer that the gateway may not see. */
export interface Sealing {
  readonly permit: PermitToken;
  readonly recipientKey: ProvenKey;
}

/** A new permit each time, so that what was sealed under another one is not taken for this. */
export function issuePermit(
  ports: IssuePorts,
  wanted: {
    readonly request: Pick<RequestRecord, 'id' | 'purpose' | 'source'>;
    readonly recipient: Unit;
    readonly fields: readonly FieldId[];
    readonly recipientKey: ProvenKey;
    readonly until: Instant;
  },
): Sealing {
  const { request, recipient, fields, recipientKey, until } = wanted;
  const claims = permitClaims({
    issuer: ports.permits.issuer,
    id: ports.entropy.id(),
    request,
    recipient,
    fields,
    key: recipientKey,
    now: ports.clock.now(),
    until,
  });
  return { permit: ports.permits.sign(claims), recipientKey };
}

/** So many seconds after an instant. Throws `RangeError` where the year has no four digits. */
export function secondsAfter(now: Instant, seconds: number): Instant {
  const until = instantOfSeconds(secondsOf(now) + seconds);
  if (until === null) throw new RangeError('a permit has no end');
  return until;
}
