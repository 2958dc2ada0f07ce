import { z } from 'zod';
import { isBsn } from '../subject/reference.ts';
import type { FieldValue } from './catalogue.ts';
import type { FieldForm } from './catalogue-files.ts';

type Of<T extends FieldForm['type']> = Omit<FieldForm, 'type'> & { readonly type: T };
type Form = { [T in FieldForm['type']]: Of<T> }[FieldForm['type']];

/** Members of the form that a type understands; any other is a mistake of the author. */
const bounds: Readonly<Record<FieldForm['type'], readonly (keyof FieldForm)[]>> = {
  text: ['maxLength', 'oneOf'],
  texts: ['maxLength', 'maxItems'],
  integer: ['min', 'max'],
  date: [],
  boolean: [],
  bsn: [],
  skn: [],
};

/** The bound that does not belong to this type or is missing, or null. */
export function boundProblem(form: FieldForm): string | null {
  const allowed = bounds[form.type];
  for (const member of ['maxLength', 'maxItems', 'min', 'max', 'oneOf'] as const) {
    if (form[member] !== undefined && !allowed.includes(member))
      return `${member} does not belong to type ${form.type}`;
  }
  const missing = form.oneOf ? undefined : allowed.find((member) => member !== 'oneOf' && form[member] === undefined);
  return missing === undefined ? null : `type ${form.type} needs ${missing}`;
}

/**
 * The only door for a source's value. Messages say what is expected and never repeat the value.
 * Text is bounded and well-formed and holds no control characters, so that it can be shown, stored and committed to.
 */
export function fieldSchema(form: FieldForm): z.ZodType<FieldValue> {
  const typed = form as Form;
  switch (typed.type) {
    case 'text':
      return typed.oneOf ? z.enum(typed.oneOf, `must be one of ${typed.oneOf.join(', ')}`) : text(typed.maxLength ?? 0);
    case 'texts':
      return z
        .array(text(typed.maxLength ?? 0), 'must be a list of texts')
        .max(typed.maxItems ?? 0, `must have at most ${typed.maxItems} items`);
    case 'integer':
      return z
        .int('must be a whole number')
        .min(typed.min ?? 0, `must be at least ${typed.min}`)
        .max(typed.max ?? 0, `must be at most ${typed.max}`);
    case 'date':
      return z.iso.date('must be a date (YYYY-MM-DD)');
    case 'boolean':
      return z.boolean('must be true or false');
    case 'bsn':
      return z.string('must be a citizen service number').refine(isBsn, 'must be a citizen service number');
    case 'skn':
      return z.string('must be a criminal chain number').regex(/^[0-9]{7,10}$/, 'must be a criminal chain number');
  }
}

function text(maxLength: number): z.ZodString {
  return z
    .string('must be text')
    .min(1, 'must not be empty')
    .max(maxLength, `must have at most ${maxLength} characters`)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not contain control characters or half a surrogate pair');
}
