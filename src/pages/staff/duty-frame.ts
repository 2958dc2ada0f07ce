import { html } from 'hono/html';
import type { GotBy } from '../../core/duty/read-duties.ts';
import { fact } from '../detainee/sharing-card.ts';
import { renderPage, type Shell } from '../layout.ts';
import type { Html, Page } from '../page-context.ts';
import { isWrong, type SentForm, unsent, whatIsWrong } from './sent-form.ts';
import { dutiesPath, type StaffWords } from './staff-bar.ts';
import type { DutyAct } from './staff-duties.ts';

export const dutyDoneWords = ['recorded', 'first', 'corrected'] as const;

/** What the page of every duty shows beside the duty itself. */
export interface ShownDuty {
  readonly bar: Html;
  readonly words: StaffWords;
  readonly formToken: string;
  /** Names this page, so that a form of it that is sent twice is sent once. */
  readonly page: string;
  readonly sent: SentForm;
  /** Which of its forms came back; null: none. */
  readonly sentBy: DutyAct['kind'] | null;
  readonly done: (typeof dutyDoneWords)[number] | null;
  readonly status: NonNullable<Shell['status']>;
}

/** Without what was wrong with a form that is not on the page any more: a colleague was first. */
export function asItStands(shown: ShownDuty, forms: readonly DutyAct['kind'][]): ShownDuty {
  const { sent, sentBy, words } = shown;
  if (!isWrong(sent) || sentBy === null || forms.includes(sentBy)) return shown;
  return { ...shown, sent: { ...unsent, problem: words.w.duties.wrong.changed }, status: 409 };
}

/** The page of one duty: what was done or is wrong first, then what it is. */
export function dutyFrame(
  c: Page,
  { bar, words: { w }, sent, done, status }: ShownDuty,
  of: {
    readonly title: string;
    readonly labels: readonly (readonly [input: string, label: string])[];
    readonly body: Html;
  },
): Response | Promise<Response> {
  const tone = done === 'first' ? 'wait' : 'good';
  return renderPage(c, {
    title: isWrong(sent) ? `${w.login.errorPrefix}: ${of.title}` : of.title,
    bar,
    status,
    body: html`<div class="stack"><p><a href="${dutiesPath}">${w.duties.back}</a></p><h1>${of.title}</h1>
${done && html`<div class="note ${tone}" role="status"><p>${w.duties.done[done]}</p></div>`}
${whatIsWrong(sent, w.duties.wrong.title, new Map(of.labels))}</div>
${of.body}`,
  });
}

export function dutyForm({ formToken, page }: ShownDuty, action: string, body: Html): Html {
  return html`<form class="panel stack section" method="post" action="${dutiesPath}/${action}">
<input type="hidden" name="formToken" value="${formToken}">
<input type="hidden" name="page" value="${page}">
${body}</form>`;
}

/** By what a unit knows a request of its own again. */
export function gotFacts({ w: { duties: w } }: StaffWords, { request, caseReference }: GotBy): Html {
  return html`${caseReference && fact(w.file, html`${caseReference}`)}
${fact(w.number, html`<span class="mono">${request.id}</span>`)}`;
}
