import { canonical } from '../ledger/canonical.ts';
import type { User } from '../partner/partner.ts';
import { type Consultation, type ConsultPorts, consultNow } from './consult.ts';
import type { RequestRecord } from './request.ts';

/**
 * The same reading, decided for whoever takes the answer: a rule that asks for a role asks it of who gets the data, and not
 * only of who asked for them. `user` null: a system collects for whoever asked, and it stays what was decided.
 * null: somebody in their role may not have all that is permitted to whoever asked, or under other obligations only, which
 * nobody agreed to. That ends nothing: whoever asked may still collect it.
 * @law BW 7:457
 */
export function decideForTaker(
  ports: ConsultPorts,
  request: Pick<RequestRecord, 'purpose' | 'direction' | 'userRole'>,
  asked: Consultation,
  user: User | null,
): Consultation | null {
  const { decision } = asked;
  if (decision.outcome === 'refusal' || user === null || user.role === request.userRole) return asked;
  const { purpose, direction: trigger } = request;
  const question = { purpose, fields: decision.permitted, trigger, userRole: user.role };
  const theirs = consultNow(ports, question, asked);
  if (theirs.decision.outcome === 'refusal') return null;
  const { permitted, obligations } = theirs.decision;
  const isAll = decision.permitted.every((field) => permitted.includes(field));
  return isAll && canonical({ ...obligations }) === canonical({ ...decision.obligations }) ? theirs : null;
}
