import { z } from 'zod';
import type { LaneConnection } from './lane-connection.ts';
import { offersOf, tryOffers } from './lock-offers.ts';
import { type Fate, type PendingWork, restsOf } from './pending-work.ts';

/**
 * Locks what decisions rest on, in one round trip, without ever waiting: a row that somebody else is
 * changing is skipped. Each part reads only the rows that it locks, so what it reads is the latest.
 * `NO KEY`: a row that merely refers to the person, as of a refusal, need not wait for who changes the record.
 * The mark lasts as long as the locks: what is written on them asks for it.
 */
const lockStatement = {
  name: 'journal-lock-basis',
  text: `
    WITH registry AS (SELECT version FROM registry_version FOR SHARE SKIP LOCKED),
    policy AS (SELECT digest FROM active_policy_set FOR SHARE SKIP LOCKED),
    readers AS (SELECT id, epoch FROM subject WHERE id = ANY ($1::uuid[]) ORDER BY id FOR SHARE SKIP LOCKED),
    movers AS (SELECT id, epoch FROM subject WHERE id = ANY ($2::uuid[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
    SELECT set_config('sluis.basis', 'locked', true) AS basis,
      (SELECT version FROM registry) AS version,
      (SELECT digest FROM policy) AS digest,
      NOT EXISTS (SELECT 1 FROM active_policy_set) AS "noSet",
      (SELECT coalesce(json_object_agg(id, epoch), '{}') FROM readers) AS readers,
      (SELECT coalesce(json_object_agg(id, epoch), '{}') FROM movers) AS movers,
      ${tryOffers('$3')} AS offers`,
};

/** How long a work that was skipped before stands in line for a row; the whole lane waits with it. */
const turnMs = '15';

const patienceStatement = {
  name: 'journal-wait-at-most',
  text: `SELECT set_config('lock_timeout', $1, true)`,
};

const waitStatement = {
  name: 'journal-wait-for-subjects',
  text: 'SELECT id FROM subject WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE',
};

const epochs = z.record(z.string(), z.int());
const basisRow = z.strictObject({
  basis: z.literal('locked'),
  version: z.coerce.number().nullable(),
  digest: z.string().nullable(),
  noSet: z.boolean(),
  readers: epochs,
  movers: epochs,
  offers: z.record(z.string(), z.boolean()),
});

/** Which works find unchanged, and now locked, all that they rest on. */
export async function lockBasis(
  connection: LaneConnection,
  batch: readonly PendingWork[],
): Promise<{ readonly holding: readonly PendingWork[]; readonly fates: ReadonlyMap<PendingWork, Fate> }> {
  const subjects = (areMovers: boolean) => [
    ...new Set(batch.flatMap((pending) => (pending.isMover === areMovers ? pending.subjects : []))),
  ];
  const offers = [...new Set(batch.flatMap(({ work }) => offersOf(work)))];
  const rows = await connection.query(lockStatement, [subjects(false), subjects(true), offers]);
  const basis = basisRow.parse(rows[0]);
  const holding: PendingWork[] = [];
  const fates = new Map<PendingWork, Fate>();
  for (const pending of batch) {
    const fate = fateOf(pending, basis);
    if (fate === null) holding.push(pending);
    else fates.set(pending, fate);
  }
  return { holding, fates };
}

/**
 * Has the rest of the transaction wait no longer than a moment for any row; a mover waits here for its
 * subjects. Throws the driver's lock timeout (55P03) when the turn does not come.
 */
export async function takeTurn(connection: LaneConnection, { subjects, isMover }: PendingWork): Promise<void> {
  await connection.query(patienceStatement, [turnMs]);
  if (isMover) await connection.query(waitStatement, [subjects]);
}

const stale: Fate = { type: 'answered', outcome: { outcome: 'stale' } };

function fateOf(pending: PendingWork, basis: z.infer<typeof basisRow>): Fate | null {
  if (pending.isOwn) return null;
  const { registryVersion, policySet } = pending.work.rests;
  // Before the first activation there is no row to lock; a row that was skipped is one that somebody is changing.
  if (basis.version === null || (basis.digest === null && !basis.noSet)) return { type: 'busy', what: 'version' };
  if (basis.version !== registryVersion || basis.digest !== policySet) return stale;
  if (!offersOf(pending.work).every((offer) => basis.offers[offer])) return stale;
  const epochOf = pending.isMover ? basis.movers : basis.readers;
  const rests = restsOf(pending.work);
  // Skipped: somebody is changing it. A reader decides again; a mover is asked for by a person and waits its turn.
  if (rests.some(({ id }) => epochOf[id] === undefined))
    return pending.isMover ? { type: 'busy', what: 'subject' } : stale;
  return rests.every(({ id, epoch }) => epochOf[id] === epoch) ? null : stale;
}
