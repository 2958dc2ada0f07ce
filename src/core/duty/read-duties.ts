import type { CorrectionId, FieldId, Instant, RequestId, RightsRequestId, SubjectId } from '../brand.ts';
import { personOf } from '../correction/confirm-correction.ts';
import type { CorrectionNotice, RecordedCorrection } from '../correction/correction.ts';
import { leftToTell, passedBy } from '../correction/pass-for.ts';
import type { Corrections } from '../correction/ports.ts';
import { readCorrection } from '../correction/read-correction.ts';
import { isNeverOffered } from '../disclosure/accept-offer.ts';
import { givenFields } from '../disclosure/given-fields.ts';
import type { OwnSubject, ReadInboxPorts } from '../disclosure/inbox.ts';
import type { Call } from '../disclosure/operations.ts';
import { ownSubject } from '../disclosure/own-subject.ts';
import type { Journal, Requests } from '../disclosure/ports.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import { whatWasSaid } from '../disclosure/what-was-said.ts';
import { readRightsRequest } from '../rights/decide-rights-request.ts';
import type { RightsRequest, RightsRequests } from '../rights/rights-request.ts';
import type { HeldRequest } from './follow-duties.ts';

export type ReadDutiesPorts = Pick<ReadInboxPorts, 'policies' | 'subjects' | 'references' | 'snapshots'> & {
  readonly journal: Journal;
  readonly requests: Requests;
  readonly rights: RightsRequests;
  readonly corrections: Corrections;
};

/** What a person asks of a source, with what somebody there must know to decide on it. */
export interface RightsDuty {
  readonly rights: RightsRequest;
  /** In the person's own words; null: not kept any more. */
  readonly statement: string | null;
  /** By which the field was given. */
  readonly given: RequestRecord;
  /** null: nobody is on record any more, and no correction can be made. */
  readonly subject: OwnSubject | null;
}

/** A request by which a recipient got something, as its own file knows it. */
export interface GotBy {
  readonly request: RequestRecord;
  /** As it was given with the question; null: none was, it is not kept any more, or what was got was offered. */
  readonly caseReference: string | null;
}

/** A correction that a recipient was told of. */
export interface CorrectionDuty {
  readonly correction: RecordedCorrection;
  readonly notice: CorrectionNotice;
  readonly got: readonly GotBy[];
  /** When it passed it on itself, the last time; null: it did not. */
  readonly passedAt: Instant | null;
  /** What it gave on to somebody who was not told yet. */
  readonly toPassOn: readonly FieldId[];
  /** Only where it gave the data on: then it is a source of them itself, which may know the person. */
  readonly subject: OwnSubject | null;
}

/** What a recipient got and must destroy, or has destroyed. */
export interface DestructionDuty extends GotBy {
  readonly request: HeldRequest;
}

type Reader = Pick<Call, 'partner'>;

/** null to everybody but the source that it was made to. */
export async function readRightsDuty(
  ports: ReadDutiesPorts,
  call: Reader,
  id: RightsRequestId,
): Promise<RightsDuty | null> {
  const view = await readRightsRequest(ports, call, id);
  const given = view && (await ports.requests.find(view.rights.request));
  return view && given && { ...view, given, subject: await knownTo(ports, call, given.subject) };
}

/** null to everybody but a unit that it reached. */
export async function readCorrectionDuty(
  ports: ReadDutiesPorts,
  call: Reader,
  id: CorrectionId,
): Promise<CorrectionDuty | null> {
  const view = await readCorrection(ports, call, id);
  if (view?.for !== 'recipient') return null;
  const { correction, notice } = view;
  const found = await Promise.all(notice.requests.map((request) => ports.requests.find(request)));
  const got = await Promise.all(found.filter((one) => one !== null).map((request) => gotBy(ports, request)));
  const person = await personOf(ports, notice);
  const given = person === null ? [] : await ports.corrections.given(person);
  const passed = await passedBy(ports, correction, notice);
  const toPassOn = isPassedForThem(notice) ? [] : leftToTell(notice, passed, given).flatMap(({ fields }) => fields);
  const gaveOn = notice.givenOn.length > 0 || toPassOn.length > 0;
  const passedAt =
    passed
      .map(({ madeAt }) => madeAt)
      .toSorted()
      .at(-1) ?? null;
  return { correction, notice, got, subject: gaveOn ? await knownTo(ports, call, person) : null, passedAt, toPassOn };
}

/** Whoever destroyed it, or has it no more, has nothing to correct: the gateway went past it. */
export function isPassedForThem({ destroyed, how }: CorrectionNotice): boolean {
  return destroyed || how === 'not-held';
}

/** null to everybody but the recipient of what was given. */
export async function readDestructionDuty(
  ports: ReadDutiesPorts,
  { partner: { unit } }: Reader,
  id: RequestId,
): Promise<DestructionDuty | null> {
  const request = await ports.requests.find(id);
  if (request?.recipient !== unit.id || isNeverOffered(request, unit.id) || !isHeld(request)) return null;
  if (givenFields(request).length === 0) return null;
  return { ...(await gotBy(ports, request)), request };
}

function isHeld(request: RequestRecord): request is HeldRequest {
  return request.held !== null;
}

/** INVARIANT: of a question only what its own recipient said; the file of a source that offers is not the recipient's. */
async function gotBy(ports: ReadDutiesPorts, request: RequestRecord): Promise<GotBy> {
  const said = request.direction === 'push' ? null : await whatWasSaid(ports, request);
  return { request, caseReference: said?.caseReference ?? null };
}

async function knownTo(
  ports: ReadDutiesPorts,
  { partner: { unit } }: Reader,
  subject: SubjectId | null,
): Promise<OwnSubject | null> {
  if (subject === null) return null;
  const reading = await ports.snapshots.read({
    subject: { by: 'id', id: subject },
    source: unit.id,
    recipient: unit.id,
    idempotency: null,
  });
  const { catalogue } = ports.policies.boundTo(unit) ?? ports.policies.current();
  return ownSubject(ports, catalogue, unit, reading);
}
