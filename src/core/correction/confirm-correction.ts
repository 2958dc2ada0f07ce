import type { CorrectionId, SubjectId } from '../brand.ts';
import { firstReceipt, subjectMark } from '../disclosure/entries.ts';
import type { Call } from '../disclosure/operations.ts';
import type { Requests, Rests } from '../disclosure/ports.ts';
import { keyProblem } from '../disclosure/replay.ts';
import { settle, stale } from '../disclosure/settle.ts';
import { claimOf } from '../fact/attest-fact.ts';
import { type CorrectionNotice, waysOf } from './correction.ts';
import { confirmedEntry } from './correction-entries.ts';
import type { CorrectionPorts } from './make-correction.ts';
import { type PassedFor, passedFor } from './pass-for.ts';
import type { CorrectionConfirmation, CorrectionReport } from './ports.ts';

export interface ConfirmPorts extends CorrectionPorts {
  readonly requests: Requests;
}

/**
 * A recipient says what it did about a correction: on record once, and what was said first stays. Whoever says it of what they
 * read says it of nothing that came since.
 */
export function confirmCorrection(
  ports: ConfirmPorts,
  call: Call,
  id: CorrectionId,
  report: CorrectionReport,
): Promise<CorrectionConfirmation> {
  return settle(ports, () => record(ports, call, id, report));
}

async function record(
  ports: ConfirmPorts,
  call: Call,
  id: CorrectionId,
  { how, by, seen }: CorrectionReport,
): Promise<CorrectionConfirmation | typeof stale> {
  const unit = call.partner.unit.id;
  const correction = await ports.corrections.find(id);
  const notice = correction?.notices.find(({ recipient }) => recipient === unit);
  if (correction === null || notice === undefined) return { kind: 'not-found' };
  const subject = await personOf(ports, notice);
  const { claim } = await ports.snapshots.read({
    subject: { by: 'id', id: subjectMark(ports.entropy, subject) },
    source: correction.source,
    recipient: unit,
    idempotency: { unit, key: call.idempotency.key },
  });
  const view = { for: 'recipient', correction, notice } as const;
  if (claim !== null) return keyProblem(call, claim, 'correction-confirmation') ?? { kind: 'replayed', view };
  if (notice.confirmedAt !== null) return { kind: 'replayed', view };
  const ways = waysOf(correction.kind);
  if (!ways.includes(how)) return { kind: 'other-way', ways };
  const { requests } = notice;
  if (seen !== undefined && !requests.every((request) => seen.includes(request))) return { kind: 'unseen' };
  const at = ports.clock.now();
  const policySet = ports.policies.current().digest;
  // Whatever is on record about the person by now, what was done is done.
  const rests: Rests = { subject: null, registryVersion: ports.registry.current().version, policySet };
  const past = how === 'not-held' ? await passedFor(ports, call, { correction, notice, subject, at }) : nothing;
  const { given } = past;
  const told = { id: ports.entropy.id(), unit: correction.source, type: 'nl.sluis.correction.confirmed', time: at };
  const committed = await ports.journal.commit({
    rests,
    moves: false,
    entries: [confirmedEntry(ports, call, correction, { how, by, subject, at }), ...past.entries],
    changes: [
      claimOf(call, { type: 'correction-confirmation', id }, at),
      {
        type: 'correction-confirmed',
        id,
        recipient: unit,
        at,
        how,
        requests,
        ...(given === undefined ? {} : { given }),
      },
      { type: 'event-emitted', event: { ...told, dataref: `/v1/corrections/${id}`, about: subject } },
      ...past.changes,
    ],
  });
  // A conflict is a twin that was first, or one request more: the next reading finds what was written.
  if (committed.outcome !== 'durable') return stale;
  const confirmed: CorrectionNotice = { ...notice, confirmedAt: at, how, lookAt: null };
  const receipt = firstReceipt(committed.receipts, 'recipient');
  return { kind: 'confirmed', view: { ...view, notice: confirmed }, receipt };
}

const nothing: PassedFor = { entries: [], changes: [] };

/** Whom a notice is about: whoever its requests are about by now. null: they are gone. */
export async function personOf(
  { requests }: { readonly requests: Requests },
  notice: CorrectionNotice,
): Promise<SubjectId | null> {
  for (const id of notice.requests) {
    const found = await requests.find(id);
    if (found?.subject != null) return found.subject;
  }
  return null;
}
