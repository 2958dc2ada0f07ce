import type { RightsRequestId } from '../brand.ts';
import type { EndPorts } from '../disclosure/end-waiting.ts';
import { subjectMark } from '../disclosure/entries.ts';
import type { Call } from '../disclosure/operations.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import type { FactPorts } from '../fact/attest-fact.ts';
import type { Pushed } from '../fact/notices.ts';
import type { EntryDraft } from '../ledger/entry.ts';
import type { RightsChange } from '../rights/rights-request.ts';
import type { Subject } from '../subject/reference.ts';
import type { Correction } from './correction.ts';
import { endOffers } from './end-offers.ts';
import { noticesOf, underWayOf } from './notices-of.ts';
import { passedPast, type Sent } from './pass-past.ts';
import type { Corrections } from './ports.ts';
import { restrictFields } from './restrict-fields.ts';
import { tellNotices, tellPast } from './tell-notices.ts';

export interface CorrectionWorkPorts extends FactPorts, EndPorts {
  readonly corrections: Corrections;
}

/** What is written of a correction; `moves`: it changes what is decided about the person. */
export type CorrectionWork = Pushed & { readonly moves: boolean };

/**
 * A correction on record, with whom it reaches and what it sets in motion. `made`: its own entry; `subject`: null where nobody
 * is known, of whom the same is read, so that it costs the same; `rights`: what a person asked that it carries out.
 */
export async function correctionWork(
  ports: CorrectionWorkPorts,
  call: Call,
  correction: Omit<Correction, 'entry'>,
  {
    made,
    subject,
    rights,
  }: { readonly made: EntryDraft; readonly subject: Subject | null; readonly rights: RightsRequestId | null },
): Promise<CorrectionWork> {
  const about = subjectMark(ports.entropy, subject?.id ?? null);
  const given = await ports.corrections.given(about);
  const term = ports.policies.current().deadlines.corrections;
  const notices = noticesOf(correction, { given, by: given }, term);
  const sent: Sent = { correction, notices, underWay: underWayOf(correction, given) };
  const told = subject === null ? null : await toldOf(ports, call, { sent, given }, subject);
  return {
    moves: told?.moves ?? false,
    entries: [made, ...(told?.entries ?? [])],
    changes: [
      {
        ...{ type: 'correction-made', correction: { ...correction, entry: made.id }, notices, underWay: sent.underWay },
        // What is given at this moment is read anew: its recipient would never hear of the correction.
        given: { subject: about, seen: given.map(({ id }) => id) },
      },
      ...(told?.changes ?? []),
      ...carriedOut(rights, correction),
    ],
  };
}

function carriedOut(
  id: RightsRequestId | null,
  { kind, madeAt }: Pick<Correction, 'kind' | 'madeAt'>,
): readonly RightsChange[] {
  if (id === null || kind === 'restriction-lifted') return [];
  return [{ type: 'rights-request-carried-out', id, at: madeAt, as: kind }];
}

/** What a correction about a known person sets in motion. */
async function toldOf(
  ports: CorrectionWorkPorts,
  call: Call,
  { sent, given }: { readonly sent: Sent; readonly given: readonly RequestRecord[] },
  subject: Subject,
): Promise<CorrectionWork> {
  const { correction } = sent;
  const restricted = await restrictFields(ports, call, correction, subject, correction.madeAt);
  const past = passedPast(ports.entropy, sent, given, ports.policies.current().deadlines.corrections);
  const unheard = await ports.corrections.unheard(subject.id, correction.source);
  const pushes = [
    tellNotices(ports, call, sent, subject.id),
    ...past.map((each) => tellPast(ports, call, each, subject.id)),
    restricted,
    endOffers(ports, correction, unheard),
  ];
  return {
    moves: restricted.changes.length > 0,
    entries: pushes.flatMap(({ entries }) => entries),
    changes: pushes.flatMap(({ changes }) => changes),
  };
}
