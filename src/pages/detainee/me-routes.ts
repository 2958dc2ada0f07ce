import type { Hono } from 'hono';
import { z } from 'zod';
import type { Opening, Receipt } from '../../core/ledger/entry.ts';
import { readLeaf } from '../../core/ledger/leaf.ts';
import { openingsFor } from '../../core/ledger/reader.ts';
import { deciderOf, forSubject } from '../door.ts';
import { sessionForm } from '../form-guard.ts';
import { messagePage } from '../layout.ts';
import { refusedForm } from '../login/login-routes.ts';
import type { Html, Page, PagesEnv } from '../page-context.ts';
import { cutPage, readPageKey } from '../page-key.ts';
import type { PagesDeps } from '../ports.ts';
import { receiptFile, receiptFor } from '../receipt-file.ts';
import { consentPage, consentsPage } from './consents-page.ts';
import { rightsRoutes } from './rights-page.ts';
import { sharedPage } from './shared-page.ts';
import { openQuestions, SubjectView } from './subject-view.ts';

const pageSize = 40;

const decisionForm = z.strictObject({
  formToken: z.string(),
  noticeVersion: z.string().regex(/^[0-9]{1,9}$/),
  decision: z.enum(['given', 'refused']),
});
const withdrawalForm = z.strictObject({ formToken: z.string() });

/** The pages of the person that the data is about. */
export function meRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  app.get(
    '/me',
    forSubject(async (c, session) => {
      const view = new SubjectView(c, deps, session);
      const after = readPageKey(c.req.query('after') ?? '');
      const [rows, consents] = await Promise.all([
        deps.sharings.page(session.person.id, view.attemptsShown(), deps.clock.now(), after, pageSize + 1),
        view.consents(),
      ]);
      const { rows: sharings, next } = cutPage(rows, pageSize, (sharing) => sharing.at);
      return sharedPage(c, {
        bar: view.bar(consents),
        words: view.words,
        cards: sharings.map((sharing) => ({ sharing, outcome: view.outcome(sharing, consents) })),
        openConsents: openQuestions(consents),
        next,
        isFirst: after === null,
      });
    }),
  );

  app.get(
    '/me/sharings/:id/receipt.json',
    forSubject(async (c, session) => {
      const view = new SubjectView(c, deps, session);
      const entry = await view.entryOf(c.req.param('id') ?? '');
      const receipt = entry && (await receiptFor(deps, entry, openedBySubject));
      if (entry === null || receipt === null) return nothingHere(c, view);
      return receiptFile(c, `sluis-${entry}.json`, receipt);
    }),
  );

  app.get(
    '/me/consents',
    forSubject(async (c, session) => {
      const view = new SubjectView(c, deps, session);
      const consents = await view.consents();
      return consentsPage(c, {
        bar: view.bar(consents),
        words: view.words,
        formToken: session.formToken,
        represents: view.represents(),
        consents,
      });
    }),
  );

  app.get(
    '/me/consents/:id',
    forSubject(async (c, session) => {
      const view = new SubjectView(c, deps, session);
      const [consents, shown] = await Promise.all([view.consents(), view.ownConsent()]);
      const bar = view.bar(consents);
      if (shown === null) return gone(c, bar, 404);
      const represents = view.represents();
      return consentPage(c, { bar, words: view.words, formToken: session.formToken, represents, shown });
    }),
  );

  choiceRoutes(app, deps);
  rightsRoutes(app, deps);

  // An unknown page under a door answers like a known one to somebody without a session.
  app.all(
    '/me/*',
    forSubject((c, session) => nothingHere(c, new SubjectView(c, deps, session))),
  );
}

/** What the subject may change: say yes or no to a question, and stop a consent. */
function choiceRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  app.post(
    '/me/consents/:id/decision',
    forSubject(async (c, session) => {
      const form = await sessionForm(c, session, decisionForm);
      if (form === null) return refusedForm(c);
      const view = new SubjectView(c, deps, session);
      const shown = await view.ownConsent();
      const { decision, noticeVersion } = form;
      // A yes counts for the text that was read: the version that was asked, was shown and is in force.
      const isRead = shown !== null && shown.notice !== null && Number(noticeVersion) === shown.consent.noticeVersion;
      const isOpen = shown?.state === 'requested' && (decision === 'refused' || isRead);
      const done =
        isOpen &&
        (await deps.operations.decideConsent(
          session.person.id,
          shown.consent.id,
          decision,
          c.get('trace'),
          deciderOf(session.person),
        ));
      if (!done) return gone(c, view.bar(await view.consents()), 409);
      return c.redirect(`/me/consents/${shown.consent.id}`, 303);
    }),
  );

  app.post(
    '/me/consents/:id/withdrawal',
    forSubject(async (c, session) => {
      const form = await sessionForm(c, session, withdrawalForm);
      if (form === null) return refusedForm(c);
      const view = new SubjectView(c, deps, session);
      const shown = await view.ownConsent();
      const done =
        shown !== null &&
        (await deps.operations.withdrawConsent(
          session.person.id,
          shown.consent.id,
          c.get('trace'),
          deciderOf(session.person),
        ));
      if (!done) return gone(c, view.bar(await view.consents()), 409);
      return c.redirect(`/me/consents/${shown.consent.id}`, 303);
    }),
  );
}

function openedBySubject({ leaf, openings }: Receipt): readonly Opening[] {
  const read = readLeaf(leaf);
  return read === null ? [] : openingsFor(read, 'subject', openings);
}

async function nothingHere(c: Page, view: SubjectView): Promise<Response> {
  const { notFoundTitle, notFound } = c.get('words').problem;
  return messagePage(c, { title: notFoundTitle, text: notFound, status: 404, bar: view.bar(await view.consents()) });
}

function gone(c: Page, bar: Html, status: 404 | 409): Response | Promise<Response> {
  const w = c.get('words');
  const back = { path: '/me/consents', text: w.consent.back };
  return messagePage(c, { title: w.consent.goneTitle, text: w.consent.gone, status, bar, back });
}
