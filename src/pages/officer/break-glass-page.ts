import { html } from 'hono/html';
import { z } from 'zod';
import type { Instant } from '../../core/brand.ts';
import { givenFields } from '../../core/disclosure/given-fields.ts';
import {
  type EmergencyRequest,
  type EmergencyState,
  emergencyState,
  verdicts,
} from '../../core/emergency/emergency.ts';
import type { Receipt } from '../../core/ledger/entry.ts';
import { fact } from '../detainee/sharing-card.ts';
import { formatStamp } from '../format.ts';
import type { TextLength } from '../free-text.ts';
import type { Html } from '../page-context.ts';
import type { EntryDetail, Officer } from '../ports.ts';
import { explain, readJson } from './explain.ts';
import { type OfficerWords, partiesText } from './list-page.ts';

export const reviewLength: TextLength = { least: 10, most: 1_000 };

const tones: Readonly<Record<EmergencyState, string>> = {
  'gave-nothing': '',
  'awaiting-second-person': 'wait',
  confirmed: 'good',
  revoked: 'stop',
  expired: 'info',
};

/** What gave nothing needs no review; what was unclear needs another. */
function isToReview({ emergency, request }: EmergencyRequest): boolean {
  return request.held !== null && (emergency.review === null || emergency.review.verdict === 'unclear');
}

/** One line of the list. `now`: what is late by then says so. */
export function emergencyLine(words: OfficerWords, found: EmergencyRequest, now: Instant): Html {
  const { language, w, names } = words;
  const { emergency, request } = found;
  const { breakGlass: b } = w;
  const toReview = isToReview(found);
  const late = toReview && emergency.reviewBefore <= now;
  const tone = late ? 'stop' : toReview ? 'wait' : 'good';
  const verdict = emergency.review === null ? b.open : b.verdictOf[emergency.review.verdict];
  const state = emergencyState(found, now);
  return html`<li class="line ${tone}"><span class="tag ${tone}">${late ? b.overdue : toReview ? b.open : verdict}</span>
<div><a class="line-title" href="/officer/break-glass/${request.id}">${names.purpose(request.purpose)}</a><br><span class="soft">${partiesText(words, request)}</span>
<dl class="facts">
${fact(b.state, html`${b.stateOf[state]}`)}
${toReview ? fact(b.reviewBefore, stamp(words, emergency.reviewBefore)) : null}
</dl></div>
<time class="soft" datetime="${emergency.openedAt}">${formatStamp(language, emergency.openedAt)}</time></li>`;
}

export interface EmergencyStory {
  readonly words: OfficerWords;
  readonly found: EmergencyRequest;
  readonly officer: Officer;
  /** The entry under which it was opened, with what is kept of it; null: its period ended. */
  readonly opening: { readonly entry: EntryDetail; readonly receipt: Receipt | null } | null;
  readonly now: Instant;
  readonly formToken: string;
  /** Why what was sent last is not on record. */
  readonly problem: string | null;
  /** As it was sent, to be mended; empty where nothing was. */
  readonly typed: { readonly verdict: string; readonly ground: string };
}

/** Everything that happened, what was said, and the form for who reviews it. */
export function emergencyStory(story: EmergencyStory): Html {
  const { words, found, now } = story;
  const { w, names } = words;
  const { breakGlass: b } = w;
  const { request } = found;
  const state = emergencyState(found, now);
  return html`<div class="stack"><p><a href="/officer/break-glass">${b.back}</a></p><h1>${names.purpose(request.purpose)}</h1>
<p><span class="tag ${tones[state]}">${b.stateOf[state]}</span> <span class="soft">${partiesText(words, request)}</span></p></div>
${story.problem === null ? null : html`<div class="note stop section" role="alert"><p>${story.problem}</p></div>`}
<div class="pair section"><div>
<section class="panel"><h2>${b.story}</h2>${happened(story)}</section>
<section class="panel stack"><h2>${b.ground}</h2>${said(story)}</section>
</div><div>
<section class="panel"><h2>${b.judge}</h2>${judge(story)}</section>
${steps(story)}
</div></div>`;
}

function happened({ words, found }: EmergencyStory): Html {
  const { language, w, names } = words;
  const { breakGlass: b } = w;
  const { emergency, request } = found;
  const at = (moment: Instant) => formatStamp(language, moment);
  const role = (id: string) => names.role(request.recipient, id);
  const { second, secondBefore, revokedAt, review, reviewBefore } = emergency;
  const fields = givenFields(request);
  const nobody = revokedAt === null ? b.secondWaits(at(secondBefore)) : b.secondNone(at(secondBefore));
  return html`<dl class="facts">
${fact(b.openedAt, stamp(words, emergency.openedAt))}
${request.userRole === null ? null : fact(b.askedBy, html`${role(request.userRole)}`)}
${fact(b.fields, fields.length === 0 ? html`${b.noFields}` : html`<ul class="dots">${fields.map((field) => html`<li>${names.field(field)}</li>`)}</ul>`)}
${fact(b.second, html`${second === null ? nobody : b.secondBy(role(second.role), at(second.at))}`)}
${revokedAt === null ? null : fact(b.revokedAt, stamp(words, revokedAt))}
${fact(b.until, stamp(words, emergency.until))}
${request.destructionConfirmedAt === null ? null : fact(b.destroyed, stamp(words, request.destructionConfirmedAt))}
${fact(b.reviewBefore, stamp(words, reviewBefore))}
${fact(b.review, html`${review === null ? b.reviewNone : `${b.verdictOf[review.verdict]}, ${at(review.at)}`}`)}
</dl>`;
}

const incapacityOpening = z.object({ unable: z.enum(['physical', 'legal']), established: z.string() });

/** In the asker's own words; each look at them is on record. */
function said({ words, officer, opening }: EmergencyStory): Html {
  const { breakGlass: b } = words.w;
  const receipt = opening?.receipt ?? null;
  if (opening === null || receipt === null) return html`<p>${b.gone}</p>`;
  const { justification, caseReference } = explain(officer, opening.entry, [receipt]);
  const incapacity = incapacityOf(receipt);
  return html`<p>${justification ?? b.gone}</p>
<dl class="facts">
${fact(b.incapacity, html`${incapacity === null ? b.gone : `${b.unableOf[incapacity.unable]}: ${incapacity.established}`}`)}
${caseReference === null ? null : fact(words.w.entry.opening.caseReference, html`<span class="mono">${caseReference}</span>`)}
</dl>`;
}

function incapacityOf({ openings }: Receipt): z.infer<typeof incapacityOpening> | null {
  const found = openings.find(({ name }) => name === 'incapacity');
  return found === undefined ? null : readJson(found.value, incapacityOpening);
}

/** Whether this officer may review it: one who is of neither party. @law AVG 38(3), (6) */
export function mayReview({ unit }: Officer): boolean {
  return unit === null;
}

function judge({ words, found, officer, formToken, typed }: EmergencyStory): Html {
  const { breakGlass: b } = words.w;
  if (!isToReview(found)) {
    const { review } = found.emergency;
    return html`<p>${review === null ? b.stateOf['gave-nothing'] : b.verdictOf[review.verdict]}</p>`;
  }
  if (!mayReview(officer)) return html`<p>${b.judgeNotYours}</p>`;
  return html`<form class="stack" method="post" action="/officer/break-glass/${found.request.id}/reviews">
<input type="hidden" name="formToken" value="${formToken}">
<input type="hidden" name="seen" value="${found.emergency.review?.at ?? ''}">
<p>${b.judgeIntro}</p>
<div><label for="verdict">${b.verdict}</label><select id="verdict" name="verdict"><option value="">${b.choose}</option>${verdicts.map((verdict) => html`<option value="${verdict}"${verdict === typed.verdict ? html` selected` : null}>${b.verdictOf[verdict]}</option>`)}</select></div>
<div><label for="ground">${b.words}</label><textarea id="ground" name="ground" rows="5" maxlength="${reviewLength.most}">${typed.ground}</textarea></div>
<button type="submit">${b.save}</button>
</form>`;
}

function steps({ words, opening }: EmergencyStory): Html | null {
  const { language, w } = words;
  const all = opening?.entry.request?.steps ?? [];
  if (all.length === 0) return null;
  const items = all.map(
    ({ id, kind, time }) =>
      html`<li class="step"><a href="/officer/entries/${id}">${w.officer.kinds[kind]}</a> <time class="soft" datetime="${time}">${formatStamp(language, time)}</time></li>`,
  );
  return html`<section class="panel"><h2>${w.breakGlass.entries}</h2><ol class="trail">${items}</ol></section>`;
}

function stamp({ language }: OfficerWords, at: Instant): Html {
  return html`<time datetime="${at}">${formatStamp(language, at)}</time>`;
}
