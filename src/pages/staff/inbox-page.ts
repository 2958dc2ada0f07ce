import { html } from 'hono/html';
import type { UnitId } from '../../core/brand.ts';
import { approvalsNeeded } from '../../core/disclosure/approvals-needed.ts';
import { taskOf } from '../../core/disclosure/inbox.ts';
import type { RequestRecord } from '../../core/disclosure/request.ts';
import { fact } from '../detainee/sharing-card.ts';
import { formatMoment } from '../format.ts';
import { renderPage } from '../layout.ts';
import type { Html, Page } from '../page-context.ts';
import { writePageKey } from '../page-key.ts';
import type { PageKey } from '../ports.ts';
import type { StaffWords } from './staff-bar.ts';

export const doneWords = ['approved', 'toAnswer', 'answered', 'refused', 'waiting', 'declined'] as const;
export type Done = (typeof doneWords)[number];

/** What waits for the people of one unit. Nothing in it says about whom it is. */
export function inboxPage(
  c: Page,
  shown: {
    readonly bar: Html;
    readonly words: StaffWords;
    readonly unit: UnitId;
    readonly requests: readonly { readonly request: RequestRecord; readonly escalated: readonly string[] }[];
    readonly next: PageKey | null;
    readonly isFirst: boolean;
    readonly done: Done | null;
  },
): Response | Promise<Response> {
  const { words, requests, next, isFirst, done } = shown;
  const { staff: w } = words.w;
  const list =
    requests.length === 0
      ? html`<div class="note"><p>${w.none}</p></div>`
      : html`<ol class="rows">${requests.map((one) => row(words, shown.unit, one))}</ol>`;
  return renderPage(c, {
    title: w.title,
    wide: true,
    bar: shown.bar,
    body: html`<div class="stack"><h1>${w.title}</h1>
${done && html`<div class="note good" role="status"><p>${w.done[done]}</p></div>`}
<p class="lead">${w.intro}</p></div>
<section class="section" aria-labelledby="waits"><h2 id="waits">${w.tab} <span class="soft">${w.shown(requests.length)}</span></h2>
${list}
${isFirst ? null : html`<p><a href="/staff/inbox">${w.first}</a></p>`}
${next && html`<p><a href="/staff/inbox?after=${writePageKey(next)}">${w.next}</a></p>`}</section>`,
  });
}

function row(
  words: StaffWords,
  unit: UnitId,
  { request, escalated }: { readonly request: RequestRecord; readonly escalated: readonly string[] },
): Html {
  const { w, names } = words;
  const { id, recipient, purpose, decision } = request;
  const roles = escalated.map((role) => names.role(unit, role)).join(', ');
  return html`<li class="line wait"><span class="tag wait">${taskOf(request) === 'answer' ? w.answers.toAnswer : w.staff.toApprove}</span><div>
<a class="line-title" href="/staff/requests/${id}">${w.staff[request.direction === 'push' ? 'offers' : 'asks'](names.unit(recipient))}</a><br>
<span class="soft">${names.purpose(purpose)} · ${w.staff.fieldCount(decision.permitted.length)}</span>
${request.state === 'partly-answered' ? html`<p>${w.answers.inPart}</p>` : null}
${roles === '' ? null : html`<p>${w.staff.escalated(roles)}</p>`}
<dl class="facts">${waitingFacts(words, unit, request)}</dl></div></li>`;
}

/** Until when, and who must agree yet where that is what it waits for. */
export function waitingFacts({ language, w, names }: StaffWords, unit: UnitId, request: RequestRecord): Html {
  const { dueAt, decision, approvals } = request;
  const { obligations } = decision;
  const isToApprove = obligations !== null && taskOf(request) === 'approval';
  const needed = isToApprove ? approvalsNeeded(obligations, approvals) : null;
  const roles = needed?.roles.map((role) => names.role(unit, role)).join(', ') ?? '';
  const who = needed && [w.staff.persons(needed.persons), roles === '' ? '' : w.staff.inRoles(roles)].join(' ').trim();
  const until =
    dueAt === null
      ? html`${w.staff.untilUnknown}`
      : html`<time datetime="${dueAt}">${formatMoment(language, dueAt)}</time>`;
  return html`${fact(w.staff.until, until)}${who && fact(w.staff.needed, html`${who}`)}`;
}
