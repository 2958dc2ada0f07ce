import type { CorrectionId, RequestId } from '../brand.ts';
import type { Entropy } from '../disclosure/ports.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import type { Term } from '../policy/deadlines.ts';
import type { Correction, CorrectionNotice } from './correction.ts';
import { noticesOf, underWayOf } from './notices-of.ts';

/** A correction with whom it reaches now. */
export interface Told {
  readonly correction: Omit<Correction, 'entry'>;
  readonly notices: readonly CorrectionNotice[];
}

/** All of a correction, before it is on record. */
export interface Sent extends Told {
  /** By which somebody is told of it once they get one of the fields. */
  readonly underWay: readonly RequestId[];
}

/**
 * What the gateway passes on itself, in the place of each recipient that destroyed its copy: that one has nothing left to
 * correct, and whoever got the field from it has. Each step is a correction of its own, of whom the next got it from, so that
 * the first source learns no more of the chain than where people pass it on. INVARIANT: nobody is told twice by one
 * request, and so it ends, also where data went round.
 * @law AVG 19
 */
export function passedPast(
  entropy: Entropy,
  first: Told,
  given: readonly RequestRecord[],
  term: Term,
): readonly Sent[] {
  const told = new Set<RequestId>();
  const passed: Sent[] = [];
  const open = [first];
  for (let from = open.shift(); from !== undefined; from = open.shift()) {
    for (const notice of from.notices.filter(({ destroyed }) => destroyed)) {
      const onward = given.filter(
        // Whose correction it is needs no telling of it.
        ({ id, recipient }) => notice.givenOn.includes(id) && recipient !== first.correction.source && !told.has(id),
      );
      const correction = {
        ...from.correction,
        id: entropy.id() as CorrectionId,
        source: notice.recipient,
        fields: notice.fields,
        corrects: from.correction.id,
      };
      const notices = noticesOf(correction, { given: onward, by: given }, term);
      const underWay = underWayOf(correction, onward);
      if (notices.length + underWay.length === 0) continue;
      for (const { id } of onward) told.add(id);
      passed.push({ correction, notices, underWay });
      open.push({ correction, notices });
    }
  }
  return passed;
}
