import type { FieldId, Instant, RequestId, SubjectId } from '../brand.ts';
import type { Call } from '../disclosure/operations.ts';
import type { Entropy, PolicySets } from '../disclosure/ports.ts';
import type { RequestRecord } from '../disclosure/request.ts';
import type { Pushed } from '../fact/notices.ts';
import type { CorrectionNotice, GivenThen, RecordedCorrection } from './correction.ts';
import { givenOnOf } from './notices-of.ts';
import { passedPast } from './pass-past.ts';
import type { Corrections } from './ports.ts';
import { tellPast } from './tell-notices.ts';

interface PassForPorts {
  readonly entropy: Entropy;
  readonly policies: PolicySets;
  readonly corrections: Corrections;
}

export interface PassedFor extends Pushed {
  /** On what it rests; left out: on nothing. */
  readonly given?: GivenThen;
}

/**
 * Who says that it holds nothing any more is gone past as one that had said so before: whoever got a field from it by now, also
 * after it was told, still holds it. Except whom the correction of that field was passed on to already.
 * @law AVG 19
 */
export async function passedFor(
  ports: PassForPorts,
  call: Pick<Call, 'trace'>,
  said: {
    readonly correction: RecordedCorrection;
    readonly notice: CorrectionNotice;
    readonly subject: SubjectId | null;
    readonly at: Instant;
  },
): Promise<PassedFor> {
  const { correction, notice, subject, at } = said;
  if (notice.destroyed || subject === null) return { entries: [], changes: [] };
  const passed = await passedBy(ports, correction, notice);
  const given = await ports.corrections.given(subject);
  const term = ports.policies.current().deadlines.corrections;
  const { id, source, kind, corrects } = correction;
  const past = leftToTell(notice, passed, given).flatMap(({ fields, givenOn }) => {
    const notices = [{ ...notice, fields, givenOn, destroyed: true }];
    return passedPast(
      ports.entropy,
      { correction: { id, source, kind, fields, corrects, madeAt: at }, notices },
      given,
      term,
    );
  });
  const pushes = past.map((sent) => tellPast(ports, call, sent, subject));
  return {
    entries: pushes.flatMap(({ entries }) => entries),
    changes: pushes.flatMap(({ changes }) => changes),
    given: { subject, seen: given.map((request) => request.id) },
  };
}

/** The corrections by which it was passed on before, by that recipient or in its place. */
export async function passedBy(
  { corrections }: Pick<PassForPorts, 'corrections'>,
  { id }: RecordedCorrection,
  { recipient }: CorrectionNotice,
): Promise<readonly RecordedCorrection[]> {
  const onward = await corrections.passedOn(id);
  const own = onward.filter(({ source, corrects }) => source === recipient && corrects === id);
  const found = await Promise.all(own.map((passed) => corrections.find(passed.id)));
  return found.filter((one) => one !== null);
}

type Left = Pick<CorrectionNotice, 'fields' | 'givenOn'>;

/** By which requests which fields were given on of which nobody was told; fields that were given on alike go together. */
export function leftToTell(
  notice: CorrectionNotice,
  passed: readonly RecordedCorrection[],
  given: readonly RequestRecord[],
): readonly Left[] {
  const left = new Map<string, Left>();
  for (const field of notice.fields) {
    const told = toldOf(field, passed);
    const givenOn = givenOnOf(notice, [field], given).filter((request) => !told.has(request));
    const alike = left.get(givenOn.join());
    left.set(givenOn.join(), { fields: [...(alike?.fields ?? []), field], givenOn });
  }
  return [...left.values()].filter(({ givenOn }) => givenOn.length > 0);
}

function toldOf(field: FieldId, passed: readonly RecordedCorrection[]): ReadonlySet<RequestId> {
  const about = passed.filter(({ fields }) => fields.includes(field));
  const notices = about.flatMap((one) => one.notices.filter(({ fields }) => fields.includes(field)));
  return new Set([...about.flatMap(({ underWay }) => underWay), ...notices.flatMap(({ requests }) => requests)]);
}
