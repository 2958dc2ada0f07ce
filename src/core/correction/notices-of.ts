import type { FieldId, RequestId, UnitId } from '../brand.ts';
import { instantAfter } from '../calendar.ts';
import { givenFields } from '../disclosure/given-fields.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import type { Term } from '../policy/deadlines.ts';
import { nextLook } from '../policy/next-look.ts';
import type { Correction, CorrectionNotice } from './correction.ts';

type About = Pick<Correction, 'id' | 'source' | 'fields' | 'madeAt'>;

/**
 * Whom a correction reaches: each unit that this source gave one of the fields to. Also whoever destroyed its copy: what it
 * gave on outside the gateway it alone knows. INVARIANT: nobody to whom it is on its way yet: who never gets it would learn from
 * this that the person is known, and that it was permitted. `given`: among which they are looked for; `by`: everything given
 * about the person.
 * @law AVG 19
 */
export function noticesOf(
  correction: About,
  { given, by }: { readonly given: readonly RequestRecord[]; readonly by: readonly RequestRecord[] },
  term: Term,
): readonly CorrectionNotice[] {
  const { id, fields, madeAt } = correction;
  const reached = givingOf(correction, given).filter(({ held }) => held !== null);
  const dueAt = instantAfter(madeAt, term.within);
  return [...new Set(reached.map(({ recipient }) => recipient))].sort().map((recipient) => {
    const got = reached.filter((request) => request.recipient === recipient);
    const notice = {
      correction: id,
      recipient,
      requests: got.map((request) => request.id),
      fields: fields.filter((field) => got.some((request) => givenFields(request).includes(field))),
      givenOn: givenOn(recipient, got, by, fields),
      destroyed: got.every(({ destructionConfirmedAt }) => destructionConfirmedAt !== null),
      dueAt,
      confirmedAt: null,
      how: null,
    };
    return { ...notice, lookAt: nextLook(term, dueAt, madeAt) };
  });
}

/** By which requests one of the fields is on its way now: who gets it after all is told then. */
export function underWayOf(correction: About, given: readonly RequestRecord[]): readonly RequestId[] {
  return givingOf(correction, given)
    .filter(({ held }) => held === null)
    .map(({ id }) => id);
}

function givingOf({ source, fields }: About, given: readonly RequestRecord[]): readonly RequestRecord[] {
  return given.filter((request) => request.source === source && fieldsOf(request, fields).length > 0);
}

/**
 * By which requests a recipient gave on by now, as a source, what it got of these fields by the requests of its notice: also
 * after it was told, as long as it held the value of before.
 */
export function givenOnOf(
  { recipient, requests }: Pick<CorrectionNotice, 'recipient' | 'requests'>,
  fields: readonly FieldId[],
  given: readonly RequestRecord[],
): readonly RequestId[] {
  const got = given.filter(({ id }) => requests.includes(id));
  return givenOn(recipient, got, given, fields);
}

/** By which requests a recipient gave on, as a source, fields that it holds for a purpose under which it got them. */
function givenOn(
  unit: UnitId,
  got: readonly RequestRecord[],
  given: readonly RequestRecord[],
  fields: readonly FieldId[],
): readonly RequestId[] {
  return given
    .filter(({ source }) => source === unit)
    .filter((onward) =>
      got.some((request) =>
        fieldsOf(onward, fieldsOf(request, fields)).some(
          (field) => onward.decision.obtained[field]?.includes(request.purpose) === true,
        ),
      ),
    )
    .map(({ id }) => id);
}

function fieldsOf(request: RequestRecord, fields: readonly FieldId[]): readonly FieldId[] {
  const given = givenFields(request);
  return fields.filter((field) => given.includes(field));
}
