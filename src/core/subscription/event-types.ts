import { requestEvents } from '../disclosure/request-events.ts';
import { emergencyEvents } from '../emergency/emergency-events.ts';
import type { PolicySet } from '../policy/policy-set.ts';

const happenings: Readonly<Record<string, readonly string[]>> = {
  request: requestEvents,
  'break-glass': emergencyEvents,
  'involvement-claim': ['received', 'confirmed'],
  fact: ['displaced', 'disputed'],
  timer: ['reminder', 'due'],
  subject: ['changed'],
  retention: ['started', 'changed'],
  destruction: ['reminder', 'due', 'reported'],
  correction: ['made', 'reminder', 'due', 'overdue', 'confirmed'],
  'rights-request': ['made', 'reminder', 'due'],
  'informing-delay': ['reminder', 'due'],
  certificate: ['expires'],
  'encryption-key': ['ends'],
};

/** Every type of event that a gateway may send, but for those of notices, which follow from the policies. */
export const eventTypes: readonly string[] = Object.entries(happenings).flatMap(([of, all]) =>
  all.map((what) => `nl.sluis.${of}.${what}`),
);

/** Of a notice: the purpose under which its recipient may ask from then on, or no longer. */
export const noticeType = /^nl\.sluis\.([a-z][a-z0-9-]{1,62})\.(started|ended)$/;

/** Whether under these policies an event of this type can come; `eventTypes` and `noticeType` say what form it has. */
export function isEverTold(type: string, policies: () => PolicySet): boolean {
  if (eventTypes.includes(type)) return true;
  const purpose = noticeType.exec(type)?.[1];
  return [...policies().policies.values()].some((one) => one.purpose === purpose && one.trigger !== 'pull');
}
