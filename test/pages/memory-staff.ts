import { answerRequest } from '../../src/core/disclosure/answer-request.ts';
import { approve } from '../../src/core/disclosure/approve.ts';
import { declineRequest } from '../../src/core/disclosure/decline-request.ts';
import { listInbox, readInbox } from '../../src/core/disclosure/read-inbox.ts';
import { delegateRequest, questionRequest, readMessages } from '../../src/core/disclosure/say-on-request.ts';
import { escalatedTo } from '../../src/core/disclosure/waiting.ts';
import { canonical } from '../../src/core/ledger/canonical.ts';
import type { LimitsFile } from '../../src/core/limit/limits.ts';
import { actForUnit } from '../../src/core/partner/act-for-unit.ts';
import type { StaffOperations, UnlimitedStaff } from '../../src/pages/staff/staff-operations.ts';
import { limitedStaff } from '../../src/wire/limited-staff.ts';
import { staffDuties } from '../../src/wire/staff-duties.ts';
import { memoryLimiter } from '../world/memory-limiter.ts';
import type { MemoryWorld } from '../world/memory-world.ts';
import { someUser } from '../world/some-user.ts';
import { listedDuties } from './listed-duties.ts';

/** The real core for people of a unit, without the tokens by which the gateway says who they are. */
export function memoryStaff(world: MemoryWorld, limits: LimitsFile = {}): StaffOperations {
  return limitedStaff(unlimited(world), memoryLimiter(limits, 90_000));
}

function unlimited(world: MemoryWorld): UnlimitedStaff {
  const { ports } = world;
  const partnerOf = (unit: Parameters<typeof actForUnit>[1]) => actForUnit(ports.registry.current(), unit);
  return {
    list: async ({ unit }, query) => (partnerOf(unit) === null ? [] : listInbox(ports, unit, query)),
    read: async ({ unit }, id) => (partnerOf(unit) === null ? null : readInbox(ports, unit, id)),
    escalatedTo: ({ unit }, request) => escalatedTo(ports, unit, request, ports.clock.now()),
    async decide({ unit, number, role, name }, trace, id, said) {
      const partner = partnerOf(unit);
      if (partner === null) return { kind: 'not-found' };
      const key = canonical([number, id, said.decision, said.ground, [...said.strike], said.seen]);
      const call = { partner, trace, transaction: null, idempotency: { key, digest: key } };
      return approve(ports, call, id, { ...said, approver: someUser(number, role, name) });
    },
    async act({ unit, number, role, name }, trace, id, act, page) {
      const partner = partnerOf(unit);
      if (partner === null) return { kind: 'not-found' };
      const key = canonical([number, id, JSON.stringify(act), page]);
      const call = { partner, trace, transaction: null, idempotency: { key, digest: key } };
      const by = someUser(number, role, name);
      if (act.kind === 'refusal') return declineRequest(ports, call, id, { by, ground: act.ground });
      if (act.kind === 'question') return questionRequest(ports, call, id, { by, text: act.text });
      if (act.kind === 'delegation') return delegateRequest(ports, call, id, { by, to: act.to, note: act.note });
      const { data, complete } = act;
      const subject = { type: 'pseudonym', value: act.subject } as const;
      return answerRequest(ports, call, id, { subject, data, complete, by });
    },
    duties: staffDuties({
      ports,
      lists: listedDuties(world),
      partnerOf: ({ unit }) => partnerOf(unit),
      acts: async ({ number, role, name }, { partner, trace, path, said }) => {
        const key = canonical([number, path, JSON.stringify(said)]);
        const call = { partner, trace, transaction: null, idempotency: { key, digest: key } };
        return { call, user: someUser(number, role, name) };
      },
    }),
    messages: async ({ unit }, id) => {
      const partner = partnerOf(unit);
      return partner === null ? [] : ((await readMessages(ports, { partner }, id)) ?? []);
    },
  };
}
