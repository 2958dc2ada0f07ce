import { html } from 'hono/html';
import type { FieldId } from '../../core/brand.ts';
import { givenFields } from '../../core/disclosure/given-fields.ts';
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
${fact(sharing.isOffer ? w.me.offeredBy : w.me.from, html`${names.party(sharing.source)}`)}
${fields.main.length === 0 ? null : fact(whatLabel(w, sharing, outcome), fieldList(names, fields.main))}
${notGiven(words, fields)}
${fact(w.me.why, html`${names.reason(sharing.purpose)}`)}
${fact(w.me.may, html`${outcome.may}`)}
${fact(w.me.happened, html`${outcome.text}`)}
${sharing.emergency === undefined ? null : fact(w.breakGlass.me.title, emergencyWords(w, sharing.emergency))}
${toldLater(words, sharing)}
</dl>
${more(words, sharing, outcome)}
<p class="act"><a class="button second" href="/me/sharings/${sharing.id}/receipt.json" download aria-describedby="${heading}">${w.me.receipt}</a>${notRight(words, sharing, outcome)}</p>
</article>`;
}

/** Only of what was given is there something to be put right. */
function notRight({ w }: CardWords, { id }: Sharing, { kind }: Outcome): Html | null {
  if (kind !== 'shared' && kind !== 'partly') return null;
  return html` <a class="button second" href="/me/sharings/${id}/not-right" aria-describedby="sharing-${id}">${w.rights.notRight}</a>`;
}

/** Why the person reads this later than they could have, unless saying so would undo it. @law UAVG 41(2)(h) */
function toldLater({ w, names }: CardWords, { later }: Sharing): Html | null {
  if (later === null || later.why === null) return null;
  const { plain } = names.informingGround(later.why);
  return fact(w.me.later, html`${plain === null ? w.me.laterShown : w.me.laterWhy(plain)}`);
}

export function fact(term: string, description: Html): Html {
  return html`<div><dt>${term}</dt><dd>${description}</dd></div>`;
}

interface ShownFields {
  readonly main: readonly FieldId[];
  readonly refused: readonly FieldId[];
  /** Allowed, and not given all the same. */
  readonly absent: readonly FieldId[];
}

function fieldsOf({ step, fields }: Sharing, { kind }: Outcome): ShownFields {
  if (kind !== 'partly' || step === null) return { main: fields, refused: [], absent: [] };
  const given = givenFields(step);
  const refused = step.decision.refused.map(({ field }) => field);
  const absent = step.decision.permitted.filter((field) => !given.includes(field));
  return { main: given, refused, absent };
}

function notGiven({ w, names }: CardWords, { refused, absent }: ShownFields): Html | null {
  const texts = [
    ...refused.map((field) => names.plainField(field)),
    ...absent.map((field) => w.me.notAtSource(names.plainField(field))),
  ];
  return texts.length === 0 ? null : fact(w.me.notGiven, textList(texts));
}

function whatLabel(w: Words, { isOffer }: Sharing, outcome: Outcome): string {
  if (outcome.kind === 'shared' || outcome.kind === 'partly') return w.me.what;
  if (isOffer) return w.me.whatOffered;
  return outcome.kind === 'notice' ? w.me.whatNotice : w.me.whatAsked;
}

export function fieldList(names: Names, fields: readonly FieldId[]): Html {
  return textList(fields.map((field) => names.plainField(field)));
}

function textList(texts: readonly string[]): Html {
  if (texts.length === 1) return html`${texts}`;
  return html`<ul class="dots">${texts.map((text) => html`<li>${text}</li>`)}</ul>`;
}

/** Why the person was not asked, who stood behind it, and what somebody independent found. @law AVG 13, 14 */
function emergencyWords(w: Words, { seconded, revoked, verdict }: NonNullable<Sharing['emergency']>): Html {
  const { me } = w.breakGlass;
  const second = revoked ? me.revoked : seconded ? me.second : me.noSecond;
  const said = [me.why, second, verdict === null ? me.notReviewed : me.verdictOf[verdict]];
  return html`<ul class="dots">${said.map((text) => html`<li>${text}</li>`)}</ul>`;
}

/** The exact articles, how long it may be kept, and a number to ask about it with. */
function more({ language, w, names }: CardWords, sharing: Sharing, outcome: Outcome): Html {
  const decision = sharing.step?.decision;
  const law = decision?.law ?? [];
  const gave = outcome.kind === 'shared' || outcome.kind === 'partly';
  const retain = gave && decision?.obligations ? retentionWords(w, names, decision.obligations.retain) : null;
  const isSaid = sharing.later === null || sharing.later.why !== null;
  const terms = decision?.obligations ? termsOf(w, decision.obligations, isSaid) : [];
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

/** What else the rules ask of who gives and who gets it; what asks for nothing is not said. `isSaid`: also that it is shown later. */
function termsOf(w: Words, { approval, informAfter, destruction }: Obligations, isSaid: boolean): readonly string[] {
  const { me } = w;
  const approved = { none: [], 'source-human': [me.oneApproved], 'two-persons': [me.twoApproved] };
  return [
    ...approved[approval],
    ...(informAfter === null || !isSaid ? [] : [me.shownLater(periodWords(w, informAfter))]),
    ...(destruction === 'confirm' ? [me.destruction] : []),
  ];
}
