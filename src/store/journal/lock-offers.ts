import type { Work } from '../../core/disclosure/ports.ts';

/**
 * Whoever corrects waits for what the same source offers about the person at that moment: no statement sees that before it is
 * committed. INVARIANT: for nobody else, so not by the row of the person: a source that waits for others learns that there is one.
 */
const lockOf = (key: string) => `hashtextextended('offer ' || ${key}, 0)`;

/** The source and the person of each offer that a work makes. */
export function offersOf({ changes }: Work): readonly string[] {
  return changes.flatMap((change) => {
    if (change.type !== 'request-opened') return [];
    const { direction, state, source, subject } = change.request;
    return direction === 'push' && state !== 'refused' ? [`${source} ${subject}`] : [];
  });
}

/** By key whether it may be offered now: it may not while its source corrects. */
export const tryOffers = (keys: string) => `(
      SELECT coalesce(json_object_agg(key, pg_try_advisory_xact_lock_shared(${lockOf('key')})), '{}')
      FROM unnest(${keys}::text[]) AS key)`;

export const waitForOffers = (subject: string, source: string) =>
  `pg_advisory_xact_lock(${lockOf(`${source}::text || ' ' || ${subject}::text`)})`;
