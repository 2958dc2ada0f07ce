import { html } from 'hono/html';
import type { FieldId } from '../../core/brand.ts';
import type { Consent, ConsentState } from '../../core/consent/consent.ts';
import { formatDay } from '../format.ts';
import type { Html } from '../page-context.ts';
import type { Tone } from './outcome.ts';
import { type CardWords, fact, fieldList } from './sharing-card.ts';

/** A consent with the text that the subject must have read before saying yes; null: that text is no longer in force. */
export interface ShownConsent {
  readonly consent: Consent;
  /** As it counts now: a validity that has passed shows as expired. */
  readonly state: ConsentState;
  readonly notice: string | null;
  /** What may be given under it, by the policy in force; empty: only the categories are known. */
  readonly fields: readonly FieldId[];
}

const tones: Readonly<Record<ConsentState, Tone>> = {
  requested: 'wait',
  given: 'good',
  refused: 'stop',
  withdrawn: 'stop',
  expired: 'info',
};

/** INVARIANT: yes and no are two buttons of one form, equally large and equally near. @law AVG 7(4) */
export function questionCard(words: CardWords, shown: ShownConsent, formToken: string): Html {
  const { w, names } = words;
  const { consent, notice } = shown;
  const text =
    notice === null
      ? html`<div class="note wait"><p>${w.consent.outdated}</p></div>`
      : html`<div class="note"><p><strong>${w.consent.notice}</strong></p>${paragraphs(notice)}</div>`;
  const yes = html`<button type="submit" name="decision" value="given">${w.consent.yes}</button>`;
  return card(
    words,
    shown,
    w.consent.asks(names.unit(consent.recipient)),
    html`
${text}
<form class="act" method="post" action="/me/consents/${consent.id}/decision">
<input type="hidden" name="formToken" value="${formToken}">
<input type="hidden" name="noticeVersion" value="${consent.noticeVersion}">
<p>${w.consent.free}</p>
${reminderList(words)}
<fieldset class="choice" aria-label="${w.consent.choice}">
${notice === null ? null : yes}
<button type="submit" name="decision" value="refused">${w.consent.no}</button>
</fieldset></form>`,
  );
}

/** A consent that was given, with its stop button and what stopping does and does not do. @law AVG 7(3) */
export function givenCard(words: CardWords, shown: ShownConsent, formToken: string): Html {
  const { w, names } = words;
  const { consent } = shown;
  return card(
    words,
    shown,
    w.consent.gives(names.unit(consent.recipient)),
    html`
<form class="act" method="post" action="/me/consents/${consent.id}/withdrawal">
<input type="hidden" name="formToken" value="${formToken}">
${stopWords(words)}
<button type="submit">${w.consent.stop}</button>
</form>`,
  );
}

export function pastCard(words: CardWords, shown: ShownConsent): Html {
  return card(words, shown, words.w.consent.gives(words.names.unit(shown.consent.recipient)), null);
}

/** What whoever decides must keep in mind; the law forbids others to forget it, but no rule can check that. */
function reminderList({ reminders }: CardWords): Html | null {
  return reminders.length === 0 ? null : html`<ul class="dots">${reminders.map((text) => html`<li>${text}</li>`)}</ul>`;
}

function stopWords({ w }: CardWords): Html {
  return html`<ul class="dots"><li>${w.consent.stopDoes}</li><li>${w.consent.stopDoesNot}</li><li>${w.consent.stopFree}</li></ul>`;
}

function card({ language, w, names }: CardWords, shown: ShownConsent, title: string, act: Html | null): Html {
  const { consent, state } = shown;
  const heading = `consent-${consent.id}`;
  const what =
    shown.fields.length > 0
      ? fieldList(names, shown.fields)
      : html`${consent.categories.map((category) => names.plainCategory(category)).join(', ')}`;
  const decided =
    consent.decidedAt !== null && state !== 'requested' && state !== 'expired'
      ? fact(`${w.consent[state]} ${w.consent.onDate.toLowerCase()}`, html`${formatDay(language, consent.decidedAt)}`)
      : null;
  return html`<article class="card ${tones[state]}" aria-labelledby="${heading}">
<header><h3 id="${heading}">${title}</h3><span class="tag ${tones[state]}">${w.consent[state]}</span></header>
<dl class="facts">
${fact(w.consent.from, html`${names.party(consent.source)}`)}
${fact(w.consent.to, html`${names.party(consent.recipient)}`)}
${fact(w.consent.kind, html`${w.consent.kinds[consent.kind]}`)}
${fact(w.consent.what, what)}
${fact(w.consent.why, html`${names.reason(consent.purpose)}`)}
${fact(w.consent.askedOn, html`${formatDay(language, consent.requestedAt)}`)}
${decided}
${state === 'refused' || state === 'withdrawn' ? null : fact(w.consent.until, html`${formatDay(language, consent.validUntil)}`)}
</dl>
${act}
</article>`;
}

function paragraphs(text: string): Html[] {
  return text
    .split(/\n+/)
    .filter((line) => line.trim() !== '')
    .map((line) => html`<p>${line.trim()}</p>`);
}
