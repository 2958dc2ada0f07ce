import type { FieldId } from '../brand.ts';
import type { Catalogue, Label } from '../category/catalogue.ts';
import { wrongForm } from '../category/wanted-form.ts';
import type { Unit } from '../partner/partner.ts';
import type { AskPorts } from './ask.ts';
import type { InvalidOffer, Offer } from './offer-operations.ts';

/**
 * The first member of an offer that cannot be, whoever it is about: words that nobody knows, and values that are not of the
 * form of their field. null: there is none. Nothing in it rests on a person, so that it may be said at once.
 */
export function offerProblem(
  { registry, policies }: Pick<AskPorts, 'registry' | 'policies'>,
  source: Unit,
  { recipient, purpose, data, addressee }: Offer,
): InvalidOffer | null {
  const to = registry.current().units.get(recipient);
  const { catalogue } = policies.boundTo(source) ?? policies.current();
  if (to === undefined || to.id === source.id) return unknownWord('recipient');
  if (!catalogue.purposes.has(purpose)) return unknownWord('purpose');
  const roles = catalogue.partnerKinds.get(to.kind)?.roles;
  if (addressee !== null && roles?.has(addressee) !== true) return unknownWord('addressee');
  for (const [field, value] of Object.entries(data)) {
    const problem = fieldProblem(catalogue, field, value);
    if (problem !== null) return problem;
  }
  return null;
}

function fieldProblem({ fields }: Catalogue, name: string, value: unknown): InvalidOffer | null {
  const field = fields.get(name as FieldId);
  // What is no field may be a value: it is not repeated.
  if (field === undefined) return unknownWord('data/?');
  return field.schema.safeParse(value).success
    ? null
    : { kind: 'invalid', member: `data/${name}`, code: 'wrong-form', problem: wrongForm(field.form) };
}

function unknownWord(member: string): InvalidOffer {
  return { kind: 'invalid', member, code: 'unknown-word', problem: notKnown };
}

const notKnown: Label = { nl: 'is geen bekend woord', en: 'is not a known word' };
