import type { MiddlewareHandler } from 'hono';
import type { UnitId } from '../core/brand.ts';
import { Fault } from '../core/fault.ts';
import type { Admitted, Limiter, OverLimit } from '../core/limit/limiter.ts';
import { refuseWith } from './exchange.ts';
import type { ApiEnv } from './ports.ts';
import { type Problem, problem } from './problem.ts';
import type { ProblemName } from './problem-types.ts';
import type { Named, PlainReply, Verdict } from './route.ts';

/** Counts every call of a recognised partner, whatever it asks and whether the path exists or not. */
export function limitedCalls(limiter: Pick<Limiter, 'call'>): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const unit = (c.get('partner') ?? c.get('seen'))?.unit;
    if (unit === undefined) throw new TypeError('nobody is counted who was not recognised');
    const over = await limiter.call(unit.id);
    return over === null ? next() : refuseWith(c, tooMany(over));
  };
}

/** A call that names somebody, with what was answered. */
export interface Guarded {
  readonly unit: UnitId;
  readonly named: Named;
  readonly verdict: (reply: PlainReply) => Verdict;
  readonly answer: () => Promise<PlainReply | Problem>;
}

/**
 * Answers within the limits, or not at all. INVARIANT: over a limit nothing is decided and nothing fetched, and where
 * nobody can tell whether it is over, neither.
 */
export async function withinLimits(limiter: Pick<Limiter, 'admit'>, call: Guarded): Promise<PlainReply | Problem> {
  const admission = await limiter.admit({ unit: call.unit, ...call.named });
  if (admission.over !== null) return tooMany(admission.over);
  const reply = await call.answer();
  await settle(admission, 'problem' in reply ? verdictOfProblem(reply) : verdictOfReply(call, reply));
  return reply;
}

function tooMany({ retryAfterS }: OverLimit): Problem<'too-many-requests'> {
  return problem('too-many-requests', { headers: { 'Retry-After': String(retryAfterS) } });
}

const refusals: ReadonlySet<ProblemName> = new Set([
  'refused',
  'number-not-allowed',
  'may-not-attest',
  'may-not-approve',
  'may-not-confirm',
  'may-not-request-consent',
]);

function verdictOfProblem({ problem: name, headers }: Problem): Verdict {
  return refusals.has(name) && !isReplay(headers) ? 'refused' : 'none';
}

function verdictOfReply({ verdict }: Guarded, reply: PlainReply): Verdict {
  return isReplay(reply.headers) ? 'none' : verdict(reply);
}

/** What was answered before was counted then. */
function isReplay(headers: Readonly<Record<string, string>> = {}): boolean {
  return 'Idempotency-Replayed' in headers;
}

async function settle(admitted: Admitted, verdict: Verdict): Promise<void> {
  if (verdict === 'refused') return admitted.refused();
  if (verdict === 'none') return;
  try {
    await admitted.permitted();
  } catch (error) {
    // What was given must arrive; a row that was not ended only lasts longer.
    if (!(error instanceof Fault)) throw error;
  }
}
