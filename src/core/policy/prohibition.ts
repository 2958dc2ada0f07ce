import type { FieldId, PurposeId } from '../brand.ts';
import type { Catalogue, Citation, Label } from '../category/catalogue.ts';
import type { ProhibitionsFile } from '../category/catalogue-files.ts';
import type { Problems } from '../category/file-problem.ts';
import { plainCitation } from '../category/plain-citation.ts';

/** What the law forbids between kinds, whoever the person is. Beats every permit; null matches all. */
export interface Prohibition {
  readonly id: string;
  readonly recipients: ReadonlySet<string> | null;
  readonly sources: ReadonlySet<string> | null;
  readonly purposes: ReadonlySet<string> | null;
  readonly fields: ReadonlySet<FieldId> | null;
  readonly text: Label;
  readonly law: readonly Citation[];
}

export interface Flow {
  readonly purpose: PurposeId;
  /** Partner kinds. */
  readonly source: string;
  readonly recipient: string;
  readonly field: FieldId;
}

export function forbids(prohibition: Prohibition, flow: Flow): boolean {
  return (
    (prohibition.recipients?.has(flow.recipient) ?? true) &&
    (prohibition.sources?.has(flow.source) ?? true) &&
    (prohibition.purposes?.has(flow.purpose) ?? true) &&
    (prohibition.fields?.has(flow.field) ?? true)
  );
}

type Form = ProhibitionsFile[number];

/** Compiles the file; a word that does not exist would make a prohibition that never fires, so it is an error. */
export function compileProhibitions(file: ProhibitionsFile, catalogue: Catalogue, problems: Problems): Prohibition[] {
  const seen = new Set<string>();
  return file.map((form, index) => {
    if (seen.has(form.id)) problems.add([index, 'id'], `"${form.id}" is used twice`);
    seen.add(form.id);
    return {
      id: form.id,
      recipients: recipientsOf(form, index, catalogue, problems),
      sources: knownSet(form.sources, [index, 'sources'], 'partner kind', catalogue.partnerKinds, problems),
      purposes: purposesOf(form, index, catalogue, problems),
      fields: fieldsOf(form, index, catalogue, problems),
      text: form.text,
      law: form.law.map(plainCitation),
    };
  });
}

function knownSet<T extends string>(
  words: readonly T[] | undefined,
  path: readonly (string | number)[],
  what: string,
  known: { keys(): Iterable<string> },
  problems: Problems,
): ReadonlySet<T> | null {
  for (const [index, word] of (words ?? []).entries()) problems.known([...path, index], what, word, known);
  return words === undefined ? null : new Set(words);
}

function recipientsOf(form: Form, at: number, catalogue: Catalogue, problems: Problems): ReadonlySet<string> | null {
  const { recipients } = form;
  if (recipients === undefined || Array.isArray(recipients)) {
    return knownSet(recipients, [at, 'recipients'], 'partner kind', catalogue.partnerKinds, problems);
  }
  return new Set([...catalogue.partnerKinds.values()].filter((kind) => !kind.mayProcessBsn).map((kind) => kind.id));
}

function purposesOf(form: Form, at: number, catalogue: Catalogue, problems: Problems): ReadonlySet<string> | null {
  const named = knownSet(form.purposes, [at, 'purposes'], 'purpose', catalogue.purposes, problems);
  const except = knownSet(form.exceptPurposes, [at, 'exceptPurposes'], 'purpose', catalogue.purposes, problems);
  if (named !== null && except !== null) {
    problems.add([at, 'exceptPurposes'], 'purposes and exceptPurposes exclude each other', 'key');
  }
  return except === null ? named : new Set([...catalogue.purposes.keys()].filter((purpose) => !except.has(purpose)));
}

function fieldsOf(form: Form, at: number, catalogue: Catalogue, problems: Problems): ReadonlySet<FieldId> | null {
  const { categories, fields, classes } = form;
  if (categories === undefined && fields === undefined && classes === undefined) return null;
  knownSet(categories, [at, 'categories'], 'category', catalogue.categories, problems);
  knownSet(fields, [at, 'fields'], 'field', catalogue.fields, problems);
  const named = [...catalogue.fields.values()].filter(
    (field) => categories?.includes(field.category) || fields?.includes(field.id) || classes?.includes(field.class),
  );
  return new Set(named.map((field) => field.id));
}
