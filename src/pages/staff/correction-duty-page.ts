import { html } from 'hono/html';
import { correctionKinds, waysOf } from '../../core/correction/correction.ts';
import { type CorrectionDuty, type GotBy, isPassedForThem } from '../../core/duty/read-duties.ts';
import { fact } from '../detainee/sharing-card.ts';
import type { Html, Page } from '../page-context.ts';
import { correctForm } from './correct-form.ts';
import { day } from './duties-page.ts';
import { asItStands, dutyForm, dutyFrame, gotFacts, type ShownDuty } from './duty-frame.ts';
import { personCard } from './question-cards.ts';
import { choiceInput } from './sent-form.ts';

/** A correction that a recipient was told of, with the form that confirms it and, where it gave the data on, one that passes it on. */
export function correctionDutyPage(c: Page, given: ShownDuty, duty: CorrectionDuty): Response | Promise<Response> {
  const shown = asItStands(given, [
    ...(duty.notice.confirmedAt === null ? (['confirmation'] as const) : []),
    ...(isToPassOn(duty) ? (['correction'] as const) : []),
  ]);
  const { words } = shown;
  const { correction: w, correct, ground } = words.w.duties;
  const { notice, subject, got } = duty;
  return dutyFrame(c, shown, {
    title: w.title,
    labels: [
      ['how', w.how],
      ['what', correct.what],
      ['ground', ground],
    ],
    body: html`${correctionCard(shown, duty)}
<section class="card" aria-labelledby="got"><header><h2 id="got">${w.got}</h2></header>${got.map((one) => gotCard(shown, one))}</section>
${subject && personCard(words, { subject })}
${onward(shown, duty)}
${notice.confirmedAt === null ? confirmForm(shown, duty) : null}`,
  });
}

function correctionCard({ words }: ShownDuty, { correction, notice }: CorrectionDuty): Html {
  const { w, names } = words;
  const { correction: r } = w.duties;
  const { confirmedAt, how, dueAt, destroyed, fields } = notice;
  return html`<section class="card info" aria-labelledby="made"><header><h2 id="made">${r.question}</h2></header>
<dl class="facts">
${fact(r.from, html`${names.party(correction.source)}`)}
${fact(r.what, html`${w.corrections.kindOf[correction.kind]}`)}
${fact(r.fields, html`<ul>${fields.map((field) => html`<li>${names.field(field)}</li>`)}</ul>`)}
${fact(r.madeAt, day(words, correction.madeAt))}
${confirmedAt === null ? fact(r.dueAt, day(words, dueAt)) : fact(r.confirmedAt, day(words, confirmedAt))}
${how && fact(r.how, html`<strong>${r.howOf[how]}</strong>`)}
</dl></section>
${destroyed ? html`<div class="note section"><p>${r.destroyed}</p></div>` : null}
${correction.kind === 'rectified' && !destroyed ? html`<div class="note section"><p>${r.noValue}</p></div>` : null}`;
}

function gotCard({ words }: ShownDuty, got: GotBy): Html {
  const { w, names } = words;
  return html`<dl class="facts">
${fact(w.staff.request.purpose, html`${names.purpose(got.request.purpose)}`)}
${fact(w.duties.correction.received, day(words, got.request.receivedAt))}
${gotFacts(words, got)}</dl>`;
}

function isToPassOn({ subject, toPassOn }: CorrectionDuty): boolean {
  return toPassOn.length > 0 && subject !== null;
}

function onward(shown: ShownDuty, duty: CorrectionDuty): Html {
  const { notice, passedAt } = duty;
  const { correction: w } = shown.words.w.duties;
  const passed =
    passedAt !== null
      ? html`<div class="note good section"><p>${w.passedOn} ${day(shown.words, passedAt)}.</p></div>`
      : null;
  const isForThem = passedAt === null && notice.givenOn.length > 0 && isPassedForThem(notice);
  return html`${passed}${isForThem ? html`<div class="note section"><p>${w.passedForYou}</p></div>` : null}${passOnForm(shown, duty)}`;
}

function passOnForm(shown: ShownDuty, duty: CorrectionDuty): Html | null {
  const { correction, subject, toPassOn } = duty;
  const { correction: w } = shown.words.w.duties;
  if (subject === null || !isToPassOn(duty)) return null;
  return correctForm(shown, {
    action: `corrections/${correction.id}/correction`,
    title: w.passOn,
    intro: w.passOnIntro,
    subject: subject.pseudonym,
    fields: toPassOn,
    kinds: correctionKinds,
    proposed: correction.kind,
  });
}

function confirmForm(shown: ShownDuty, { correction: { id, kind }, notice }: CorrectionDuty): Html {
  const { correction: w, choose, recorded } = shown.words.w.duties;
  const options = waysOf(kind).map((way) => [way, w.howOf[way]] as const);
  return dutyForm(
    shown,
    `corrections/${id}/confirmation`,
    html`<input type="hidden" name="seen" value="${notice.requests.join(' ')}">
<h2>${w.confirm}</h2>
${choiceInput(shown.sent, 'how', { label: w.how, none: choose, options })}
<p class="soft">${recorded}</p>
<p><button type="submit">${w.send}</button></p>`,
  );
}
