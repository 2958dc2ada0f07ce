import type { FieldId, Instant, RequestId, RightsRequestId, SubjectId, TraceId } from '../brand.ts';
import { instantAfter } from '../calendar.ts';
import { frame } from '../disclosure/entries.ts';
import { givenFields } from '../disclosure/given-fields.ts';
import type { Decider } from '../disclosure/operations.ts';
import type { Clock, Entropy, Journal, PolicySets, Registry, Requests } from '../disclosure/ports.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import { settle, stale } from '../disclosure/settle.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import type { Regime } from '../partner/partner.ts';
import { nextLook } from '../policy/next-look.ts';
import { objectable } from './objectable.ts';
import type { RightsRequest, RightsRequests, RightsWish } from './rights-request.ts';

export interface RightsPorts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly registry: Registry;
  readonly policies: PolicySets;
  readonly journal: Journal;
  readonly requests: Requests;
  readonly rights: RightsRequests;
}

/** What the person says on their own page. */
export interface RightsBody {
  readonly field: string;
  readonly wish: RightsWish;
  /** In their own words. */
  readonly statement: string;
}

/**
 * - `not-found`: no such field of theirs was given by it
 * - `open-already`: the same is asked and not decided yet; nothing of what is said now is kept
 * - `may-not-object`: its source does not give this field on a ground to which somebody can object
 */
export type RightsMade = 'made' | 'not-found' | 'open-already' | 'may-not-object';

/** What a request gave of a person, and what of that they may object to. */
export interface GivenOf {
  readonly id: RequestId;
  readonly fields: readonly FieldId[];
  readonly objectable: readonly FieldId[];
}

/**
 * A person says of a field that was given that it is not right, or must not be there. It is for the source to decide, which
 * is told. What is open already stays as it is.
 */
export function makeRightsRequest(
  ports: RightsPorts,
  subject: SubjectId,
  id: RequestId,
  body: RightsBody,
  { trace, by }: { readonly trace: TraceId; readonly by: Decider },
): Promise<RightsMade> {
  return settle(ports, async () => {
    const request = await ports.requests.find(id);
    const given = await givenOf(ports, subject, id);
    const field = body.field as FieldId;
    if (request === null || given?.fields.includes(field) !== true) return 'not-found';
    if (body.wish === 'object' && !given.objectable.includes(field)) return 'may-not-object';
    const now = ports.clock.now();
    const rights = newRequest(ports, request, body, by, now);
    const { deadlines } = ports.policies.current();
    const dataref = `/v1/rights-requests/${rights.id}`;
    const told = { id: ports.entropy.id(), unit: request.source, type: 'nl.sluis.rights-request.made', time: now };
    const registryVersion = ports.registry.current().version;
    const committed = await ports.journal.commit({
      rests: { subject: null, registryVersion, policySet: ports.policies.current().digest },
      moves: false,
      entries: [
        rightsEntry(ports, request, rights, { step: 'made', trace, at: now, personal: { statement: body.statement } }),
      ],
      changes: [
        { type: 'rights-request-made', rights, lookAt: nextLook(deadlines.rights, rights.dueAt, now) },
        { type: 'event-emitted', event: { ...told, dataref, about: subject } },
      ],
    });
    if (committed.outcome === 'stale') return stale;
    return committed.outcome === 'durable' ? 'made' : 'open-already';
  });
}

/** What a request gave of this person, as far as they may ask about it; null: nothing of theirs. */
export async function givenOf(
  ports: Pick<RightsPorts, 'requests' | 'policies' | 'registry'>,
  subject: SubjectId,
  id: RequestId,
): Promise<GivenOf | null> {
  const request = await ports.requests.find(id);
  if (request?.subject !== subject || request.held === null) return null;
  const fields = givenFields(request);
  return fields.length === 0 ? null : { id, fields, objectable: objectable(ports, request) };
}

function newRequest(
  ports: RightsPorts,
  { id, source, decision }: RequestRecord,
  { field, wish }: RightsBody,
  by: Decider,
  now: Instant,
): RightsRequest {
  const { rights } = ports.policies.current().deadlines;
  return {
    id: ports.entropy.id() as RightsRequestId,
    request: id,
    source,
    field: field as FieldId,
    wish,
    madeBy: by,
    madeAt: now,
    dueAt: instantAfter(now, termOf(rights, decision.regimes.source)),
    entry: ports.entropy.id() as RightsRequest['entry'],
    state: 'open',
    decidedAt: null,
    decisionEntry: null,
    carriedOut: null,
    remindedAt: null,
  };
}

/** A word that is no regime: the shortest of them. */
function termOf(rights: Readonly<Record<Regime, string>>, regime: string): string {
  return regime === 'avg' || regime === 'wpg' ? rights[regime] : rights.wjsg;
}

export function rightsEntry(
  ports: Pick<RightsPorts, 'entropy' | 'policies'>,
  request: RequestRecord,
  { id, field, wish, madeBy, entry }: RightsRequest,
  taken: {
    readonly step: 'made' | 'reminder' | 'due' | 'upheld' | 'dismissed';
    readonly trace: TraceId;
    readonly at: Instant;
    readonly personal: Readonly<Record<string, string>>;
  },
): EntryDraft {
  const { purpose, source, recipient, subject } = request;
  const about = { trace: taken.trace, purpose, source, recipient };
  const common = frame(ports.entropy, about, taken.at, ports.policies.current().digest);
  const by = taken.step === 'made' ? { by: madeBy } : {};
  return {
    ...common,
    ...(taken.step === 'made' ? { id: entry } : {}),
    kind: 'rights-request',
    body: { v: 2, rights: id, request: request.id, step: taken.step, wish, field, ...by },
    subject,
    personal: { ...(subject === null ? {} : { subject }), ...taken.personal },
    fleeting: {},
  };
}
