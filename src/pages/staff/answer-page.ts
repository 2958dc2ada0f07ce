import { html } from 'hono/html';
import type { Field } from '../../core/category/catalogue.ts';
import type { InboxView } from '../../core/disclosure/inbox.ts';
import type { Delegate, RequestMessage } from '../../core/disclosure/said-on-request.ts';
import { formatMoment } from '../format.ts';
import { renderPage, type Shell } from '../layout.ts';
import type { Html, Page } from '../page-context.ts';
import { fieldInput, inputOf } from './field-input.ts';
import { personCard, questionCard } from './question-cards.ts';
import { beside, isWrong, type SentForm, tickInput, tied, whatIsWrong, wordsInput } from './sent-form.ts';
import type { StaffWords } from './staff-bar.ts';

export const saidWords = ['part', 'delegated', 'asked'] as const;

export interface ShownAnswer {
  readonly bar: Html;
  readonly words: StaffWords;
  readonly view: InboxView;
  readonly messages: readonly RequestMessage[];
  /** Of the unit's own kind, to delegate to. */
  readonly roles: readonly string[];
  readonly formToken: string;
  /** Names this page, so that a form of it that is sent twice is sent once. */
  readonly page: string;
  readonly sent: SentForm;
  readonly done: (typeof saidWords)[number] | null;
  readonly status: NonNullable<Shell['status']>;
}

/** What may be given yet. */
export function fieldsLeft({ fields, answered }: InboxView): readonly Field[] {
  return fields.filter(({ id }) => !answered.includes(id));
}

/** The whole question, and the forms of everything that people of its source can do with it. */
export function answerPage(c: Page, shown: ShownAnswer): Response | Promise<Response> {
  const { words, view, sent, done } = shown;
  const { w, names } = words;
  const { answers } = w;
  const title = isWrong(sent) ? `${w.login.errorPrefix}: ${answers.title}` : answers.title;
  const given = view.answered.map((field) => html`<li>${names.field(field)}</li>`);
  return renderPage(c, {
    title,
    bar: shown.bar,
    status: shown.status,
    body: html`<div class="stack"><p><a href="/staff/inbox">${w.staff.back}</a></p><h1>${answers.title}</h1>
${done && html`<div class="note good" role="status"><p>${answers.done[done]}</p></div>`}
${wrongNote(shown)}
${view.delegatedTo && html`<p>${answers.delegatedTo(delegateWords(words, view, view.delegatedTo))}</p>`}</div>
${questionCard(words, view)}
${personCard(words, view)}
${shown.messages.length === 0 ? null : said(shown)}
${given.length === 0 ? null : html`<section class="section note" aria-labelledby="given"><h2 id="given">${answers.given}</h2><ul class="dots">${given}</ul></section>`}
${view.mustSeal ? html`<div class="section note wait"><p>${answers.seal}</p></div>` : answerForm(shown)}
${askForm(shown)}
${delegateForm(shown)}
${refuseForm(shown)}`,
  });
}

function wrongNote({ words, sent, view }: ShownAnswer): Html | null {
  const { w, names } = words;
  const labels = new Map([
    ...view.fields.map(({ id }) => [inputOf(id), names.field(id)] as const),
    ['looked', w.answers.form.person] as const,
    ['ground', w.answers.refuse.ground] as const,
    ['text', w.answers.ask.text] as const,
    ['role', w.answers.delegate.role] as const,
    ['colleague', w.answers.delegate.colleague] as const,
    ['note', w.answers.delegate.note] as const,
  ]);
  return whatIsWrong(sent, w.answers.wrong.title, labels);
}

function delegateWords({ w, names }: StaffWords, { request }: InboxView, to: Delegate): string {
  return 'role' in to ? w.answers.inRole(names.role(request.source, to.role)) : w.answers.colleagueWith(to.user);
}

/** The delegations too: all of them are of the reader's own unit. */
function said({ words, view, messages }: ShownAnswer): Html {
  const { language, w, names } = words;
  const { messages: m } = w.answers;
  const lines = messages.map(({ said: one, at }) => {
    const who =
      one.kind === 'question'
        ? m.question
        : one.kind === 'reply'
          ? m.reply(names.unit(view.recipient.id))
          : m.delegation(delegateWords(words, view, one.to));
    const text = one.kind === 'delegation' ? one.note : one.text;
    return html`<li><strong>${who}</strong> <span class="soft"><time datetime="${at}">${formatMoment(language, at)}</time></span>
${text === null ? null : html`<p><q>${text}</q></p>`}</li>`;
  });
  return html`<section class="panel section" aria-labelledby="said"><h2 id="said">${m.title}</h2><ol class="dots stack">${lines}</ol></section>`;
}

function opening({ view, formToken, page }: ShownAnswer, action: string): Html {
  return html`<form class="panel stack section" method="post" action="/staff/requests/${view.request.id}/${action}">
<input type="hidden" name="formToken" value="${formToken}">
<input type="hidden" name="page" value="${page}">`;
}

function answerForm(shown: ShownAnswer): Html {
  const { words, view, sent } = shown;
  const { form } = words.w.answers;
  return html`${opening(shown, 'answer')}
<input type="hidden" name="subject" value="${view.subject.pseudonym}">
<h2>${form.title}</h2><p class="soft">${form.intro}</p>
${fieldsLeft(view).map((field) => fieldInput(words, field, sent))}
<ul class="ticks">${tickInput(sent, 'complete', { label: form.complete, hint: form.completeHint })}
${tickInput(sent, 'looked', { label: form.person, hint: null })}</ul>
<p class="soft">${form.recorded}</p>
<p><button type="submit">${form.send}</button></p></form>`;
}

function askForm(shown: ShownAnswer): Html {
  const { ask } = shown.words.w.answers;
  return html`${opening(shown, 'question')}
<h2>${ask.title}</h2>
${wordsInput(shown.sent, 'text', { label: ask.text, hint: ask.hint })}
<p><button class="second" type="submit">${ask.send}</button></p></form>`;
}

function delegateForm(shown: ShownAnswer): Html {
  const { words, roles, sent, view } = shown;
  const { delegate: w } = words.w.answers;
  const typed = sent.values.get('role') ?? '';
  const options = roles.map(
    (role) =>
      html`<option value="${role}"${role === typed ? html` selected` : null}>${words.names.role(view.request.source, role)}</option>`,
  );
  return html`${opening(shown, 'delegation')}
<h2>${w.title}</h2>
<div><label for="role">${w.role}</label>${beside(sent, 'role', null)}
<select id="role" name="role"${tied(sent, 'role', false)}><option value="">${w.noRole}</option>${options}</select></div>
<div><label for="colleague">${w.colleague}</label>${beside(sent, 'colleague', w.colleagueHint)}
<input type="text" id="colleague" name="colleague" maxlength="64" autocomplete="off"${tied(sent, 'colleague', true)} value="${sent.values.get('colleague')}"></div>
${wordsInput(sent, 'note', { label: w.note, hint: w.noteHint })}
<p><button class="second" type="submit">${w.send}</button></p></form>`;
}

function refuseForm(shown: ShownAnswer): Html {
  const { refuse } = shown.words.w.answers;
  if (shown.view.request.state === 'partly-answered') {
    return html`<section class="panel stack section" aria-labelledby="refuse"><h2 id="refuse">${refuse.title}</h2><p>${refuse.inPart}</p></section>`;
  }
  return html`${opening(shown, 'refusal')}
<h2>${refuse.title}</h2>
${wordsInput(shown.sent, 'ground', { label: refuse.ground, hint: refuse.hint })}
<p><button class="second" type="submit">${refuse.send}</button></p></form>`;
}
