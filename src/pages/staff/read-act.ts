import { z } from 'zod';
import type { FieldId } from '../../core/brand.ts';
import type { Catalogue, FieldValue } from '../../core/category/catalogue.ts';
import { fewLines, saidText } from '../free-text.ts';
import type { Words } from '../words/words.ts';
import { fieldAnswer } from './field-answer.ts';
import { ofField } from './field-input.ts';
import type { SentForm } from './sent-form.ts';
import type { StaffAct } from './staff-operations.ts';

const own = { formToken: z.string(), page: z.uuid() };
const typed = z.string();
const ticked = z.literal('yes').optional();

const ownOfAnswer = { ...own, subject: z.uuid(), complete: ticked, looked: ticked };

/** What each form of the page may hold. Which fields there are, the catalogue says. */
export const actForms = {
  answer: z
    .object(ownOfAnswer)
    .catchall(z.string())
    .refine((form) => Object.keys(form).every((name) => Object.hasOwn(ownOfAnswer, name) || name.startsWith(ofField))),
  refusal: z.strictObject({ ...own, ground: typed }),
  question: z.strictObject({ ...own, text: typed }),
  delegation: z.strictObject({ ...own, role: z.string().max(64), colleague: typed, note: typed }),
} as const satisfies Readonly<Record<StaffAct['kind'], z.ZodType>>;

/** What was typed, as what somebody does; or what is wrong with it, by input. */
export type ReadAct = { readonly act: StaffAct } | Omit<SentForm, 'values'>;

/** Reads every field before it says what is wrong, so that all of it can be mended at once. */
export function readAnswer(form: z.infer<typeof actForms.answer>, { fields }: Catalogue, w: Words): ReadAct {
  const errors = new Map<string, string>();
  const data: [FieldId, FieldValue][] = [];
  let problem: string | null = null;
  for (const [name, text] of Object.entries(form)) {
    if (!name.startsWith(ofField) || typeof text !== 'string' || text.trim() === '') continue;
    const known = fields.get(name.slice(ofField.length) as FieldId);
    const filled = known && fieldAnswer(known, text, w);
    if (known === undefined) problem = w.answers.wrong.changed;
    else if (filled && 'problem' in filled) errors.set(name, filled.problem);
    else if (filled) data.push([known.id, filled.value]);
  }
  if (form.looked === undefined) errors.set('looked', w.answers.wrong.person);
  if (errors.size > 0 || problem !== null) return { errors, problem };
  const { subject, complete } = form;
  return { act: { kind: 'answer', subject, data: Object.fromEntries(data), complete: complete === 'yes' } };
}

export function readRefusal({ ground }: z.infer<typeof actForms.refusal>, w: Words): ReadAct {
  const said = saidText(ground, fewLines);
  return said === null ? wrong('ground', w.answers.wrong.words) : { act: { kind: 'refusal', ground: said } };
}

export function readQuestion({ text }: z.infer<typeof actForms.question>, w: Words): ReadAct {
  const said = saidText(text, fewLines);
  return said === null ? wrong('text', w.answers.wrong.words) : { act: { kind: 'question', text: said } };
}

export function readDelegation(form: z.infer<typeof actForms.delegation>, w: Words): ReadAct {
  const { wrong: words } = w.answers;
  const user = form.colleague.trim();
  const note = saidText(form.note, fewLines);
  if ((form.role === '') === (user === '')) return wrong('role', words.oneOfTwo);
  if (user.length > 64) return wrong('colleague', words.number);
  if (note === null && form.note.trim() !== '') return wrong('note', words.note);
  const to = user === '' ? { role: form.role } : { user };
  return { act: { kind: 'delegation', to, note } };
}

function wrong(name: string, error: string): ReadAct {
  return { errors: new Map([[name, error]]), problem: null };
}
