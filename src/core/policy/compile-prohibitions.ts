import type { FieldId, PurposeId } from '../brand.ts';
import type { Catalogue } from '../category/catalogue.ts';
import type { Problems } from '../category/file-problem.ts';
import { plainCitation } from '../category/plain-citation.ts';
import { compileCondition } from './compile-condition.ts';
import { approvalOf } from './obligations-of.ts';
import type { Exception, Prohibition } from './prohibition.ts';
import type { ProhibitionsFile } from './prohibition-file.ts';

type Form = ProhibitionsFile[number];

interface Scope {
  readonly catalogue: Catalogue;
  readonly problems: Problems;
  /** Place in the file. */
  readonly at: number;
}

/** Compiles the file; a word that does not exist would make a prohibition that never fires, so it is an error. */
export function compileProhibitions(file: ProhibitionsFile, catalogue: Catalogue, problems: Problems): Prohibition[] {
  const seen = new Set<string>();
  return file.map((form, at) => {
    if (seen.has(form.id)) problems.add([at, 'id'], `"${form.id}" is used twice`);
    seen.add(form.id);
    const scope = { catalogue, problems, at };
    return {
      id: form.id,
      recipients: recipientsOf(form, scope),
      sources: knownSet('sources', form.sources, 'partner kind', catalogue.partnerKinds, scope),
      purposes: purposesOf(form, scope),
      fields: fieldsOf(form, scope),
      obtained: namedPurposes('obtained', form, scope),
      bases: form.bases === undefined ? null : new Set(form.bases),
      consent: form.consent === undefined ? null : new Set(form.consent),
      unless: form.unless === undefined ? null : exceptionOf(form.unless, scope),
      text: form.text,
      law: form.law.map(plainCitation),
    };
  });
}

function knownSet<T extends string>(
  member: keyof Form,
  words: readonly T[] | undefined,
  what: string,
  known: { keys(): Iterable<string> },
  { problems, at }: Scope,
): ReadonlySet<T> | null {
  for (const [index, word] of (words ?? []).entries()) problems.known([at, member, index], what, word, known);
  return words === undefined ? null : new Set(words);
}

function recipientsOf(form: Form, scope: Scope): ReadonlySet<string> | null {
  const { recipients } = form;
  const kinds = scope.catalogue.partnerKinds;
  if (recipients === undefined || Array.isArray(recipients))
    return knownSet('recipients', recipients, 'partner kind', kinds, scope);
  return new Set([...kinds.values()].filter((kind) => !kind.mayProcessBsn).map((kind) => kind.id));
}

/** Purposes and groups; a group stands for every purpose below it. */
function purposesOf(form: Form, scope: Scope): ReadonlySet<string> | null {
  const only = namedPurposes('purposes', form, scope);
  const except = namedPurposes('exceptPurposes', form, scope);
  if (except === null) return only;
  return new Set([...(only ?? scope.catalogue.purposes.keys())].filter((purpose) => !except.has(purpose)));
}

function namedPurposes(
  member: 'purposes' | 'exceptPurposes' | 'obtained',
  form: Form,
  scope: Scope,
): ReadonlySet<PurposeId> | null {
  const { purposes, purposeGroups } = scope.catalogue;
  const known = { keys: () => [...purposes.keys(), ...purposeGroups.keys()] };
  const words = knownSet(member, form[member], 'purpose or group of purposes', known, scope);
  if (words === null) return null;
  return new Set([...words].flatMap((word) => [...(purposeGroups.get(word)?.purposes ?? [word as PurposeId])]));
}

/** Any of the named categories, fields and classes, without those that are excepted; null: every field. */
function fieldsOf(form: Form, scope: Scope): ReadonlySet<FieldId> | null {
  const { categories, fields, classes, exceptFields } = form;
  const { catalogue } = scope;
  knownSet('categories', categories, 'category', catalogue.categories, scope);
  knownSet('fields', fields, 'field', catalogue.fields, scope);
  const except = knownSet('exceptFields', exceptFields, 'field', catalogue.fields, scope);
  const all = categories === undefined && fields === undefined && classes === undefined;
  if (all && except === null) return null;
  const named = [...catalogue.fields.values()].filter(
    (field) =>
      (all ||
        categories?.includes(field.category) ||
        fields?.includes(field.id) ||
        classes?.some((word) => field.classes.includes(word))) &&
      !except?.has(field.id),
  );
  return new Set(named.map((field) => field.id));
}

function exceptionOf({ when, consent, approval }: NonNullable<Form['unless']>, scope: Scope): Exception {
  const { catalogue, problems, at } = scope;
  if (approval !== undefined && typeof approval !== 'string') {
    const roles = new Map([...catalogue.partnerKinds.values()].flatMap((kind) => [...kind.roles]));
    for (const [index, role] of approval.roles.entries())
      problems.known([at, 'unless', 'approval', 'roles', index], 'role', role, roles);
  }
  return {
    conditions: (when ?? []).map((form, index) =>
      compileCondition(form, {
        catalogue,
        source: null,
        recipient: null,
        problems,
        path: [at, 'unless', 'when', index],
      }),
    ),
    consent: consent === undefined ? null : new Set(consent),
    approval: approval === undefined ? null : approvalOf(approval),
  };
}
