import type { Hono } from 'hono';
import { z } from 'zod';
import type { Digest, FieldId, RequestId } from '../../core/brand.ts';
import { type InboxView, placeOf } from '../../core/disclosure/inbox.ts';
import type { ApprovalOutcome } from '../../core/disclosure/operations.ts';
import { forStaff, type SessionOf } from '../door.ts';
import { sessionForm } from '../form-guard.ts';
import { fewLines, saidText } from '../free-text.ts';
import { messagePage } from '../layout.ts';
import { refusedForm } from '../login/login-routes.ts';
import type { Page, PagesEnv } from '../page-context.ts';
import { cutPage, readPageKey } from '../page-key.ts';
import type { PagesDeps, Staff } from '../ports.ts';
import { answerRoutes, showAnswer } from './answer-routes.ts';
import { counted } from './counted.ts';
import { dutyRoutes } from './duty-routes.ts';
import { gonePage, movedPage, tellWhen, waitPage } from './gone-page.ts';
import { type Done, doneWords, inboxPage } from './inbox-page.ts';
import { remindersFor, requestPage, type Typed, untouched } from './request-page.ts';
import { staffBar, staffWords } from './staff-bar.ts';

const pageSize = 40;

const done = z.enum(doneWords);

/** A box is there where it was ticked; which fields there are, the request says. */
const boxes = 'strike.';
const ownMembers = {
  formToken: z.string(),
  seen: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  decision: z.enum(['approved', 'declined']),
  ground: z.string(),
};
const decisionForm = z
  .object(ownMembers)
  .catchall(z.literal('yes'))
  .refine((form) => Object.keys(form).every((name) => Object.hasOwn(ownMembers, name) || name.startsWith(boxes)));

/** The pages of people who decide and answer for a unit that has no system for it. */
export function staffRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  app.get('/staff', (c) => c.redirect('/staff/inbox', 303));

  app.get(
    '/staff/inbox',
    counted(deps, async (c, session) => {
      const { person } = session;
      const key = readPageKey(c.req.query('after') ?? '');
      const after = key && { at: key.time, id: key.id as RequestId };
      const found = await deps.staff.list(person, { task: null, after, limit: pageSize + 1 });
      const { rows, next } = cutPage(found, pageSize, (request) => placeOf(request).at);
      const words = staffWords(c, deps);
      const said = done.safeParse(c.req.query('done'));
      return inboxPage(c, {
        bar: staffBar(c, words, session),
        words,
        unit: person.unit,
        requests: rows.map((request) => ({ request, escalated: deps.staff.escalatedTo(person, request) })),
        next,
        isFirst: key === null,
        done: said.success ? said.data : null,
      });
    }),
  );

  app.get(
    '/staff/requests/:id',
    counted(deps, async (c, session) => {
      const view = await readView(c, deps, session.person);
      if (view?.task === 'answer') return showAnswer(c, deps, session, { view });
      return view === null ? gonePage(c, deps, session) : show(c, deps, session, { view, typed: untouched });
    }),
  );

  app.post(
    '/staff/requests/:id/decision',
    forStaff((c, session) => decide(c, deps, session)),
  );

  answerRoutes(app, deps);
  dutyRoutes(app, deps);

  // A page that answered a form is read again at its address.
  app.get(
    '/staff/requests/:id/:sent',
    forStaff((c) => c.redirect(`/staff/requests/${encodeURIComponent(c.req.param('id') ?? '')}`, 303)),
  );

  app.all(
    '/staff/*',
    forStaff((c, session) => {
      const { notFoundTitle, notFound } = c.get('words').problem;
      const bar = staffBar(c, staffWords(c, deps), session);
      return messagePage(c, { title: notFoundTitle, text: notFound, status: 404, bar });
    }),
  );
}

async function decide(c: Page, deps: PagesDeps, session: SessionOf<Staff>): Promise<Response> {
  const form = await sessionForm(c, session, decisionForm);
  const id = z.uuid().safeParse(c.req.param('id'));
  if (form === null || !id.success) return refusedForm(c);
  const strike = Object.keys(form).flatMap((name) =>
    name.startsWith(boxes) ? [name.slice(boxes.length) as FieldId] : [],
  );
  const approves = form.decision === 'approved';
  const ground = saidText(form.ground, fewLines);
  const typed = { strike: new Set(strike), ground: form.ground };
  if (!approves && ground === null) {
    // The page that comes back shows the request again.
    const over = await deps.staff.count(session.person);
    return over === null
      ? again(c, deps, session, { ...typed, problem: 'groundMissing' })
      : waitPage(c, deps, session, over);
  }
  const outcome = await deps.staff.decide(session.person, c.get('trace'), id.data as RequestId, {
    decision: form.decision,
    // A reason that was typed and then approved after all is nobody's.
    ground: approves ? null : ground,
    strike: approves ? strike : [],
    seen: form.seen as Digest,
  });
  if (outcome.kind === 'over-limit')
    return again(c, deps, session, { ...typed, problem: 'overLimit', wait: tellWhen(c, outcome) });
  const problem = problemOf(outcome);
  if (problem !== null) return again(c, deps, session, { ...typed, problem });
  if (outcome.kind !== 'recorded' && outcome.kind !== 'replayed') return movedPage(c, deps, session);
  return c.redirect(`/staff/inbox?done=${doneBy(outcome.request.state)}`, 303);
}

/** What whoever decides can mend on the same page; null: nothing is wrong with what they sent. */
function problemOf(outcome: ApprovalOutcome): Typed['problem'] {
  switch (outcome.kind) {
    case 'may-not-approve':
      return 'mayNot';
    case 'reason-gone':
      return 'reasonGone';
    case 'invalid':
      return outcome.member === 'strike' ? 'allStruck' : 'notStrikable';
    default:
      return null;
  }
}

function doneBy(state: string): Done {
  if (state === 'declined') return 'declined';
  if (state === 'awaiting-source') return 'toAnswer';
  return state === 'awaiting-approval' ? 'waiting' : 'approved';
}

async function again(c: Page, deps: PagesDeps, session: SessionOf<Staff>, typed: Typed): Promise<Response> {
  const view = await readView(c, deps, session.person);
  if (view?.task === 'answer') return movedPage(c, deps, session);
  return view === null ? gonePage(c, deps, session) : show(c, deps, session, { view, typed });
}

function show(
  c: Page,
  deps: PagesDeps,
  session: SessionOf<Staff>,
  { view, typed }: { readonly view: InboxView; readonly typed: Typed },
): Response | Promise<Response> {
  const words = staffWords(c, deps);
  return requestPage(c, {
    bar: staffBar(c, words, session),
    words,
    view,
    reminders: remindersFor(deps, words),
    formToken: session.formToken,
    typed,
  });
}

/** null: there is none, it is not this unit's, or it waits for no people of it. */
async function readView(c: Page, deps: PagesDeps, staff: Staff): Promise<InboxView | null> {
  const id = z.uuid().safeParse(c.req.param('id'));
  return id.success ? deps.staff.read(staff, id.data as RequestId) : null;
}
