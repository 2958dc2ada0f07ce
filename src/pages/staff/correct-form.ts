import { html } from 'hono/html';
import type { FieldId } from '../../core/brand.ts';
import type { CorrectionKind } from '../../core/correction/correction.ts';
import type { Html } from '../page-context.ts';
import { dutyForm, type ShownDuty } from './duty-frame.ts';
import { choiceInput, wordsInput } from './sent-form.ts';

/** Says what a source did to what it gave: what kind of thing, of which fields and why, and never a value. */
export function correctForm(
  shown: ShownDuty,
  of: {
    readonly action: string;
    readonly title: string;
    readonly intro: string;
    /** The unit's own pseudonym of whom the page is about. */
    readonly subject: string;
    readonly fields: readonly FieldId[];
    readonly kinds: readonly CorrectionKind[];
    readonly proposed?: CorrectionKind;
  },
): Html {
  const { words, sent } = shown;
  const { w, names } = words;
  const { correct, recorded, choose, ground: label } = w.duties;
  const options = of.kinds.map((kind) => [kind, w.corrections.kindOf[kind]] as const);
  const proposed = of.proposed === undefined ? {} : { proposed: of.proposed };
  return dutyForm(
    shown,
    of.action,
    html`<input type="hidden" name="subject" value="${of.subject}">
<input type="hidden" name="fields" value="${of.fields.join(' ')}">
<h2>${of.title}</h2><p>${of.intro}</p>
<ul class="dots">${of.fields.map((field) => html`<li>${names.field(field)}</li>`)}</ul>
${choiceInput(sent, 'what', { label: correct.what, none: choose, options, ...proposed })}
${wordsInput(sent, 'ground', { label, hint: correct.groundHint })}
<p class="soft">${recorded}</p>
<p><button type="submit">${correct.send}</button></p>`,
  );
}
