import type { Instant, RequestId, TraceId } from '../brand.ts';
import { eachDue } from '../disclosure/each-in-turn.ts';
import { frame, subjectMark } from '../disclosure/entries.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { canonical } from '../ledger/canonical.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import { alertParties } from './alert-parties.ts';
import type { Verdict } from './emergency.ts';
import type { RevokePorts } from './revoke-emergencies.ts';

/** What somebody independent found, in their own words. */
export interface Review {
  readonly verdict: Verdict;
  readonly ground: string;
  /** Id of the officer. */
  readonly reviewer: string;
  readonly trace: TraceId;
  /** When it was reviewed before, as the officer saw it; null: never. */
  readonly seen: Instant | null;
}

/**
 * Puts on record what an officer found of a break-glass. What was found unjustified is a breach, of which officers of
 * both parties and of the gateway are told (`tellOfReviews`). `false`: there is no such, or somebody else reviewed it meanwhile.
 */
export async function reviewEmergency(ports: RevokePorts, id: RequestId, review: Review): Promise<boolean> {
  return settle(ports, () => putOnRecord(ports, id, review));
}

async function putOnRecord(ports: RevokePorts, id: RequestId, review: Review): Promise<boolean | typeof stale> {
  const found = await ports.emergencies.find(id);
  if (found === null || (found.emergency.review?.at ?? null) !== review.seen) return false;
  const { request, emergency } = found;
  if (emergency.review !== null && emergency.review.verdict !== 'unclear') return false;
  const at = ports.clock.now();
  const policySet = ports.policies.current().digest;
  const entry: EntryDraft = {
    ...frame(ports.entropy, { ...request, trace: review.trace }, at, policySet),
    kind: 'review',
    body: { v: 2, request: id, outcome: review.verdict },
    subject: request.subject,
    personal: {
      subject: subjectMark(ports.entropy, request.subject),
      reviewer: canonical({ officer: review.reviewer }),
      ground: review.ground,
    },
    fleeting: {},
  };
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion: ports.registry.current().version, policySet },
    moves: false,
    entries: [entry],
    changes: [{ type: 'emergency-reviewed', id, at, verdict: review.verdict, seen: review.seen }],
  });
  if (committed.outcome === 'durable') return true;
  return committed.outcome === 'conflict' ? false : stale;
}

/**
 * Tells officers of what was found unjustified, and of what nobody reviewed in time, each once. From the record alone: a
 * verdict that lost from another is nobody's breach, and one that stands is told of by the next gateway that looks, where
 * the one that wrote it was killed. Returns of how much.
 */
export async function tellOfReviews(ports: RevokePorts): Promise<number> {
  return eachDue(
    (passed) => ports.emergencies.untold(ports.clock.now(), passed),
    async ({ request, emergency }) => {
      const verdict = emergency.review?.verdict ?? null;
      const kind = verdict === 'unjustified' ? 'emergency-unjustified' : 'emergency-unreviewed';
      await alertParties(ports, request, kind);
      await ports.emergencies.officersTold(request.id, verdict);
      return true;
    },
  );
}
