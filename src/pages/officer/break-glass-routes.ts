import type { Hono } from 'hono';
import { html } from 'hono/html';
import { z } from 'zod';
import type { Instant, RequestId } from '../../core/brand.ts';
import { isInstant } from '../../core/calendar.ts';
import { type EmergencyRequest, verdicts } from '../../core/emergency/emergency.ts';
import { forOfficer, type SessionOf } from '../door.ts';
import { sessionForm } from '../form-guard.ts';
import { saidText } from '../free-text.ts';
import { messagePage, renderPage } from '../layout.ts';
import { refusedForm } from '../login/login-routes.ts';
import type { Page, PagesEnv } from '../page-context.ts';
import type { Officer, PagesDeps } from '../ports.ts';
import { type EmergencyStory, emergencyLine, emergencyStory, mayReview, reviewLength } from './break-glass-page.ts';
import { recordLook } from './look.ts';
import { officerBar, officerWords } from './officer-bar.ts';

const most = 200;
const untouched = { problem: null, typed: { verdict: '', ground: '' }, status: 200 } as const;

const reviewForm = z.strictObject({
  formToken: z.string(),
  seen: z.string().max(24),
  verdict: z.string().max(20),
  ground: z.string(),
});
const judged = z.object({
  verdict: z.enum(verdicts),
  seen: z.string().refine((text) => text === '' || isInstant(text)),
});

/** What was given where life was in danger: of an officer's own unit, or of all, and the review of it. */
export function breakGlassRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  app.get(
    '/officer/break-glass',
    forOfficer(async (c, session) => {
      const words = officerWords(c, deps);
      const { breakGlass: w } = words.w;
      const found = await deps.emergencies.list(session.person.unit, most);
      const now = deps.clock.now();
      return renderPage(c, {
        title: w.title,
        wide: true,
        bar: await officerBar(c, deps, session),
        body: html`<div class="stack"><h1>${w.title}</h1><p class="lead">${w.intro}</p></div>
${found.length === 0 ? html`<div class="note section"><p>${w.none}</p></div>` : html`<ol class="rows section">${found.map((each) => emergencyLine(words, each, now))}</ol>`}`,
      });
    }),
  );

  app.get(
    '/officer/break-glass/:id',
    forOfficer(async (c, session) => {
      const found = await findEmergency(c, deps, session.person);
      return found === null ? gone(c, deps, session) : showStory(c, deps, session, { found, ...untouched });
    }),
  );

  // A page that answered a form is read again at its address.
  app.get(
    '/officer/break-glass/:id/reviews',
    forOfficer((c) => c.redirect(`/officer/break-glass/${encodeURIComponent(c.req.param('id') ?? '')}`, 303)),
  );

  app.post(
    '/officer/break-glass/:id/reviews',
    forOfficer(async (c, session) => {
      const form = await sessionForm(c, session, reviewForm);
      if (form === null) return refusedForm(c);
      const found = await findEmergency(c, deps, session.person);
      if (found === null || !mayReview(session.person)) return gone(c, deps, session);
      const { breakGlass: w } = c.get('words');
      const said = judged.safeParse(form);
      const ground = saidText(form.ground, reviewLength);
      if (!said.success || ground === null)
        return showStory(c, deps, session, { found, problem: w.invalid, typed: form, status: 400 });
      const { verdict, seen } = said.data;
      const isOnRecord = await deps.emergencies.review(found.request.id, {
        verdict,
        ground,
        reviewer: session.person.id,
        trace: c.get('trace'),
        seen: seen === '' ? null : (seen as Instant),
      });
      if (isOnRecord) return c.redirect(`/officer/break-glass/${found.request.id}`, 303);
      const present = (await findEmergency(c, deps, session.person)) ?? found;
      return showStory(c, deps, session, { found: present, problem: w.already, typed: form, status: 409 });
    }),
  );
}

/** null: there is none, or it is not this officer's to see: one answer for both. */
async function findEmergency(c: Page, deps: PagesDeps, { unit }: Officer): Promise<EmergencyRequest | null> {
  const id = z.uuid().safeParse(c.req.param('id'));
  const found = id.success ? await deps.emergencies.find(id.data as RequestId) : null;
  if (found === null) return null;
  const { source, recipient } = found.request;
  return unit === null || unit === source || unit === recipient ? found : null;
}

/** INVARIANT: what was said is shown after the look at it is on record. */
async function showStory(
  c: Page,
  deps: PagesDeps,
  session: SessionOf<Officer>,
  { status, ...shown }: Pick<EmergencyStory, 'found' | 'problem' | 'typed'> & { readonly status: 200 | 400 | 409 },
): Promise<Response> {
  const words = officerWords(c, deps);
  const id = shown.found.request.openedBy;
  const entry = id === null ? null : await deps.entries.find(id);
  const bar = await officerBar(c, deps, session);
  const isThere = entry !== null && entry !== 'forgotten';
  if (isThere && !(await recordLook(c, deps, session.person, entry, { form: 'page', users: [] }))) {
    const { notRecordedTitle: title, notRecorded: text } = words.w.entry;
    return messagePage(c, { title, text, status: 503, bar, back: backTo(words.w.breakGlass) });
  }
  const opening = isThere ? { entry, receipt: await deps.journal.receipt(entry.id) } : null;
  const { formToken, person: officer } = session;
  return renderPage(c, {
    title: words.w.breakGlass.title,
    wide: true,
    bar,
    status,
    body: emergencyStory({ ...shown, words, officer, opening, now: deps.clock.now(), formToken }),
  });
}

async function gone(c: Page, deps: PagesDeps, session: SessionOf<Officer>): Promise<Response> {
  const { breakGlass: w } = c.get('words');
  const bar = await officerBar(c, deps, session);
  return messagePage(c, { title: w.goneTitle, text: w.goneText, status: 404, bar, back: backTo(w) });
}

function backTo({ back: text }: { readonly back: string }) {
  return { path: '/officer/break-glass', text };
}
