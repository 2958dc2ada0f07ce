import type { Unit } from '../partner/partner.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import { resourceType, unitType } from './evaluate.ts';
import type { ActionSearch, ResourceSearch, SubjectSearch } from './search-form.ts';

export const kindType = 'partner-kind';
export const fieldType = 'field';

/** Where a search looks: the set in force, and the unit that asks, which may call itself by its id. */
export interface SearchScope {
  readonly set: PolicySet;
  readonly caller: Pick<Unit, 'id' | 'kind'>;
}

/**
 * Searches range over words of the catalogue: what some policy may permit between kinds of partners,
 * never about whom. A search that names a person is refused before it comes here.
 */
export function searchesPersons(search: {
  readonly subject?: { readonly type: string };
  readonly resource: { readonly type: string };
}): boolean {
  return search.resource.type === resourceType || search.subject?.type === resourceType;
}

/** Kinds of partners that may ask for this field for this purpose, in the order of the catalogue. */
export function searchSubjects({ set }: SearchScope, { subject, action, resource }: SubjectSearch): readonly string[] {
  if (subject.type !== kindType || resource.type !== fieldType) return [];
  const found = flows(set).filter(
    (flow) => flow.purpose === action.name && isFrom(flow, resource) && flow.fields.has(resource.id),
  );
  return inOrder(set.catalogue.partnerKinds, found, ({ recipient }) => recipient);
}

/** Fields that this kind may ask for this purpose, of any kind of source or of the one named. */
export function searchResources(scope: SearchScope, { subject, action, resource }: ResourceSearch): readonly string[] {
  const kind = kindOf(scope, subject);
  if (kind === null || resource.type !== fieldType) return [];
  const found = flows(scope.set).filter(
    (flow) => flow.purpose === action.name && flow.recipient === kind && isFrom(flow, resource),
  );
  const fields = new Set(found.flatMap((flow) => [...flow.fields]));
  return [...scope.set.catalogue.fields.keys()].filter((field) => fields.has(field));
}

/** Purposes for which this kind may ask for this field. */
export function searchActions(scope: SearchScope, { subject, resource }: ActionSearch): readonly string[] {
  const kind = kindOf(scope, subject);
  if (kind === null || resource.type !== fieldType) return [];
  const found = flows(scope.set).filter(
    (flow) => flow.recipient === kind && isFrom(flow, resource) && flow.fields.has(resource.id),
  );
  return inOrder(scope.set.catalogue.purposes, found, ({ purpose }) => purpose);
}

interface Flow {
  readonly purpose: string;
  readonly source: string;
  readonly recipient: string;
  readonly fields: ReadonlySet<string>;
}

/** Everything that may be asked; what is only ever pushed may not. */
function flows(set: PolicySet): Flow[] {
  return [...set.policies.values()]
    .filter(({ trigger }) => trigger !== 'push')
    .flatMap(({ purpose, grants }) =>
      grants.map(({ source, recipient, fields }) => ({ purpose, source, recipient, fields })),
    );
}

function isFrom({ source }: Flow, { properties }: Pick<ResourceSearch['resource'], 'properties'>): boolean {
  return properties?.sourceKind === undefined || properties.sourceKind === source;
}

/** The kind of whoever may be meant: a kind by its name, or the asking unit itself; of other units nothing is said. */
function kindOf({ caller }: SearchScope, subject: { readonly type: string; readonly id: string }): string | null {
  if (subject.type === kindType) return subject.id;
  return subject.type === unitType && subject.id === caller.id ? caller.kind : null;
}

function inOrder(words: ReadonlyMap<string, unknown>, found: readonly Flow[], wordOf: (flow: Flow) => string) {
  const named = new Set(found.map(wordOf));
  return [...words.keys()].filter((word) => named.has(word));
}
