import type { FieldId } from '../brand.ts';
import type { Label } from '../category/catalogue.ts';
import { type Result, refuse } from '../result.ts';
import type { AtSource, InboxPorts } from './at-source.ts';
import type { SealedContent } from './inbox-operations.ts';
import type { KeptAnswer } from './kept-answer.ts';
import { numberOf, type PermitToken } from './permit-token.ts';
import { keySourceSealsTo } from './seal-answer.ts';
import { type SealedBySource, type SealedCheck, type SealedRefusal, sealedBySource } from './sealed-by-source.ts';

/** A member of the body that cannot be; `problem` never holds a value. */
export interface InvalidMember {
  readonly member: string;
  readonly code: string;
  readonly problem: Label;
}

/**
 * What a source sealed itself, by the permit that it got with the request: the gateway's own, for this request, and no more
 * than is permitted now and was not answered before. Throws `Fault('seal-impossible')` where the recipient has no key.
 */
export function readSealedAnswer(
  ports: Pick<InboxPorts, 'permits' | 'clock'>,
  standing: AtSource,
  before: readonly KeptAnswer[],
  { permit: jws, sealed }: SealedContent,
): Result<SealedBySource, InvalidMember> {
  const permit = ports.permits.read(jws);
  if (permit === null || !isFor(permit, standing)) return refuse({ member: 'permit', ...otherPermit });
  const permitted = new Set<string>(standing.permit.permitted);
  if (!fieldsOf(permit).every((field) => permitted.has(field))) return refuse({ member: 'permit', ...outdated });
  const now = ports.clock.now();
  const key = keySourceSealsTo(standing.consultation.recipient, now);
  const read = sealedBySource(permit, key.jwk, sealed, now);
  if (!read.ok) return refuse(invalid(read.refusal));
  const given = new Set(before.flatMap(({ fields }) => fields));
  const sealedBefore = new Set(before.map(({ category }) => category));
  const again = read.value.parts.find(
    ({ category, fields }) => sealedBefore.has(category) || fields.some((field) => given.has(field)),
  );
  return again === undefined ? read : refuse({ member: `sealed/${again.category}`, ...answeredBefore });
}

function isFor({ claims }: PermitToken, { request, consultation: { recipient } }: AtSource): boolean {
  return (
    claims.request === request.id &&
    claims.aud === request.source &&
    claims.recipient.unit === recipient.id &&
    claims.recipient.oin === numberOf(recipient)
  );
}

function fieldsOf({ claims }: PermitToken): readonly FieldId[] {
  return Object.values(claims.fields).flat() as FieldId[];
}

function invalid({ category, check }: SealedRefusal): InvalidMember {
  const isPermits = check === 'over' || (check === 'key' && category === null);
  const member = isPermits ? 'permit' : category === null ? 'sealed' : `sealed/${category}`;
  return { member, code: `sealed-${check}`, problem: problems[check] };
}

const problems: Readonly<Record<SealedCheck, Label>> = {
  form: { nl: 'moet per categorie één tekst zijn', en: 'must be one text per category' },
  category: {
    nl: 'heeft een categorie die de machtiging niet noemt',
    en: 'has a category that the permit does not name',
  },
  size: { nl: 'is te groot', en: 'is too large' },
  jwe: { nl: 'is geen JWE met precies de gevraagde kop', en: 'is not a JWE with exactly the header that is asked' },
  algorithm: { nl: 'heeft een ander algoritme', en: 'has another algorithm' },
  key: { nl: 'is op slot voor een andere sleutel', en: 'is sealed to another key' },
  permit: { nl: 'noemt een andere machtiging', en: 'names another permit' },
  request: { nl: 'noemt een andere aanvraag', en: 'names another request' },
  binding: { nl: 'noemt een andere categorie', en: 'names another category' },
  age: { nl: 'is op een andere tijd op slot gedaan', en: 'was sealed at another time' },
  over: { nl: 'geldt niet meer: bekijk de aanvraag opnieuw', en: 'is over: read the request again' },
};
const otherPermit = {
  code: 'permit-other',
  problem: { nl: 'is geen machtiging voor deze aanvraag', en: 'is no permit for this request' },
};
const outdated = {
  code: 'permit-outdated',
  problem: {
    nl: 'noemt meer dan nu mag: bekijk de aanvraag opnieuw',
    en: 'names more than is permitted now: read the request again',
  },
};
const answeredBefore = {
  code: 'answered-before',
  problem: { nl: 'is al beantwoord', en: 'was answered before' },
};
