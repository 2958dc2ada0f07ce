import type { CorrectionId } from '../brand.ts';
import type { Call } from '../disclosure/operations.ts';
import type { PassedOn } from './correction.ts';
import type { Corrections, CorrectionView, OnwardView } from './ports.ts';

/**
 * A correction as its source sees it, with what every recipient did; as a recipient sees it, with what is asked of it
 * alone; null to everybody else. Whoever got the data from a recipient is named to neither.
 */
export async function readCorrection(
  { corrections }: { readonly corrections: Corrections },
  call: Pick<Call, 'partner'>,
  id: CorrectionId,
): Promise<CorrectionView | null> {
  const unit = call.partner.unit.id;
  const correction = await corrections.find(id);
  if (correction === null) return null;
  if (correction.source !== unit) {
    const notice = correction.notices.find(({ recipient }) => recipient === unit);
    return notice === undefined ? null : { for: 'recipient', correction, notice };
  }
  const passed = await corrections.passedOn(id);
  const first = passed.filter(({ corrects }) => corrects === id);
  const onward = new Map(
    correction.notices.map(({ recipient }) => [
      recipient,
      first.filter(({ source }) => source === recipient).map((one) => viewOf(one, passed)),
    ]),
  );
  return { for: 'source', correction, onward };
}

/** INVARIANT: says of a correction that somebody else passed on what it is and how it stands, and of nobody who they are. */
function viewOf({ id, kind, madeAt, isConfirmed }: PassedOn, all: readonly PassedOn[]): OnwardView {
  const next = all.filter(({ corrects }) => corrects === id);
  return { kind, madeAt, isConfirmed, onward: next.map((one) => viewOf(one, all)) };
}
