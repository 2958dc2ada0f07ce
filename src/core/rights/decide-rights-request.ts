import type { CorrectionId, Instant, RightsRequestId } from '../brand.ts';
import { objectedEntry } from '../correction/correction-entries.ts';
import { type CorrectionWork, correctionWork } from '../correction/correction-work.ts';
import type { CorrectionPorts } from '../correction/make-correction.ts';
import type { AskPorts } from '../disclosure/ask.ts';
import { firstReceipt, subjectMark, userOnRecord } from '../disclosure/entries.ts';
import type { Call, KeyProblem } from '../disclosure/operations.ts';
import { keyProblem } from '../disclosure/replay.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { claimOf } from '../fact/attest-fact.ts';
import type { Receipt } from '../ledger/entry.ts';
import type { User } from '../partner/partner.ts';
import { nextLook } from '../policy/next-look.ts';
import type { Subject } from '../subject/reference.ts';
import { rightsEntry } from './make-rights-request.ts';
import type { RightsRequest, RightsState } from './rights-request.ts';

export type DecideRightsPorts = AskPorts & CorrectionPorts;

export interface RightsDecision {
  readonly decision: Exclude<RightsState, 'open'>;
  /** Also for the person: why it is so. @law AVG 12(4) */
  readonly ground: string;
  readonly by: User;
}

export type RightsOutcome =
  | { readonly kind: 'decided'; readonly rights: RightsRequest; readonly receipt: Receipt }
  /** Also where it was decided before, with whatever key: what was said first stays. */
  | { readonly kind: 'replayed'; readonly rights: RightsRequest }
  | { readonly kind: 'not-found' }
  | KeyProblem;

/** A request of a person as its source sees it. */
export interface RightsView {
  readonly rights: RightsRequest;
  /** In the person's own words; null: erased, or its period is over. */
  readonly statement: string | null;
}

/**
 * The source decides on what a person asked: on record once. What follows from it in the data is a correction, of which it is
 * reminded until it made one; what the person may not want to be given is not given any more from this moment on.
 * @law AVG 21(1)
 */
export function decideRightsRequest(
  ports: DecideRightsPorts,
  call: Call,
  id: RightsRequestId,
  said: RightsDecision,
): Promise<RightsOutcome> {
  return settle(ports, () => record(ports, call, id, said));
}

async function record(
  ports: DecideRightsPorts,
  call: Call,
  id: RightsRequestId,
  { decision, ground, by }: RightsDecision,
): Promise<RightsOutcome | typeof stale> {
  const unit = call.partner.unit.id;
  const rights = await ports.rights.find(id);
  const request = rights && (await ports.requests.find(rights.request));
  if (rights === null || request === null || rights.source !== unit) return { kind: 'not-found' };
  const { claim, snapshot } = await ports.snapshots.read({
    subject: { by: 'id', id: subjectMark(ports.entropy, request.subject) },
    source: unit,
    recipient: request.recipient,
    idempotency: { unit, key: call.idempotency.key },
  });
  if (claim !== null) return keyProblem(call, claim, 'rights-decision') ?? { kind: 'replayed', rights };
  if (rights.state !== 'open') return { kind: 'replayed', rights };
  const at = ports.clock.now();
  const personal = { ground, author: userOnRecord(by) };
  const entry = rightsEntry(ports, request, rights, { step: decision, trace: call.trace, at, personal });
  const { digest: policySet, deadlines } = ports.policies.current();
  const { subject } = snapshot;
  const isObjection = decision === 'upheld' && rights.wish === 'object' && subject !== null;
  const stopped = isObjection ? await stopGiving(ports, call, rights, subject, at) : null;
  // Whoever was parted meanwhile is read anew: what they object to is of the other now.
  if ((await ports.requests.find(request.id))?.subject !== request.subject) return stale;
  const lookAt = decision === 'upheld' ? nextLook(deadlines.rights, rights.dueAt, at) : null;
  const committed = await ports.journal.commit({
    rests: {
      subject: stopped === null ? null : subject,
      registryVersion: ports.registry.current().version,
      policySet,
    },
    moves: stopped?.moves ?? false,
    entries: [entry, ...(stopped?.entries ?? [])],
    changes: [
      claimOf(call, { type: 'rights-decision', id }, at),
      { type: 'rights-request-decided', id, to: decision, at, entry: entry.id, lookAt },
      ...(stopped?.changes ?? []),
    ],
  });
  // A conflict is a twin that was first: the next reading finds what it wrote.
  if (committed.outcome !== 'durable') return stale;
  const carriedOut = stopped === null ? null : ({ at, as: 'restricted' } as const);
  const decided: RightsRequest = { ...rights, state: decision, decidedAt: at, decisionEntry: entry.id, carriedOut };
  return { kind: 'decided', rights: decided, receipt: firstReceipt(committed.receipts, 'source') };
}

/** The field is restricted in the same commit, and whoever got it is told so. */
function stopGiving(
  ports: DecideRightsPorts,
  call: Call,
  { id, field, source }: RightsRequest,
  subject: Subject,
  at: Instant,
): Promise<CorrectionWork> {
  const correction = {
    id: ports.entropy.id() as CorrectionId,
    source,
    kind: 'restricted',
    fields: [field],
    corrects: null,
    madeAt: at,
  } as const;
  const made = objectedEntry(ports, call, correction, { subject: subject.id, rights: id });
  return correctionWork(ports, call, correction, { made, subject, rights: id });
}

/** For the source that it was made to; null to everybody else. */
export async function readRightsRequest(
  ports: Pick<DecideRightsPorts, 'rights' | 'journal'>,
  call: Pick<Call, 'partner'>,
  id: RightsRequestId,
): Promise<RightsView | null> {
  const rights = await ports.rights.find(id);
  if (rights?.source !== call.partner.unit.id) return null;
  const receipt = await ports.journal.receipt(rights.entry);
  return { rights, statement: receipt?.openings.find(({ name }) => name === 'statement')?.value ?? null };
}
