import type { RequestId } from '../core/brand.ts';
import { answerRequest } from '../core/disclosure/answer-request.ts';
import { approve } from '../core/disclosure/approve.ts';
import type { AskPorts } from '../core/disclosure/ask.ts';
import { declineRequest } from '../core/disclosure/decline-request.ts';
import type { ReadInboxPorts } from '../core/disclosure/inbox.ts';
import type { AnswerOutcome } from '../core/disclosure/inbox-operations.ts';
import type { ApprovalBody, Call } from '../core/disclosure/operations.ts';
import { listInbox, readInbox } from '../core/disclosure/read-inbox.ts';
import { delegateRequest, questionRequest, readMessages } from '../core/disclosure/say-on-request.ts';
import { escalatedTo } from '../core/disclosure/waiting.ts';
import { actForUnit } from '../core/partner/act-for-unit.ts';
import type { Partner, User } from '../core/partner/partner.ts';
import type { Staff } from '../pages/ports.ts';
import type { StaffAct, UnlimitedStaff } from '../pages/staff/staff-operations.ts';
import { type ActingStaffWorld, actAs } from './act-as-staff.ts';
import { type DutyWorldPorts, staffDuties, storedLists } from './staff-duties.ts';

export interface StaffWorld extends ActingStaffWorld {
  readonly ports: AskPorts & ReadInboxPorts & DutyWorldPorts;
}

/** The verbs of a unit's people over the same ports as those of its systems. */
export function staffOperations(world: StaffWorld): UnlimitedStaff {
  const { ports } = world;
  const partnerOf = ({ unit }: Staff): Partner | null => actForUnit(ports.registry.current(), unit);
  const acts = actAs(world);
  return {
    list: async (staff, query) => (partnerOf(staff) === null ? [] : listInbox(ports, staff.unit, query)),
    read: async (staff, id) => (partnerOf(staff) === null ? null : readInbox(ports, staff.unit, id)),
    escalatedTo: (staff, request) => escalatedTo(ports, staff.unit, request, ports.clock.now()),
    async decide(staff, trace, id, { decision, ground, strike, seen }) {
      const partner = partnerOf(staff);
      if (partner === null) return { kind: 'not-found' };
      const struck = strike.length === 0 ? {} : { strike };
      const said = { decision, ...(ground === null ? {} : { ground }), ...struck, seen };
      const acting = { partner, trace, path: `/v1/requests/${id}/approvals`, said };
      const { call, user: approver } = await acts(staff, acting);
      const body: ApprovalBody = { decision, approver, ground, ...struck, seen };
      return approve(ports, call, id, body);
    },
    async act(staff, trace, id, act, page) {
      const partner = partnerOf(staff);
      if (partner === null) return { kind: 'not-found' };
      const said = { ...act, page };
      const acting = { partner, trace, path: `/v1/inbox/${id}/${placeOf[act.kind]}`, said };
      const { call, user } = await acts(staff, acting);
      return carryOut(ports, call, id, act, user);
    },
    duties: staffDuties({ ports, partnerOf, acts, lists: storedLists(world.pool) }),
    messages: async (staff, id) => {
      const partner = partnerOf(staff);
      return partner === null ? [] : ((await readMessages(ports, { partner }, id)) ?? []);
    },
  };
}

const placeOf = {
  answer: 'answers',
  refusal: 'refusals',
  question: 'questions',
  delegation: 'delegations',
} as const satisfies Readonly<Record<StaffAct['kind'], string>>;

/** What the calls of a unit's own system come to as well. */
function carryOut(
  ports: StaffWorld['ports'],
  call: Call,
  id: RequestId,
  act: StaffAct,
  by: User,
): Promise<AnswerOutcome> {
  switch (act.kind) {
    case 'answer': {
      const { subject: value, data, complete } = act;
      return answerRequest(ports, call, id, { subject: { type: 'pseudonym', value }, data, complete, by });
    }
    case 'refusal':
      return declineRequest(ports, call, id, { by, ground: act.ground });
    case 'question':
      return questionRequest(ports, call, id, { by, text: act.text });
    case 'delegation':
      return delegateRequest(ports, call, id, { by, to: act.to, note: act.note });
  }
}
