import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { Fault, type FaultCode } from '../core/fault.ts';
import { serveAssets } from './assets.ts';
import { meRoutes } from './detainee/me-routes.ts';
import { chooseLanguage } from './language.ts';
import { messagePage } from './layout.ts';
import { loginRoutes } from './login/login-routes.ts';
import { officerRoutes } from './officer/officer-routes.ts';
import type { Page, PagesEnv } from './page-context.ts';
import type { PagesDeps } from './ports.ts';
import { receiptPagePath } from './receipt-file.ts';
import { receiptPageRoute } from './receipt-page-route.ts';
import { securityHeaders } from './security-headers.ts';
import { readSession } from './session.ts';
import { staffRoutes } from './staff/staff-routes.ts';

/** A thousand letters, or five hundred and a box for every field: what counts as one letter is written as nine at most. */
const maxFormBytes = 16_384;
/** As much as an answer by a system may hold, each byte of it written as three; or what names thousands of requests. */
const maxLongFormBytes = 3 * 65_536;
/** An answer, and a confirmation, which names each request that its page showed. */
const longFormPath = /^\/staff\/(requests\/[^/]+\/answer|duties\/corrections\/[^/]+\/confirmation)$/;

/** Where the pages live. Their headers and sessions touch no other path of the listener that they are mounted on. */
const ownPaths = [
  '/',
  '/login',
  '/logout',
  '/me',
  '/me/*',
  '/officer',
  '/officer/*',
  '/staff',
  '/staff/*',
  '/assets/*',
  receiptPagePath,
];

/**
 * The pages for officers and detainees: server-rendered, no script. Mount at `/` of the public HTTPS
 * listener; the paths are its own, so it lives beside other apps there.
 */
export function pagesApp(deps: PagesDeps): Hono<PagesEnv> {
  const app = new Hono<PagesEnv>();
  const upTo = (maxSize: number) => bodyLimit({ maxSize, onError: (c) => tooLong(c as Page) });
  const [form, longForm] = [upTo(maxFormBytes), upTo(maxLongFormBytes)];
  for (const path of ownPaths) {
    app.use(path, securityHeaders);
    app.use(path, async (c, next) => {
      c.set('trace', deps.entropy.trace());
      c.set('session', null);
      await next();
    });
    app.use(path, chooseLanguage);
    app.use(path, (c, next) => (longFormPath.test(c.req.path) ? longForm : form)(c, next));
  }
  serveAssets(app);
  for (const path of ownPaths) {
    if (path !== '/assets/*') app.use(path, readSession(deps));
  }
  loginRoutes(app, deps);
  meRoutes(app, deps);
  officerRoutes(app, deps);
  staffRoutes(app, deps);
  receiptPageRoute(app, deps);
  for (const path of ownPaths) {
    app.all(path, (c) => {
      const { notFoundTitle, notFound } = c.get('words').problem;
      return messagePage(c, { title: notFoundTitle, text: notFound, status: 404 });
    });
  }
  app.onError((error, c) => faultPage(c, deps, error));
  return app;
}

/** More than any page lets somebody type; it was not read, so that nothing of it can be shown again. */
function tooLong(c: Page): Response | Promise<Response> {
  const { formTitle, tooLong: text } = c.get('words').problem;
  return messagePage(c, { title: formTitle, text, status: 413 });
}

const comesBack: ReadonlySet<FaultCode> = new Set(['database-unavailable', 'ledger-unavailable', 'keys-unavailable']);

/** A fault becomes words and a number; what broke is told to the operator alone. */
function faultPage(c: Page, deps: PagesDeps, error: Error): Response | Promise<Response> {
  const w = c.get('words');
  const trace = c.get('trace');
  deps.onFault(error, trace);
  const gone = error instanceof Fault && comesBack.has(error.code);
  return messagePage(c, {
    title: gone ? w.problem.unavailableTitle : w.problem.faultTitle,
    text: gone ? w.problem.unavailable : w.problem.fault,
    small: w.problem.faultNumber(trace),
    status: gone ? 503 : 500,
  });
}
