import { html } from 'hono/html';
import { carriedOutBy } from '../../core/correction/carries-out.ts';
import type { CorrectionKind } from '../../core/correction/correction.ts';
import type { RightsDuty } from '../../core/duty/read-duties.ts';
import { leftToDo, type RightsWish } from '../../core/rights/rights-request.ts';
import { fact } from '../detainee/sharing-card.ts';
import type { Html, Page } from '../page-context.ts';
import { correctForm } from './correct-form.ts';
import { day } from './duties-page.ts';
import { asItStands, dutyForm, dutyFrame, type ShownDuty } from './duty-frame.ts';
import { personCard } from './question-cards.ts';
import { wordsInput } from './sent-form.ts';

const proposedFor: Readonly<Record<RightsWish, CorrectionKind>> = {
  correct: 'rectified',
  erase: 'erased',
  restrict: 'restricted',
  object: 'restricted',
};

/** What a person asks of a source, with the forms of what it can do about it as things stand. */
export function rightsDutyPage(c: Page, given: ShownDuty, duty: RightsDuty): Response | Promise<Response> {
  const left = leftToDo(duty.rights);
  const shown = asItStands(given, [
    ...(left === 'decide' ? (['decision'] as const) : []),
    ...(left === 'carry-out' && duty.subject !== null ? (['correction'] as const) : []),
  ]);
  const { words } = shown;
  const { rights: w, correct, ground } = words.w.duties;
  return dutyFrame(c, shown, {
    title: w.title,
    labels: [
      ['ground', ground],
      ['what', correct.what],
    ],
    body: html`${requestCard(shown, duty)}
${duty.subject && personCard(words, { subject: duty.subject })}
${left === 'decide' ? decisionForm(shown, duty) : null}
${left === 'carry-out' ? correction(shown, duty) : null}`,
  });
}

function requestCard({ words }: ShownDuty, { rights, statement, given }: RightsDuty): Html {
  const { w, names } = words;
  const { rights: r, number } = w.duties;
  const { field, wish, madeBy, madeAt, dueAt, state, decidedAt, carriedOut } = rights;
  return html`<section class="card info" aria-labelledby="asked"><header><h2 id="asked">${r.question}</h2></header>
<dl class="facts">
${fact(r.field, html`${names.field(field)}`)}
${fact(r.wish, html`${w.rights.wishOf[wish]}`)}
${fact(r.statement, statement === null ? html`${r.statementGone}` : html`<q>${statement}</q>`)}
${fact(r.madeBy, html`${r.byOf[madeBy]}`)}
${fact(r.madeAt, day(words, madeAt))}
${state === 'open' ? null : fact(r.decided, html`<strong>${r.stateOf[state]}</strong>`)}
${decidedAt && fact(r.decidedAt, day(words, decidedAt))}
${leftToDo(rights) === null ? null : fact(r.dueAt, day(words, dueAt))}
${carriedOut && fact(w.rights.officer.carriedOutAt, html`${day(words, carriedOut.at)}: ${w.corrections.kindOf[carriedOut.as]}`)}
</dl></section>
<section class="card" aria-labelledby="given"><header><h2 id="given">${r.given}</h2></header>
<dl class="facts">
${fact(r.to, html`${names.party(given.recipient)}`)}
${fact(w.staff.request.purpose, html`${names.purpose(given.purpose)}`)}
${given.held && fact(w.destruction.given, day(words, given.held.disclosedAt))}
${fact(number, html`<span class="mono">${given.id}</span>`)}
</dl></section>`;
}

function decisionForm(shown: ShownDuty, { rights: { id, wish } }: RightsDuty): Html {
  const { rights: w, ground: label, recorded } = shown.words.w.duties;
  return dutyForm(
    shown,
    `rights/${id}/decision`,
    html`<h2 id="decide">${w.decide}</h2>
${wordsInput(shown.sent, 'ground', { label, hint: w.groundHint })}
<p class="soft">${wish === 'object' ? w.afterObjection : w.after} ${recorded}</p>
<fieldset class="choice" aria-labelledby="decide">
<button type="submit" name="decision" value="upheld">${w.uphold}</button>
<button type="submit" name="decision" value="dismissed">${w.dismiss}</button>
</fieldset>`,
  );
}

function correction(shown: ShownDuty, { rights: { id, field, wish }, subject }: RightsDuty): Html | null {
  const { correct, rights: w } = shown.words.w.duties;
  if (subject === null) return html`<div class="note wait section"><p>${w.noPerson}</p></div>`;
  return correctForm(shown, {
    action: `rights/${id}/correction`,
    title: correct.title,
    intro: correct.intro,
    subject: subject.pseudonym,
    fields: [field],
    kinds: carriedOutBy[wish],
    proposed: proposedFor[wish],
  });
}
