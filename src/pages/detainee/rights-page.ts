import type { Hono } from 'hono';
import { html } from 'hono/html';
import { z } from 'zod';
import type { Instant, RequestId } from '../../core/brand.ts';
import type { GivenOf, RightsMade } from '../../core/rights/make-rights-request.ts';
import type { OwnRights } from '../../core/rights/own-rights.ts';
import { leftToDo, type RightsRequest, type RightsWish, rightsWishes } from '../../core/rights/rights-request.ts';
import { deciderOf, forSubject, type Subject } from '../door.ts';
import { sessionForm } from '../form-guard.ts';
import { formatDay } from '../format.ts';
import { saidText, type TextLength } from '../free-text.ts';
import { messagePage, renderPage } from '../layout.ts';
import { refusedForm } from '../login/login-routes.ts';
import type { Html, Page, PagesEnv } from '../page-context.ts';
import type { PagesDeps } from '../ports.ts';
import type { Words } from '../words/words.ts';
import { type CardWords, fact } from './sharing-card.ts';
import { SubjectView } from './subject-view.ts';

const statementLength: TextLength = { least: 3, most: 1_000 };
const form = z.strictObject({
  formToken: z.string(),
  field: z.string().max(200),
  wish: z.enum(rightsWishes),
  statement: z.string(),
});

/** Where a person says that something is not right, and sees what became of it. @law AVG 12, 16, 17, 18, 21 */
export function rightsRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  app.get(
    '/me/rights',
    forSubject(async (c, session) => {
      const view = new SubjectView(c, deps, session);
      const [consents, rights] = await Promise.all([view.consents(), deps.rights.of(session.person.id)]);
      const { w } = view.words;
      const now = deps.clock.now();
      const cards = rights.map((one) => card(view.words, one, now));
      return renderPage(c, {
        title: w.rights.title,
        bar: view.bar(consents),
        body: html`<div class="stack"><h1>${w.rights.title}</h1><p class="lead">${w.rights.intro}</p></div>
<section class="section">${cards.length === 0 ? html`<p>${w.rights.none}</p>` : cards}</section>`,
      });
    }),
  );

  app.get(
    '/me/sharings/:id/not-right',
    forSubject(async (c, session) => {
      const view = new SubjectView(c, deps, session);
      const consents = await view.consents();
      const given = await givenTo(c, deps, view);
      if (given === null) return nothingHere(c, view.bar(consents));
      return renderPage(c, {
        title: view.words.w.rights.ask,
        bar: view.bar(consents),
        body: question(view.words, given, session.formToken),
      });
    }),
  );

  app.post(
    '/me/sharings/:id/not-right',
    forSubject(async (c, session) => {
      const sent = await sessionForm(c, session, form);
      if (sent === null) return refusedForm(c);
      const view = new SubjectView(c, deps, session);
      const given = await givenTo(c, deps, view);
      const made = given === null ? 'not-found' : await send(c, deps, session.person, given, sent);
      if (made === 'made') return c.redirect('/me/rights', 303);
      const bar = view.bar(await view.consents());
      if (given === null || made === 'not-found') return nothingHere(c, bar);
      return renderPage(c, {
        title: view.words.w.rights.ask,
        status: made === 'statement-length' ? 400 : 409,
        bar,
        body: question(view.words, given, session.formToken, { ...sent, problem: made }),
      });
    }),
  );
}

/** Puts what they say on record, where it can be said. */
async function send(
  c: Page,
  { operations }: PagesDeps,
  person: Subject,
  { id }: GivenOf,
  { field, wish, statement: typed }: z.infer<typeof form>,
): Promise<RightsMade | 'statement-length'> {
  const statement = saidText(typed, statementLength);
  if (statement === null) return 'statement-length';
  return operations.makeRightsRequest(person.id, id, { field, wish, statement }, c.get('trace'), deciderOf(person));
}

/** What was given, where this person may see that now. */
async function givenTo(c: Page, deps: PagesDeps, view: SubjectView) {
  const id = c.req.param('id') ?? '';
  const entry = await view.entryOf(id);
  return entry === null ? null : deps.rights.given(view.session.person.id, id as RequestId);
}

/** What was sent and why it is not asked: it is shown again as it was written, so that nothing is lost unsaid. */
interface Unsent {
  readonly field: string;
  readonly wish: RightsWish;
  readonly statement: string;
  readonly problem: Exclude<RightsMade, 'made' | 'not-found'> | 'statement-length';
}

const firstTime = { field: '', wish: rightsWishes[0], statement: '', problem: null } as const;

function question(
  { w, names }: CardWords,
  given: GivenOf,
  formToken: string,
  { field: chosen, wish: wished, statement, problem }: Unsent | typeof firstTime = firstTime,
): Html {
  const { rights } = w;
  const mistaken = problem === 'statement-length' ? html` aria-describedby="problem" aria-invalid="true"` : null;
  const wishes = rightsWishes.filter((wish) => wish !== 'object' || given.objectable.length > 0);
  return html`<div class="stack"><h1>${rights.ask}</h1><p class="lead">${rights.askIntro}</p></div>
${problem === null ? null : html`<div class="note stop section" role="alert"><p id="problem">${rights.unsentOf[problem]}</p></div>`}
<form class="section stack" method="post" action="/me/sharings/${given.id}/not-right">
<input type="hidden" name="formToken" value="${formToken}">
<div><label for="field">${rights.field}</label><select id="field" name="field">${given.fields.map((field) => html`<option value="${field}"${field === chosen ? html` selected` : null}>${names.plainField(field)}</option>`)}</select></div>
<div><label for="statement">${rights.statement}</label><textarea id="statement" name="statement" rows="5" minlength="${statementLength.least}" maxlength="${statementLength.most}" required${mistaken}>${statement}</textarea></div>
<fieldset><legend>${rights.wish}</legend>${wishes.map(
    (wish) =>
      html`<p><label><input type="radio" name="wish" value="${wish}"${wish === wished ? html` checked` : null}> ${rights.wishOf[wish]}</label></p>`,
  )}</fieldset>
<p>${rights.goesTo}</p>
<p class="act"><button type="submit">${rights.send}</button></p></form>`;
}

function card({ language, w, names }: CardWords, { rights, ground }: OwnRights, now: Instant): Html {
  const { field, wish, source, madeAt, dueAt, decidedAt, carriedOut, state, id } = rights;
  const left = leftToDo(rights);
  const isLate = left !== null && dueAt <= now;
  const tone = left !== null ? 'wait' : state === 'upheld' ? 'good' : 'stop';
  return html`<article class="card ${tone}" aria-labelledby="rights-${id}">
<header><h2 id="rights-${id}">${names.plainField(field)}</h2><span class="tag ${tone}">${w.rights.stateOf[state]}</span></header>
<dl class="facts">
${fact(w.rights.wish, html`${w.rights.wishOf[wish]}`)}
${fact(w.me.from, html`${names.party(source)}`)}
${fact(w.rights.madeAt, html`${formatDay(language, madeAt)}`)}
${left === 'decide' ? fact(w.rights.dueAt, html`${formatDay(language, dueAt)}`) : null}
${decidedAt === null ? null : fact(w.rights.decidedAt, html`${formatDay(language, decidedAt)}`)}
${carriedOut && fact(w.rights.carriedOutAt, html`${formatDay(language, carriedOut.at)}`)}
${fact(w.me.happened, html`${whatHappens(w, rights, isLate)}`)}
${state === 'open' ? null : fact(w.rights.why, ground === null ? html`${w.rights.whyErased}` : html`<span lang="nl">${ground}</span>`)}
</dl></article>`;
}

function whatHappens({ rights: w }: Words, { state, wish, carriedOut }: RightsRequest, isLate: boolean): string {
  if (carriedOut !== null) return w.carriedOutAs[carriedOut.as];
  if (state !== 'upheld') return isLate ? w.late : w.textOf[state];
  return isLate ? `${w.upheldOf[wish]} ${w.late}` : w.upheldOf[wish];
}

function nothingHere(c: Page, bar: Html): Response | Promise<Response> {
  const { notFoundTitle, notFound } = c.get('words').problem;
  return messagePage(c, { title: notFoundTitle, text: notFound, status: 404, bar });
}
