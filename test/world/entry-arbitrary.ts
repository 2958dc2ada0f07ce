import fc from 'fast-check';
import type { z } from 'zod';
import type { EntryDraft } from '../../src/core/ledger/entry.ts';
import type { EntryForm } from '../../src/core/ledger/forms/entry-form.ts';

type Body = EntryDraft['body'];

/** What an entry of a form may hold, made from the form itself. */
export type EntryContent = Pick<
  EntryDraft,
  'body' | 'personal' | 'fleeting' | 'policySet' | 'purpose' | 'source' | 'recipient'
>;

/** Bodies of a form: every one that it should accept. */
function bodies({ body }: EntryForm): fc.Arbitrary<Body> {
  return of(body) as fc.Arbitrary<Body>;
}

/** Contents of the entries of a form, with every opening that it has to have and some that it may. */
export function contents(form: EntryForm): fc.Arbitrary<EntryContent> {
  const values = (kept: string) =>
    Object.entries(form.openings)
      .filter(([, opening]) => opening.kept === kept)
      .map(
        ([name, { required }]) => [name, required ? fc.string() : fc.option(fc.string(), { nil: undefined })] as const,
      );
  const named = (member: keyof EntryForm['named'], text: string): fc.Arbitrary<unknown> =>
    form.named[member] === 'never'
      ? fc.constant(null)
      : form.named[member] === 'always'
        ? fc.constant(text)
        : fc.constantFrom(null, text);
  return fc.record({
    body: bodies(form),
    personal: record(values('stored')),
    fleeting: record(values('fleeting')),
    policySet: named('policySet', `sha256:${'ab'.repeat(32)}`),
    purpose: named('purpose', 'some-purpose'),
    source: named('source', 'unit-source'),
    recipient: named('recipient', 'unit-recipient'),
  }) as fc.Arbitrary<EntryContent>;
}

/** The members that a body may have: of each of its shapes, where there are several. */
export function shapesOf(form: z.core.$ZodType): readonly Readonly<Record<string, z.core.$ZodType>>[] {
  const { def } = (form as z.core.$ZodTypes)._zod;
  if (def.type === 'union') return def.options.flatMap(shapesOf);
  if (def.type === 'object') return [def.shape];
  throw new Error('a body is an object, or one of several');
}

/** Names that no shape of a body may do without where it has them. */
export function requiredIn({ body }: EntryForm): ReadonlySet<string> {
  const isRequired = (form: z.core.$ZodType | undefined) => (form as z.core.$ZodTypes)._zod.def.type !== 'optional';
  const shapes = shapesOf(body);
  const names = shapes.flatMap((shape) => Object.keys(shape).filter((name) => isRequired(shape[name])));
  return new Set(names.filter((name) => shapes.every((shape) => shape[name] === undefined || isRequired(shape[name]))));
}

function record(entries: readonly (readonly [string, fc.Arbitrary<unknown>])[]): fc.Arbitrary<Record<string, string>> {
  return fc
    .record(Object.fromEntries(entries))
    .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as never);
}

function of(form: z.core.$ZodType): fc.Arbitrary<unknown> {
  const { def } = (form as z.core.$ZodTypes)._zod;
  const { pattern, least, most } = limitsOf(def);
  switch (def.type) {
    case 'object': {
      const members = Object.entries(def.shape).map(([name, member]) => [name, of(member)] as const);
      return record(members);
    }
    case 'optional':
      return fc.option(of(def.innerType), { nil: undefined });
    case 'nullable':
      return fc.option(of(def.innerType), { nil: null });
    case 'string': {
      return pattern === undefined
        ? fc.string({ minLength: Math.max(least, 0), maxLength: Math.min(most, 30) })
        : matching(pattern);
    }
    case 'number':
      return fc.integer({ min: Math.max(least, -1000), max: 1_000_000 });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(of(def.element), { minLength: Math.max(least, 0), maxLength: Math.max(least, 0) + 2 });
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'union':
      return fc.oneof(...def.options.map(of));
    default:
      throw new Error(`no values are made for a form of type ${def.type}`);
  }
}

const known = new Map<string, fc.Arbitrary<string>>();

/** Taking a pattern apart costs more than all that is made of it. */
function matching(pattern: RegExp): fc.Arbitrary<string> {
  const arbitrary = known.get(pattern.source) ?? fc.stringMatching(pattern);
  known.set(pattern.source, arbitrary);
  return arbitrary;
}

interface Limits {
  readonly pattern: RegExp | undefined;
  readonly least: number;
  readonly most: number;
}

/** What the checks of a form leave: of a text or list its length, of a number its value. */
function limitsOf(def: { readonly checks?: readonly z.core.$ZodCheck[] | undefined }): Limits {
  let limits: Limits = { pattern: undefined, least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };
  for (const check of def.checks ?? []) {
    const one = (check as z.core.$ZodChecks)._zod.def;
    if (one.check === 'string_format') limits = { ...limits, pattern: one.pattern };
    if (one.check === 'min_length') limits = { ...limits, least: one.minimum };
    if (one.check === 'max_length') limits = { ...limits, most: one.maximum };
    if (one.check === 'greater_than') limits = { ...limits, least: Number(one.value) };
  }
  return limits;
}
