import type { Instant } from '../brand.ts';
import type { Reading } from './ports.ts';

/**
 * The record as a request may rest on it that came at this moment. What the person said yes to after it is another consent, which needs
 * a request, and an approval, of its own; whatever they said no to counts whenever they said it. So a later yes neither widens nor
 * ends what was asked before it.
 */
export function agreedByThen({ snapshot, ...reading }: Reading, then: Instant): Reading {
  const consents = snapshot.consents.filter(
    ({ state, decidedAt }) => state !== 'given' || (decidedAt !== null && decidedAt <= then),
  );
  return { ...reading, snapshot: { ...snapshot, consents } };
}
