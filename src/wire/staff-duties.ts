import type pg from 'pg';
import { datedStarts } from '../core/category/retention-start.ts';
import { type ConfirmPorts, confirmCorrection } from '../core/correction/confirm-correction.ts';
import { makeCorrection } from '../core/correction/make-correction.ts';
import type { AskPorts } from '../core/disclosure/ask.ts';
import type { Call, KeyProblem } from '../core/disclosure/operations.ts';
import {
  type ReadDutiesPorts,
  readCorrectionDuty,
  readDestructionDuty,
  readRightsDuty,
} from '../core/duty/read-duties.ts';
import { reportDestruction } from '../core/duty/report-destruction.ts';
import type { Partner, User } from '../core/partner/partner.ts';
import { type DecideRightsPorts, decideRightsRequest } from '../core/rights/decide-rights-request.ts';
import type { OfficerCorrections } from '../pages/officer/corrections.ts';
import type { OfficerRights } from '../pages/officer/rights-page.ts';
import type { OfficerDuties, PageKey, Staff } from '../pages/ports.ts';
import type { DutyAct, DutyOutcome, HeldKind, UnlimitedDuties } from '../pages/staff/staff-duties.ts';
import { StoredCorrections } from '../store/pages/corrections.ts';
import { StoredDuties } from '../store/pages/duties.ts';
import { StoredRights } from '../store/rights-requests.ts';
import type { ActAs, StaffCall } from './act-as-staff.ts';

export type DutyWorldPorts = AskPorts & ReadDutiesPorts & ConfirmPorts & DecideRightsPorts;

/** The lists of officers, of which a unit's people read what is their unit's own to do. */
export interface DutyLists {
  readonly rights: Pick<OfficerRights, 'page'>;
  readonly corrections: Pick<OfficerCorrections, 'page'>;
  readonly held: Pick<OfficerDuties, 'page'>;
}

export function storedLists(pool: pg.Pool): DutyLists {
  return { rights: new StoredRights(pool), corrections: new StoredCorrections(pool), held: new StoredDuties(pool) };
}

interface DutyWorld {
  readonly ports: DutyWorldPorts;
  readonly lists: DutyLists;
  /** null: nobody of that unit may do anything. */
  readonly partnerOf: (staff: Staff) => Partner | null;
  readonly acts: ActAs;
}

/** What a unit's people read and do about its duties, over the same ports as its systems. */
export function staffDuties({ ports, lists, partnerOf, acts }: DutyWorld): UnlimitedDuties {
  const reading = async <Found>(staff: Staff, read: (partner: Partner) => Promise<Found>, none: Found) => {
    const partner = partnerOf(staff);
    return partner === null ? none : read(partner);
  };
  const view = ({ unit }: Partner) => ({ viewer: unit.id, recipient: unit.id, now: ports.clock.now() });
  return {
    rights: (staff, after, limit) =>
      reading(
        staff,
        (partner) =>
          inOrder(
            ['overdue', 'open'] as const,
            (state) => lists.rights.page({ ...view(partner), state }, after, limit),
            ({ dueAt }) => dueAt,
            limit,
          ),
        [],
      ),
    corrections: (staff, after, limit) =>
      reading(
        staff,
        (partner) =>
          inOrder(
            ['overdue', 'open'] as const,
            (state) => lists.corrections.page({ ...view(partner), state }, after, limit),
            ({ order }) => order,
            limit,
          ),
        [],
      ),
    held: (staff, kind, after, limit) =>
      reading(staff, (partner) => heldBy({ ports, lists }, view(partner), kind, { after, limit }), []),
    readRights: (staff, id) => reading(staff, (partner) => readRightsDuty(ports, { partner }, id), null),
    readCorrection: (staff, id) => reading(staff, (partner) => readCorrectionDuty(ports, { partner }, id), null),
    readDestruction: (staff, id) => reading(staff, (partner) => readDestructionDuty(ports, { partner }, id), null),
    async act(staff, trace, act, page) {
      const partner = partnerOf(staff);
      if (partner === null) return { kind: 'not-found' };
      const { path, said } = callOf(act);
      const { call, user } = await acts(staff, { partner, trace, path, said: { ...said, page } });
      return carryOut(ports, call, act, user);
    },
  };
}

const heldStates = { dated: ['overdue', 'dated'], undated: ['open', 'undated'] } as const;

function heldBy(
  { ports, lists }: Pick<DutyWorld, 'ports' | 'lists'>,
  view: Pick<Parameters<OfficerDuties['page']>[0], 'viewer' | 'recipient' | 'now'>,
  kind: HeldKind,
  { after, limit }: { readonly after: PageKey | null; readonly limit: number },
) {
  const starts = datedStarts(ports.policies.current().retentionStarts);
  return inOrder(
    heldStates[kind],
    (state) => lists.held.page({ ...view, starts, state }, after, limit),
    ({ order }) => order,
    limit,
  );
}

/** What several lists of the same order begin with, as one: each is read as far as the whole is. */
async function inOrder<State, Line extends { readonly id: string }>(
  states: readonly State[],
  page: (state: State) => Promise<readonly Line[]>,
  orderOf: (line: Line) => string,
  limit: number,
): Promise<readonly Line[]> {
  const keyOf = (line: Line) => `${orderOf(line)} ${line.id}`;
  const lines = (await Promise.all(states.map(page))).flat();
  return lines.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)).slice(0, limit);
}

/** As a system of the unit would say it. */
function callOf(act: DutyAct): Pick<StaffCall, 'path' | 'said'> {
  switch (act.kind) {
    case 'decision':
      return {
        path: `/v1/rights-requests/${act.id}/decisions`,
        said: { decision: act.decision, ground: act.ground },
      };
    case 'correction': {
      const { subject: value, what, fields, ground, because } = act;
      const subject = { type: 'pseudonym', value };
      return { path: '/v1/corrections', said: { subject, kind: what, fields, ground, ...because } };
    }
    case 'confirmation':
      return { path: `/v1/corrections/${act.id}/confirmations`, said: { how: act.how, seen: act.seen } };
    case 'destruction':
      return { path: `/v1/disclosures/${act.id}/destruction`, said: { how: act.how } };
  }
}

type Ended =
  | { readonly kind: 'not-found' | 'wrong-state' | 'other-way' | 'unseen' | 'invalid' | 'number-not-allowed' }
  | KeyProblem;

/** What the calls of a unit's own system come to as well. */
async function carryOut(ports: DutyWorldPorts, call: Call, act: DutyAct, by: User): Promise<DutyOutcome> {
  switch (act.kind) {
    case 'decision': {
      const outcome = await decideRightsRequest(ports, call, act.id, {
        decision: act.decision,
        ground: act.ground,
        by,
      });
      return 'rights' in outcome ? onRecord(outcome.rights.state === act.decision) : ended(outcome);
    }
    case 'correction': {
      const { subject: value, what: kind, fields, ground, because } = act;
      const subject = { type: 'pseudonym', value } as const;
      const reasons = { corrects: null, rightsRequest: null, ...because };
      const outcome = await makeCorrection(ports, call, { subject, kind, fields, ground, ...reasons, by });
      return 'id' in outcome ? onRecord(true) : ended(outcome);
    }
    case 'confirmation': {
      const outcome = await confirmCorrection(ports, call, act.id, { how: act.how, by, seen: act.seen });
      if (!('view' in outcome)) return ended(outcome);
      return onRecord(outcome.view.for === 'recipient' && outcome.view.notice.how === act.how);
    }
    case 'destruction': {
      const outcome = await reportDestruction(ports, call, act.id, { how: act.how, by });
      if (outcome.kind !== 'confirmed' && outcome.kind !== 'replayed') return ended(outcome);
      return onRecord(outcome.request.destroyedHow === act.how);
    }
  }
}

function onRecord(isAsSaid: boolean): DutyOutcome {
  return { kind: 'on-record', isAsSaid };
}

function ended(outcome: Ended): DutyOutcome {
  switch (outcome.kind) {
    case 'not-found':
    case 'key-reused':
    case 'in-progress':
      return { kind: outcome.kind };
    default:
      return { kind: 'changed' };
  }
}
