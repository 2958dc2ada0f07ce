import type { Field, FieldShape, FieldValue } from '../../core/category/catalogue.ts';
import { wantedForm } from '../../core/category/wanted-form.ts';
import type { Words } from '../words/words.ts';

/** null: nothing was filled in. */
type Filled = { readonly value: FieldValue } | { readonly problem: string } | null;

/** What somebody typed, as a value of this field; `problem` says what is expected, in their language. */
export function fieldAnswer({ form, schema }: Field, typed: string, w: Words): Filled {
  const value = readTyped(form, typed);
  if (value === null) return null;
  const parsed = schema.safeParse(value);
  return parsed.success ? { value: parsed.data } : { problem: w.answers.wrong.value(wantedForm(form)) };
}

/** A number that is none stays text: then the field's own schema refuses it. */
function readTyped({ type }: FieldShape, typed: string): FieldValue | null {
  const lines = typed.split('\n').map((line) => line.trim());
  const filled = lines.filter((line) => line !== '');
  if (filled.length === 0) return null;
  // The catalogue's text has no lines, and a box for a long one does.
  const text = filled.join(' ');
  switch (type) {
    case 'texts':
      return filled;
    case 'boolean':
      return text === 'yes' ? true : text === 'no' ? false : text;
    case 'integer':
      return /^-?[0-9]{1,15}$/.test(text) ? Number(text) : text;
    case 'bsn':
    case 'skn':
      return text.replace(/[ .]/g, '');
    default:
      return text;
  }
}
