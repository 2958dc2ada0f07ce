import type { SubjectId } from '../brand.ts';
import type { Change } from '../disclosure/change.ts';
import type { Call } from '../disclosure/operations.ts';
import type { Entropy, PolicySets } from '../disclosure/ports.ts';
import type { Pushed } from '../fact/notices.ts';
import { passedEntry, toldEntry } from './correction-entries.ts';
import type { Sent, Told } from './pass-past.ts';

interface TellPorts {
  readonly entropy: Entropy;
  readonly policies: PolicySets;
}

/** Each recipient of a correction is told of it. */
export function tellNotices(
  ports: TellPorts,
  call: Pick<Call, 'trace'>,
  { correction, notices }: Told,
  subject: SubjectId,
): Pushed {
  const { id, madeAt: time } = correction;
  const changes = notices.map(({ recipient: unit }): Change => {
    const event = { id: ports.entropy.id(), unit, type: 'nl.sluis.correction.made', time };
    return { type: 'event-emitted', event: { ...event, dataref: `/v1/corrections/${id}`, about: subject } };
  });
  return { entries: notices.map((notice) => toldEntry(ports, call, correction, notice, subject)), changes };
}

/** Puts on record what the gateway passes on itself, and tells whom it reaches. */
export function tellPast(ports: TellPorts, call: Pick<Call, 'trace'>, sent: Sent, subject: SubjectId): Pushed {
  const { correction, notices, underWay } = sent;
  const made = passedEntry(ports, call, correction, subject);
  const told = tellNotices(ports, call, sent, subject);
  return {
    entries: [made, ...told.entries],
    changes: [
      { type: 'correction-made', correction: { ...correction, entry: made.id }, notices, underWay },
      ...told.changes,
    ],
  };
}
