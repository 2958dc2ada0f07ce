import type { FieldId } from '../brand.ts';
import { buildPurposes } from './build-purposes.ts';
import type { Catalogue, Category, FactType, FactWord, Field, FieldShape, Ground, PartnerKind } from './catalogue.ts';
import {
  type CategoriesFile,
  categoriesFile,
  type FactsFile,
  type FieldForm,
  factsFile,
  type GroundsFile,
  groundsFile,
  type PartnerKindsFile,
  type PurposesFile,
  partnerKindsFile,
  purposesFile,
} from './catalogue-files.ts';
import { boundProblem, fieldSchema } from './field-schema.ts';
import { type FileProblem, Problems } from './file-problem.ts';

/** Content of the catalogue's files as parsed from YAML, each with its name for messages. */
export interface CatalogueContent {
  readonly partnerKinds: { readonly file: string; readonly content: unknown };
  readonly categories: { readonly file: string; readonly content: unknown };
  readonly purposes: { readonly file: string; readonly content: unknown };
  readonly facts: { readonly file: string; readonly content: unknown };
  readonly grounds: { readonly file: string; readonly content: unknown };
}

export type BuiltCatalogue =
  | { readonly ok: true; readonly catalogue: Catalogue }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** All files or nothing: a catalogue with a hole would silently permit or refuse the wrong thing. */
export function buildCatalogue(content: CatalogueContent): BuiltCatalogue {
  const kindsNotes = new Problems(content.partnerKinds.file);
  const categoriesNotes = new Problems(content.categories.file);
  const purposesNotes = new Problems(content.purposes.file);
  const factsNotes = new Problems(content.facts.file);
  const kindsForm = kindsNotes.parse<PartnerKindsFile>(partnerKindsFile, content.partnerKinds.content);
  const categoriesForm = categoriesNotes.parse<CategoriesFile>(categoriesFile, content.categories.content);
  const purposesForm = purposesNotes.parse<PurposesFile>(purposesFile, content.purposes.content);
  const factsForm = factsNotes.parse<FactsFile>(factsFile, content.facts.content);
  const groundsNotes = new Problems(content.grounds.file);
  const groundsForm = groundsNotes.parse<GroundsFile>(groundsFile, content.grounds.content);

  const all = [kindsNotes, categoriesNotes, purposesNotes, factsNotes, groundsNotes];
  // Every fact names kinds: where those cannot be read, one fault would be told a hundred times.
  if (kindsForm === null) return { ok: false, problems: all.flatMap((notes) => notes.found) };

  const partnerKinds = new Map<string, PartnerKind>(
    Object.entries(kindsForm).map(([id, form]) => [
      id,
      { id, ...form, roles: new Map(Object.entries(form.roles ?? {})) },
    ]),
  );
  const { categories, fields } = readCategories(categoriesForm ?? {}, categoriesNotes);
  const { purposes, purposeGroups } = buildPurposes(purposesForm ?? {}, purposesNotes);
  const factTypes = readFacts(factsForm ?? {}, partnerKinds, factsNotes);

  const problems = all.flatMap((notes) => notes.found);
  if (problems.length > 0 || groundsForm === null) return { ok: false, problems };
  const grounds = {
    criminal: groundsOf(groundsForm.criminal),
    health: groundsOf(groundsForm.health),
    secrecy: groundsOf(groundsForm.secrecy),
  };
  return { ok: true, catalogue: { partnerKinds, categories, fields, purposes, purposeGroups, factTypes, grounds } };
}

function groundsOf(form: GroundsFile['criminal']): Map<string, Ground> {
  return new Map(
    Object.entries(form).map(([ground, { label, consent, waiver }]) => [
      ground,
      { label, consent: consent ?? false, waiver: waiver ?? false },
    ]),
  );
}

function readCategories(
  form: CategoriesFile,
  notes: Problems,
): { categories: Map<string, Category>; fields: Map<FieldId, Field> } {
  const categories = new Map<string, Category>();
  const fields = new Map<FieldId, Field>();
  for (const [category, { label, plain, fields: forms }] of Object.entries(form)) {
    const ids: FieldId[] = [];
    for (const [name, field] of Object.entries(forms)) {
      const problem = boundProblem(field);
      if (problem !== null) notes.add([category, 'fields', name], problem, 'key');
      const id = `${category}.${name}` as FieldId;
      ids.push(id);
      fields.set(id, {
        id,
        category,
        classes: [...new Set([field.class].flat())],
        status: field.status ?? null,
        label: field.label,
        plain: field.plain,
        form: shapeOf(field),
        schema: fieldSchema(field),
      });
    }
    categories.set(category, { id: category, label, plain, fields: ids });
  }
  return { categories, fields };
}

function shapeOf({ type, maxLength, maxItems, min, max, oneOf }: FieldForm): FieldShape {
  return {
    type,
    maxLength: maxLength ?? null,
    maxItems: maxItems ?? null,
    min: min ?? null,
    max: max ?? null,
    oneOf: oneOf ?? null,
  };
}

function readFacts(form: FactsFile, kinds: ReadonlyMap<string, PartnerKind>, notes: Problems): Map<string, FactType> {
  const types = new Map<string, FactType>();
  const knownKinds = (path: readonly (string | number)[], named: readonly string[]): void => {
    for (const [index, kind] of named.entries()) notes.known([...path, index], 'partner kind', kind, kinds);
  };
  for (const [id, type] of Object.entries(form)) {
    knownKinds([id, 'attestedBy'], type.attestedBy);
    knownKinds([id, 'byInvolvedOnly'], type.byInvolvedOnly ?? []);
    const words = new Map<string, ReadonlyMap<string, FactWord>>();
    for (const [attribute, forms] of Object.entries(type.attributes ?? {})) {
      const read = new Map<string, FactWord>();
      for (const [word, { label, attestedBy, about, byInvolvedOnly, byInvolvedAs, ...marks }] of Object.entries(
        forms,
      )) {
        const path = [id, 'attributes', attribute, word];
        knownKinds([...path, 'attestedBy'], attestedBy ?? []);
        knownKinds([...path, 'about'], about ?? []);
        knownKinds([...path, 'byInvolvedOnly'], byInvolvedOnly ?? []);
        for (const [kind, roles] of Object.entries(byInvolvedAs ?? {})) {
          notes.known([...path, 'byInvolvedAs', kind], 'partner kind', kind, kinds);
          for (const [index, role] of roles.entries())
            notes.known(
              [...path, 'byInvolvedAs', kind, index],
              'role',
              role,
              new Map(Object.entries(form.involvement?.attributes?.role ?? {})),
            );
        }
        for (const [index, kind] of (attestedBy ?? []).entries()) {
          if (!type.attestedBy.includes(kind))
            notes.add([...path, 'attestedBy', index], `${kind} may not attest ${id}`);
        }
        if (about && type.unit === 'none') notes.add([...path, 'about'], `${id} speaks of no unit`);
        if (!about && type.unit === 'required') notes.add(path, 'must say of which kinds of unit: about', 'key');
        read.set(word, {
          label,
          attestedBy: attestedBy ?? type.attestedBy,
          byInvolvedOnly: [...(type.byInvolvedOnly ?? []), ...(byInvolvedOnly ?? [])],
          byInvolvedAs: new Map(Object.entries(byInvolvedAs ?? {})),
          about: about ?? null,
          reference: marks.reference ?? type.reference ?? 'none',
          exclusive: marks.exclusive ?? null,
          representativeDecides: marks.representativeDecides ?? false,
          claimable: marks.claimable ?? false,
          attestsNothing: marks.attestsNothing ?? false,
        });
      }
      words.set(attribute, read);
    }
    types.set(id, {
      id,
      label: type.label,
      attestedBy: type.attestedBy,
      byInvolvedOnly: type.byInvolvedOnly ?? [],
      unit: type.unit,
      reference: type.reference ?? 'none',
      attributes: new Map([...words].map(([attribute, read]) => [attribute, [...read.keys()]])),
      words,
      allowsCaseReference: type.allowsCaseReference ?? false,
    });
  }
  return types;
}
