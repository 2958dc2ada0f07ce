import { html } from 'hono/html';
import { formatMonth } from '../format.ts';
import { renderPage } from '../layout.ts';
import type { Html, Page } from '../page-context.ts';
import { writePageKey } from '../page-key.ts';
import type { PageKey, Sharing } from '../ports.ts';
import { receiptPagePath } from '../receipt-file.ts';
import type { Outcome } from './outcome.ts';
import { type CardWords, sharingCard } from './sharing-card.ts';

export interface SharedPage {
  readonly bar: Html;
  readonly words: CardWords;
  /** Newest first. */
  readonly cards: readonly { readonly sharing: Sharing; readonly outcome: Outcome }[];
  readonly openConsents: number;
  /** Where the next page starts; null: there is nothing older. */
  readonly next: PageKey | null;
  readonly isFirst: boolean;
}

/** What was shared about me, by month. @law AVG 13, 14, 15; Wjsg 17a, 17b */
export function sharedPage(c: Page, page: SharedPage): Response | Promise<Response> {
  const { w } = page.words;
  return renderPage(c, {
    title: w.me.title,
    bar: page.bar,
    body: html`<div class="stack"><h1>${w.me.title}</h1><p class="lead">${w.me.intro}</p>
${page.openConsents === 0 ? null : openNote(page)}</div>
${page.cards.length === 0 ? html`<section class="section note"><p>${w.me.none}</p></section>` : months(page)}
<p class="soft section">${w.me.incomplete}</p>
${page.cards.length === 0 ? null : html`<p class="soft">${w.me.receiptHint} <a href="${receiptPagePath}" download>${w.me.receiptPage}</a></p>`}
${pager(page)}`,
  });
}

function openNote(page: SharedPage): Html {
  const { w } = page.words;
  return html`<div class="note wait"><p><strong>${w.me.openQuestion(page.openConsents)}</strong> <a href="/me/consents">${w.me.openQuestionLink}</a></p></div>`;
}

function months(page: SharedPage): Html[] {
  const { language, w } = page.words;
  const byMonth = new Map<string, typeof page.cards>();
  for (const card of page.cards) {
    const month = formatMonth(language, card.sharing.at);
    byMonth.set(month, [...(byMonth.get(month) ?? []), card]);
  }
  return [...byMonth].map(
    ([month, cards], index) => html`<section class="section" aria-labelledby="month-${index}">
<h2 class="month" id="month-${index}">${capital(month)} <span>${w.me.times(cards.length)}</span></h2>
${cards.map((card) => sharingCard(page.words, card.sharing, card.outcome))}
</section>`,
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function pager(page: SharedPage): Html | null {
  const { w } = page.words;
  if (page.next === null && page.isFirst) return null;
  const older =
    page.next &&
    html`<a class="button second" href="/me?after=${encodeURIComponent(writePageKey(page.next))}">${w.me.older}</a>`;
  const newest = page.isFirst ? null : html`<a class="button second" href="/me">${w.me.newest}</a>`;
  return html`<p class="pager">${older}${newest}</p>`;
}
