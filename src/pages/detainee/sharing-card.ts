import { html } from 'hono/html';
import type { FieldId } from '../../core/brand.ts';
import type { Obligations } from '../../core/policy/decision.ts';
import { formatMoment } from '../format.ts';
import { lawWords } from '../law-words.ts';
import type { Names } from '../names.ts';
import type { Html } from '../page-context.ts';
import type { Sharing } from '../ports.ts';
import { periodWords, retentionWords } from '../retention-words.ts';
import type { Language, Words } from '../words/words.ts';
import type { Outcome } from './outcome.ts';

export interface CardWords {
  readonly language: Language;
  readonly w: Words;
  readonly names: Names;
  /** What a person who decides on a consent must keep in mind. */
  readonly reminders: readonly string[];
}

/** One thing that was asked or told, as who – when – what – why – may this – what happened. */
export function sharingCard(words: CardWords, sharing: Sharing, outcome: Outcome): Html {
  const { language, w, names } = words;
  const heading = `sharing-${sharing.id}`;
  const organisation = names.organisation(sharing.recipient);
  const fields = fieldsOf(sharing, outcome);
  return html`<article class="card ${outcome.tone}" aria-labelledby="${heading}">
<header><h3 id="${heading}">${names.unit(sharing.recipient)}${organisation === null ? null : html`<small>${organisation}</small>`}</h3>
<span class="tag ${outcome.tone}">${outcome.tag}</span></header>
<dl class="facts">
${fact(w.me.when, html`<time datetime="${sharing.at}">${formatMoment(language, sharing.at)}</time>`)}
${fact(w.me.from, html`${names.party(sharing.source)}`)}
${fields.main.length === 0 ? null : fact(whatLabel(w, outcome), fieldList(names, fields.main))}
${fields.notGiven.length === 0 ? null : fact(w.me.notGiven, fieldList(names, fields.notGiven))}
${fact(w.me.why, html`${names.reason(sharing.purpose)}`)}
${fact(w.me.may, html`${outcome.may}`)}
${fact(w.me.happened, html`${outcome.text}`)}
</dl>
${more(words, sharing, outcome)}
<p class="act"><a class="button second" href="/me/sharings/${sharing.id}/receipt.json" download aria-describedby="${heading}">${w.me.receipt}</a></p>
</article>`;
}

export function fact(term: string, description: Html): Html {
  return html`<div><dt>${term}</dt><dd>${description}</dd></div>`;
}

function fieldsOf(sharing: Sharing, outcome: Outcome): { main: readonly FieldId[]; notGiven: readonly FieldId[] } {
  const decision = sharing.step?.decision;
  return outcome.kind === 'partly' && decision !== undefined
    ? { main: decision.permitted, notGiven: decision.refused.map((refusal) => refusal.field) }
    : { main: sharing.fields, notGiven: [] };
}

function whatLabel(w: Words, outcome: Outcome): string {
  if (outcome.kind === 'shared' || outcome.kind === 'partly') return w.me.what;
  return outcome.kind === 'notice' ? w.me.whatNotice : w.me.whatAsked;
}

export function fieldList(names: Names, fields: readonly FieldId[]): Html {
  if (fields.length === 1) return html`${fields.map((field) => names.plainField(field))}`;
  return html`<ul class="dots">${fields.map((field) => html`<li>${names.plainField(field)}</li>`)}</ul>`;
}

/** The exact articles, how long it may be kept, and a number to ask about it with. */
function more({ language, w, names }: CardWords, sharing: Sharing, outcome: Outcome): Html {
  const decision = sharing.step?.decision;
  const law = decision?.law ?? [];
  const gave = outcome.kind === 'shared' || outcome.kind === 'partly';
  const retain = gave && decision?.obligations ? retentionWords(w, names, decision.obligations.retain) : null;
  const terms = decision?.obligations ? termsOf(w, decision.obligations) : [];
  const articles = law.map((citation) => {
    const status = citation.status === 'unverified' ? ` (${w.me.lawUnverified})` : '';
    return html`<li>${lawWords(language, citation)}${status}</li>`;
  });
  return html`<details><summary>${w.me.more}</summary><dl class="facts">
${articles.length === 0 ? null : fact(w.me.law, html`<ul>${articles}</ul>`)}
${retain === null ? null : fact(w.me.retain, html`${retain}`)}
${terms.length === 0 ? null : fact(w.me.terms, html`<ul class="dots">${terms.map((term) => html`<li>${term}</li>`)}</ul>`)}
${fact(w.me.number, html`<span class="mono">${sharing.id}</span> <span class="soft">${w.me.numberHint}</span>`)}
</dl></details>`;
}

/** What else the rules ask of who gives and who gets it; what asks for nothing is not said. */
function termsOf(w: Words, { approval, informAfter, destruction }: Obligations): readonly string[] {
  const { me } = w;
  const approved = { none: [], 'source-human': [me.oneApproved], 'two-persons': [me.twoApproved] };
  return [
    ...approved[approval],
    ...(informAfter === null ? [] : [me.shownLater(periodWords(w, informAfter))]),
    ...(destruction === 'confirm' ? [me.destruction] : []),
  ];
}
