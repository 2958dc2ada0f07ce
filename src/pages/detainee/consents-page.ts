import { html } from 'hono/html';
import { formatDay } from '../format.ts';
import { renderPage } from '../layout.ts';
import type { Html, Page } from '../page-context.ts';
import { givenCard, pastCard, questionCard, type ShownConsent } from './consent-card.ts';
import type { CardWords } from './sharing-card.ts';

export interface ConsentsPage {
  readonly bar: Html;
  readonly words: CardWords;
  readonly formToken: string;
  /** Said to somebody who decides for the subject. */
  readonly represents: string | null;
  /** Newest first. */
  readonly consents: readonly ShownConsent[];
}

export function consentsPage(c: Page, page: ConsentsPage): Response | Promise<Response> {
  const { w } = page.words;
  const inState = (...states: readonly string[]) => page.consents.filter(({ state }) => states.includes(state));
  const questions = inState('requested');
  const given = inState('given');
  const past = inState('refused', 'withdrawn', 'expired');
  return renderPage(c, {
    title: w.consent.title,
    bar: page.bar,
    body: html`<div class="stack"><h1>${w.consent.title}</h1><p class="lead">${w.consent.intro}</p>${standIn(page.represents)}</div>
${section(
  w.consent.questions,
  w.consent.noQuestions,
  questions.map((shown) => questionCard(page.words, shown, page.formToken)),
)}
${section(
  w.consent.mine,
  w.consent.noMine,
  given.map((shown) => givenCard(page.words, shown, page.formToken)),
)}
${
  past.length === 0
    ? null
    : section(
        w.consent.past,
        '',
        past.map((shown) => pastCard(page.words, shown)),
      )
}`,
  });
}

function standIn(represents: string | null): Html | null {
  return represents === null ? null : html`<div class="note"><p><strong>${represents}</strong></p></div>`;
}

function section(title: string, none: string, cards: readonly Html[]): Html {
  return html`<section class="section"><h2>${title}</h2>${cards.length === 0 ? html`<p>${none}</p>` : cards}</section>`;
}

/** The page after a choice: what it means, and the consent as it stands now. Also the address of one consent. */
export function consentPage(
  c: Page,
  page: Omit<ConsentsPage, 'consents'> & { readonly shown: ShownConsent },
): Response | Promise<Response> {
  const { words, shown } = page;
  const { w } = words;
  const { title, tone, text } = confirmation(words, shown);
  const card =
    shown.state === 'given'
      ? givenCard(words, shown, page.formToken)
      : shown.state === 'requested'
        ? questionCard(words, shown, page.formToken)
        : pastCard(words, shown);
  return renderPage(c, {
    title,
    bar: page.bar,
    body: html`<div class="stack"><h1>${title}</h1>
${text === null ? null : html`<div class="note ${tone}" role="status">${text}</div>`}${standIn(page.represents)}</div>
<section class="section"><h2>${w.consent.about}</h2>${card}</section>
<p class="pager"><a href="/me/consents">${w.consent.back}</a></p>`,
  });
}

function confirmation(
  words: CardWords,
  { consent, state }: ShownConsent,
): { readonly title: string; readonly tone: string; readonly text: Html | null } {
  const { language, w, names } = words;
  switch (state) {
    case 'given': {
      const text = w.consent.doneGiven(names.unit(consent.recipient), formatDay(language, consent.validUntil));
      return { title: w.consent.doneGivenTitle, tone: 'good', text: html`<p>${text}</p>` };
    }
    case 'refused':
      return { title: w.consent.doneRefusedTitle, tone: 'info', text: html`<p>${w.consent.doneRefused}</p>` };
    case 'withdrawn':
      return { title: w.consent.doneWithdrawnTitle, tone: 'info', text: stopWordsDone(words) };
    case 'expired':
      return { title: w.consent.doneExpiredTitle, tone: 'info', text: html`<p>${w.consent.doneExpired}</p>` };
    case 'requested':
      return { title: w.consent.doneOpenTitle, tone: 'info', text: null };
  }
}

function stopWordsDone({ w }: CardWords): Html {
  return html`<p>${w.consent.stoppedDoes}</p><p>${w.consent.stopDoesNot}</p><p>${w.consent.stoppedFree}</p>`;
}
