import { html } from 'hono/html';
import { fewLines } from '../free-text.ts';
import type { Html } from '../page-context.ts';

/** A form as it came back: everything that was typed in it, and what is wrong, each by the name of its input. */
export interface SentForm {
  readonly values: ReadonlyMap<string, string>;
  readonly errors: ReadonlyMap<string, string>;
  /** What is wrong with no input in particular; null: nothing. */
  readonly problem: string | null;
}

export const unsent: SentForm = { values: new Map(), errors: new Map(), problem: null };

export function isWrong({ errors, problem }: SentForm): boolean {
  return errors.size > 0 || problem !== null;
}

/** At the top, with a way to each input that it is about; null: nothing is wrong. */
export function whatIsWrong(sent: SentForm, title: string, labels: ReadonlyMap<string, string>): Html | null {
  if (!isWrong(sent)) return null;
  const links = [...sent.errors].map(
    ([name, error]) => html`<li><a href="#${name}">${labels.get(name) ?? name}</a>: ${error}</li>`,
  );
  return html`<div class="note stop" role="alert">${sent.problem && html`<p>${sent.problem}</p>`}
${links.length === 0 ? null : html`<p>${title}</p><ul class="dots">${links}</ul>`}</div>`;
}

/** Attributes that tie an input to its hint and its error, which stand before it. */
export function tied({ errors }: SentForm, name: string, hasHint: boolean): Html {
  const by = [...(errors.has(name) ? [`${name}-error`] : []), ...(hasHint ? [`${name}-hint`] : [])].join(' ');
  const described = by === '' ? null : html` aria-describedby="${by}"`;
  return html`${described}${errors.has(name) ? html` aria-invalid="true"` : null}`;
}

export function beside({ errors }: SentForm, name: string, hint: string | null): Html {
  const error = errors.get(name);
  return html`${hint === null ? null : html`<p class="soft" id="${name}-hint">${hint}</p>`}
${error === undefined ? null : html`<p class="error" id="${name}-error">${error}</p>`}`;
}

/** Some lines that people write to each other. */
export function wordsInput(
  sent: SentForm,
  name: string,
  { label, hint }: { label: string; hint: string | null },
): Html {
  return html`<div><label for="${name}">${label}</label>
${beside(sent, name, hint)}
<textarea id="${name}" name="${name}" rows="3" maxlength="${fewLines.most}"${tied(sent, name, hint !== null)}>${sent.values.get(name)}</textarea></div>`;
}

export function tickInput(sent: SentForm, name: string, { label, hint }: { label: string; hint: string | null }): Html {
  const isTicked = sent.values.has(name);
  return html`<li><input type="checkbox" id="${name}" name="${name}" value="yes"${isTicked ? html` checked` : null}${tied(sent, name, hint !== null)}>
<div><label for="${name}">${label}</label>${beside(sent, name, hint)}</div></li>`;
}

/** One of several, of which none is chosen at first; `proposed` stands there where nothing was sent. */
export function choiceInput(
  sent: SentForm,
  name: string,
  of: {
    readonly label: string;
    readonly none: string;
    readonly options: readonly (readonly [value: string, text: string])[];
    readonly proposed?: string;
  },
): Html {
  const chosen = sent.values.get(name) ?? of.proposed ?? '';
  const options = of.options.map(
    ([value, text]) => html`<option value="${value}"${value === chosen ? html` selected` : null}>${text}</option>`,
  );
  return html`<div><label for="${name}">${of.label}</label>${beside(sent, name, null)}
<select id="${name}" name="${name}"${tied(sent, name, false)}><option value="">${of.none}</option>${options}</select></div>`;
}
