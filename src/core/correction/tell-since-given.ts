import { eachDue } from '../disclosure/each-in-turn.ts';
import { settle, stale } from '../disclosure/settle.ts';
import type { FollowPorts } from './follow-corrections.ts';
import { noticesOf } from './notices-of.ts';
import { passedPast } from './pass-past.ts';
import type { WayEnded } from './ports.ts';
import { tellNotices, tellPast } from './tell-notices.ts';

/**
 * Tells whoever got a field after it was corrected, by a request that was under way then: what they got may be the value of
 * before. Who got nothing after all is told nothing. Each is told once, however many gateways look. Returns how many were
 * told here.
 * @law AVG 5(1)(d), 19
 */
export function tellSinceGiven(ports: FollowPorts): Promise<number> {
  return eachDue(
    (passed) => ports.corrections.waysEnded(passed),
    (one) => settle(ports, () => tell(ports, one)),
  );
}

async function tell(ports: FollowPorts, way: WayEnded): Promise<boolean | typeof stale> {
  const { correction } = way;
  const request = await ports.requests.find(way.request);
  const set = ports.policies.current();
  const term = set.deadlines.corrections;
  const subject = request?.subject ?? null;
  const given = subject === null ? [] : await ports.corrections.given(subject);
  // As it is told now: from here on its recipient has time to do something about it.
  const { id, source, kind, fields, corrects } = correction;
  const now = { id, source, kind, fields, corrects, madeAt: ports.clock.now() };
  const notices = request === null ? [] : noticesOf(now, { given: [request], by: given }, term);
  const [notice] = notices;
  if (notice === undefined || subject === null) {
    await ports.corrections.forgetWay({ id, request: way.request });
    return false;
  }
  const call = { trace: ports.entropy.trace() };
  const past = passedPast(ports.entropy, { correction: now, notices }, given, term);
  const pushes = [
    tellNotices(ports, call, { correction: now, notices }, subject),
    ...past.map((each) => tellPast(ports, call, each, subject)),
  ];
  const committed = await ports.journal.commit({
    rests: { subject: null, registryVersion: ports.registry.current().version, policySet: set.digest },
    moves: false,
    entries: pushes.flatMap(({ entries }) => entries),
    changes: [
      { type: 'correction-reached', id, request: way.request, notice },
      ...pushes.flatMap(({ changes }) => changes),
    ],
  });
  if (committed.outcome === 'durable') return true;
  // Another gateway was first.
  return committed.outcome === 'conflict' ? false : stale;
}
