import { html } from 'hono/html';
import { givenFields } from '../../core/disclosure/given-fields.ts';
import { destructionWays } from '../../core/duty/destruction-ways.ts';
import type { DestructionDuty } from '../../core/duty/read-duties.ts';
import { fact } from '../detainee/sharing-card.ts';
import type { Html, Page } from '../page-context.ts';
import { day, keepFacts } from './duties-page.ts';
import { asItStands, dutyForm, dutyFrame, gotFacts, type ShownDuty } from './duty-frame.ts';
import { choiceInput } from './sent-form.ts';

/** What a recipient got, until when it may keep it, and the form that says how it was destroyed. */
export function destructionDutyPage(
  c: Page,
  given: ShownDuty,
  duty: DestructionDuty,
  starts: readonly string[],
): Response | Promise<Response> {
  const isToReport = duty.request.destructionConfirmedAt === null;
  const shown = asItStands(given, isToReport ? ['destruction'] : []);
  const { destruction: w } = shown.words.w.duties;
  return dutyFrame(c, shown, {
    title: w.title,
    labels: [['how', w.how]],
    body: html`${gotCard(shown, duty, starts)}
${isToReport ? reportForm(shown, duty) : null}`,
  });
}

function gotCard({ words }: ShownDuty, duty: DestructionDuty, starts: readonly string[]): Html {
  const { w, names } = words;
  const { source, purpose, decision, held, destructionConfirmedAt: destroyedAt, destroyedHow } = duty.request;
  const retain = decision.obligations?.retain ?? null;
  const deleteBy = held.retention?.deleteBy ?? null;
  const state = destroyedAt !== null ? 'destroyed' : starts.includes(retain?.until ?? '') ? 'open' : 'undated';
  return html`<section class="card info" aria-labelledby="got"><header><h2 id="got">${w.duties.destruction.question}</h2></header>
<dl class="facts">
${fact(w.duties.correction.from, html`${names.party(source)}`)}
${fact(w.staff.request.purpose, html`${names.purpose(purpose)}`)}
${fact(w.duties.correction.fields, html`<ul>${givenFields(duty.request).map((field) => html`<li>${names.field(field)}</li>`)}</ul>`)}
${fact(w.duties.destruction.got, day(words, held.disclosedAt))}
${keepFacts(words, { retain, deleteBy, state })}
${destroyedAt && fact(w.destruction.destroyedAt, day(words, destroyedAt))}
${destroyedAt && fact(w.destruction.how, html`<strong>${destroyedHow === null ? w.destruction.howUnsaid : w.duties.destruction.howOf[destroyedHow]}</strong>`)}
${gotFacts(words, duty)}
</dl></section>`;
}

function reportForm(shown: ShownDuty, { request: { id } }: DestructionDuty): Html {
  const { destruction: w, choose, recorded } = shown.words.w.duties;
  const options = destructionWays.map((way) => [way, w.howOf[way]] as const);
  return dutyForm(
    shown,
    `disclosures/${id}/destruction`,
    html`<h2>${w.form}</h2><p>${w.intro}</p>
${choiceInput(shown.sent, 'how', { label: w.how, none: choose, options })}
<p class="soft">${recorded}</p>
<p><button type="submit">${w.send}</button></p>`,
  );
}
