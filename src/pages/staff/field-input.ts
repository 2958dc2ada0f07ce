import { html } from 'hono/html';
import type { FieldId } from '../../core/brand.ts';
import type { Field, FieldShape } from '../../core/category/catalogue.ts';
import type { Html } from '../page-context.ts';
import type { Words } from '../words/words.ts';
import { beside, type SentForm, tied } from './sent-form.ts';
import type { StaffWords } from './staff-bar.ts';

/** Longer than this is written over several lines. */
const oneLine = 200;

/** What the names of the inputs of fields begin with in their form. */
export const ofField = 'field.';

export function inputOf(id: FieldId): string {
  return `${ofField}${id}`;
}

/** One field of an answer, by what the catalogue says that it holds. */
export function fieldInput({ w, names }: StaffWords, { id, form, classes }: Field, sent: SentForm): Html {
  const name = inputOf(id);
  const hint = hintOf(form, w);
  const special = classes.filter((kind) => kind !== 'ordinary').map((kind) => w.staff.request.classOf[kind]);
  const tag = special.length === 0 ? null : html` <span class="tag info">${special.join(', ')}</span>`;
  return html`<div><label for="${name}">${names.field(id)}${tag}</label>
${beside(sent, name, hint)}
${input(form, w, { name, typed: sent.values.get(name) ?? '', more: tied(sent, name, hint !== null), isWrong: sent.errors.has(name) })}</div>`;
}

interface Input {
  readonly name: string;
  readonly typed: string;
  readonly more: Html;
  readonly isWrong: boolean;
}

function input(form: FieldShape, w: Words, { name, typed, more, isWrong }: Input): Html {
  const { yes, no } = w.answers.form;
  const own = html`id="${name}" name="${name}" autocomplete="off"${more}`;
  const limit = form.maxLength === null ? null : html` maxlength="${form.maxLength}"`;
  if (form.oneOf !== null) return choice(own, w, { typed, options: form.oneOf.map((each) => [each, each]) });
  switch (form.type) {
    case 'boolean': {
      const options = [['yes', yes] as const, ['no', no] as const];
      return choice(own, w, { typed, options });
    }
    case 'texts':
      return html`<textarea ${own} rows="4">${typed}</textarea>`;
    case 'text':
      return (form.maxLength ?? 0) > oneLine
        ? html`<textarea ${own} rows="3"${limit}>${typed}</textarea>`
        : html`<input type="text" ${own}${limit} value="${typed}">`;
    case 'date':
      // A browser shows nothing in a date that is none: what was typed would be gone.
      return html`<input type="${isWrong ? 'text' : 'date'}" ${own} value="${typed}">`;
    default:
      return html`<input type="text" inputmode="numeric" ${own} value="${typed}">`;
  }
}

function choice(
  own: Html,
  w: Words,
  { typed, options }: { readonly typed: string; readonly options: readonly (readonly [string, string])[] },
): Html {
  const chosen = (value: string) => (value === typed ? html` selected` : null);
  return html`<select ${own}><option value="">${w.answers.form.choose}</option>${options.map(
    ([value, text]) => html`<option value="${value}"${chosen(value)}>${text}</option>`,
  )}</select>`;
}

function hintOf(
  { type, oneOf, maxLength, maxItems, min, max }: FieldShape,
  { answers: { hint } }: Words,
): string | null {
  switch (type) {
    case 'texts':
      return hint.lines(maxItems ?? 0, maxLength ?? 0);
    case 'text':
      return oneOf === null && (maxLength ?? 0) > oneLine ? hint.length(maxLength ?? 0) : null;
    case 'integer':
      return hint.between(min ?? 0, max ?? 0);
    case 'boolean':
      return null;
    default:
      return hint[type];
  }
}
