import { describe, expect, test } from 'vitest';
import type { FieldId } from '../../../src/core/brand.ts';
import type { Field, FieldShape } from '../../../src/core/category/catalogue.ts';
import { fieldSchema } from '../../../src/core/category/field-schema.ts';
import { wantedForm } from '../../../src/core/category/wanted-form.ts';
import { minimise } from '../../../src/core/disclosure/minimise.ts';
import { offerProblem } from '../../../src/core/disclosure/offer-problem.ts';
import { fieldAnswer } from '../../../src/pages/staff/field-answer.ts';
import { answers as en } from '../../../src/pages/words/en-answers.ts';
import { answers as nl } from '../../../src/pages/words/nl-answers.ts';
import type { Words } from '../../../src/pages/words/words.ts';
import { memoryWorld } from '../../world/memory-world.ts';
import { units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';

interface Wanted {
  readonly form: Partial<FieldShape> & Pick<FieldShape, 'type'>;
  readonly nl: string;
  readonly en: string;
  /** What that says is taken, and what it says is not. */
  readonly good: readonly unknown[];
  readonly wrong: readonly unknown[];
  /** What somebody types at a page, and is wrong. */
  readonly typed: string;
}

const of = (count: number) => 'q'.repeat(count);

const wanted: Readonly<Record<FieldShape['type'] | 'choice', Wanted>> = {
  text: {
    form: { type: 'text', maxLength: 12 },
    nl: 'tekst van 1 tot en met 12 tekens, zonder regeleinden en stuurtekens',
    en: 'text of 1 to 12 characters, without line ends and control characters',
    good: [of(1), of(12)],
    wrong: ['', of(13), 'qx\nxq', 'qx\u0007xq', 7171],
    typed: of(13),
  },
  choice: {
    form: { type: 'text', oneOf: ['prior', 'current'] },
    nl: 'een van prior, current',
    en: 'one of prior, current',
    good: ['prior', 'current'],
    wrong: ['', 'qxq', 7171],
    typed: 'qxq',
  },
  texts: {
    form: { type: 'texts', maxItems: 2, maxLength: 12 },
    nl: 'een lijst van hoogstens 2 teksten van 1 tot en met 12 tekens, zonder stuurtekens',
    en: 'a list of at most 2 texts of 1 to 12 characters, without control characters',
    good: [[], [of(1), of(12)]],
    wrong: [[of(13)], ['qxq', 'qxq', 'qxq'], [''], 'qxq', ['qx\u0007xq']],
    typed: 'qxq\nqxq\nqxq',
  },
  integer: {
    form: { type: 'integer', min: 3, max: 40 },
    nl: 'een heel getal van 3 tot en met 40',
    en: 'a whole number from 3 to 40',
    good: [3, 40],
    wrong: [2, 41, 7.5, '7171'],
    typed: '7171',
  },
  date: {
    form: { type: 'date' },
    nl: 'een datum die bestaat, als jaar-maand-dag (2026-12-31)',
    en: 'a date that exists, as year-month-day (2026-12-31)',
    good: ['2026-12-31'],
    wrong: ['2027-02-29', '31-12-1987', '1987-12-31T00:00:00Z', 7171],
    typed: '1987-02-31',
  },
  boolean: {
    form: { type: 'boolean' },
    nl: 'ja of nee (true of false)',
    en: 'yes or no (true or false)',
    good: [true, false],
    wrong: ['qxq', 7171],
    typed: 'qxq',
  },
  bsn: {
    form: { type: 'bsn' },
    nl: 'een burgerservicenummer: als tekst, negen cijfers die aan de elfproef voldoen',
    en: 'a citizen service number: as text, nine digits that pass its check',
    good: ['900000041'],
    wrong: ['900000042', '90000004', 900000041],
    typed: '900000042',
  },
  skn: {
    form: { type: 'skn' },
    nl: 'een strafrechtsketennummer: als tekst, zeven tot tien cijfers',
    en: 'a criminal chain number: as text, seven to ten digits',
    good: ['9171717', '9171717171'],
    wrong: ['917171', '91717171717', 9171717],
    typed: '917171',
  },
};

const none = { maxLength: null, maxItems: null, min: null, max: null, oneOf: null };
const set = shippedSet();
const id = 'identity.surname' as FieldId;

/** A catalogue in which one field is of this form. */
function catalogueOf(form: Wanted['form']) {
  const known = set.catalogue.fields.get(id);
  if (known === undefined) throw new Error('the catalogue has no such field');
  const field: Field = { ...known, form: { ...none, ...form }, schema: fieldSchema(form as never) };
  return { field, catalogue: { ...set.catalogue, fields: new Map([[id, field]]) } };
}

const marksOf = (value: unknown) => String(value).match(/q+|[0-9]{5,}|\d{4}-\d\d-\d\d/g) ?? [];

/** Nothing in it is of what was given. */
function tellsNothingOf(text: string, value: unknown): void {
  for (const part of marksOf(value)) expect(text).not.toContain(part);
}

describe.each(Object.entries(wanted))('a value that is no %s', (_, { form, good, wrong, typed, ...label }) => {
  const { field, catalogue } = catalogueOf(form);

  test('is refused, and every other taken, as the words for it say', () => {
    expect(wantedForm(field.form)).toEqual(label);
    for (const value of good) expect(field.schema.safeParse(value).success).toBe(true);
    for (const value of wrong) expect(field.schema.safeParse(value).success).toBe(false);
  });

  test('is answered with what is wanted, in both languages and without the value', () => {
    const problem = { nl: `moet zijn: ${label.nl}`, en: `must be ${label.en}` };
    const permit = { permitted: [id] } as never;
    const world = memoryWorld({ ...set, catalogue }, units);
    const source = units[0];
    if (source === undefined) throw new Error('no unit');
    for (const value of wrong) {
      const answered = minimise(catalogue, permit, { [id]: value });
      expect(answered).toEqual({ ok: false, refusal: { field: id, problem } });
      const offer = { recipient: 'gemeente', purpose: 'plan-basic-conditions', addressee: null, data: { [id]: value } };
      const offered = offerProblem(world.ports, source, offer as never);
      expect(offered).toEqual({ kind: 'invalid', member: `data/${id}`, code: 'wrong-form', problem });
      tellsNothingOf(JSON.stringify([answered, offered]), value);
    }
  });

  test('is answered with the same at a page', () => {
    const pages = { nl: `Vul in: ${label.nl}.`, en: `Give ${label.en}.` };
    for (const [language, words] of Object.entries({ nl, en })) {
      const answered = fieldAnswer(field, typed, { answers: words } as Words);
      expect(answered).toEqual({ problem: pages[language as 'nl' | 'en'] });
      tellsNothingOf(JSON.stringify(answered), typed);
    }
  });
});
