import { html } from 'hono/html';
import type { FieldId } from '../../core/brand.ts';
import type { InboxView } from '../../core/disclosure/inbox.ts';
import { struckIn } from '../../core/disclosure/strike.ts';
import { remindersAt } from '../../core/policy/reminder.ts';
import { fewLines } from '../free-text.ts';
import { renderPage, type Shell } from '../layout.ts';
import type { Html, Page } from '../page-context.ts';
import type { PagesDeps } from '../ports.ts';
import { personCard, questionCard } from './question-cards.ts';
import type { StaffWords } from './staff-bar.ts';

/** What stands in the form besides what was asked: as it was typed, also after a mistake. */
export interface Typed {
  readonly strike: ReadonlySet<FieldId>;
  readonly ground: string;
  readonly problem: 'groundMissing' | 'reasonGone' | 'allStruck' | 'notStrikable' | 'mayNot' | 'overLimit' | null;
  /** Says when to go on, over a limit. */
  readonly wait?: string;
}

export const untouched: Typed = { strike: new Set(), ground: '', problem: null };

const statuses: Readonly<Record<NonNullable<Typed['problem']>, NonNullable<Shell['status']>>> = {
  groundMissing: 400,
  allStruck: 400,
  notStrikable: 400,
  mayNot: 403,
  reasonGone: 409,
  overLimit: 429,
};

export interface ShownRequest {
  readonly bar: Html;
  readonly words: StaffWords;
  readonly view: InboxView;
  readonly reminders: readonly string[];
  readonly formToken: string;
  readonly typed: Typed;
}

export function remindersFor(deps: PagesDeps, { language }: StaffWords): readonly string[] {
  return remindersAt(deps.policies.current().reminders, 'approval').map((text) => text[language]);
}

/** The whole question, with the form that answers it. */
export function requestPage(c: Page, shown: ShownRequest): Response | Promise<Response> {
  const { words, view, typed } = shown;
  const { staff: w, login } = words.w;
  const { problem } = typed;
  const title = problem === null ? w.request.title : `${login.errorPrefix}: ${w.request.title}`;
  return renderPage(c, {
    title,
    bar: shown.bar,
    status: problem === null ? 200 : statuses[problem],
    body: html`<div class="stack"><p><a href="/staff/inbox">${w.back}</a></p><h1>${w.request.title}</h1>
${problem === null || problem === 'groundMissing' ? null : html`<div class="note stop" role="alert"><p>${problem === 'overLimit' ? typed.wait : w.request[problem]}</p></div>`}</div>
${questionCard(words, view)}
${personCard(words, view)}
${view.mustSeal ? html`<div class="section note wait"><p>${w.request.seal}</p></div>` : null}
${form(shown)}`,
  });
}

function form({ words, view, reminders, formToken, typed }: ShownRequest): Html {
  const { w } = words;
  const r = w.staff.request;
  // What is offered is sealed already, so that nobody can leave out a part of it.
  const isOffer = view.request.direction === 'push';
  const missing = typed.problem === 'groundMissing';
  const described = missing ? 'ground-error ground-hint' : 'ground-hint';
  return html`<form class="section" method="post" action="/staff/requests/${view.request.id}/decision">
<input type="hidden" name="formToken" value="${formToken}">
<input type="hidden" name="seen" value="${view.step}">
<fieldset class="panel stack boxes" aria-describedby="fields-hint"><legend><h2>${r.fields}</h2></legend>
<p class="soft" id="fields-hint">${isOffer ? r.offered.fieldsHint : r.fieldsHint}</p>
${isOffer ? html`<ul class="dots">${view.fields.map(({ id }) => html`<li>${words.names.field(id)}</li>`)}</ul>` : html`<ul class="ticks">${view.fields.map((field) => tick(words, field, typed))}</ul>`}
${struckNote(words, view)}</fieldset>
<section class="panel stack section" aria-labelledby="decide"><h2 id="decide">${r.decide}</h2>
${reminders.length === 0 ? null : html`<h3>${r.reminders}</h3><ul class="dots">${reminders.map((text) => html`<li>${text}</li>`)}</ul>`}
<div><label for="ground">${r.ground}</label>
<p class="soft" id="ground-hint">${r.groundHint}</p>
${missing ? html`<p class="error" id="ground-error" role="alert">${r.groundMissing}</p>` : null}
<textarea id="ground" name="ground" rows="3" maxlength="${fewLines.most}" aria-describedby="${described}"${missing ? html` aria-invalid="true"` : null}>${typed.ground}</textarea></div>
<p class="soft">${r.recorded}</p>
<fieldset class="choice" aria-label="${r.decide}">
${view.said === null ? null : html`<button type="submit" name="decision" value="approved">${r.approve}</button>`}
<button type="submit" name="decision" value="declined">${r.decline}</button>
</fieldset></section></form>`;
}

function tick({ w, names }: StaffWords, { id, classes }: InboxView['fields'][number], { strike }: Typed): Html {
  const r = w.staff.request;
  const special = classes.filter((kind) => kind !== 'ordinary').map((kind) => r.classOf[kind]);
  return html`<li><input type="checkbox" id="strike-${id}" name="strike.${id}" value="yes"${strike.has(id) ? html` checked` : null}>
<label for="strike-${id}"><span class="soft">${r.strike}</span> ${names.field(id)}${special.length === 0 ? null : html` <span class="tag info">${special.join(', ')}</span>`}</label></li>`;
}

function struckNote({ w, names }: StaffWords, { request }: InboxView): Html | null {
  const gone = struckIn(request.decision);
  if (gone.length === 0) return null;
  return html`<div class="note"><p><strong>${w.staff.request.struck}</strong></p><ul class="dots">${gone.map((field) => html`<li>${names.field(field)}</li>`)}</ul></div>`;
}
