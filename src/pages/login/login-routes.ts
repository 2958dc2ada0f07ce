import { randomBytes } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { z } from 'zod';
import { startOf } from '../door.ts';
import { isOwnOrigin, parseForm, sameToken, sessionForm } from '../form-guard.ts';
import { messagePage, renderPage } from '../layout.ts';
import type { Html, Page, PagesEnv } from '../page-context.ts';
import type { PagesDeps } from '../ports.ts';
import { endSession, sessionEnd, startSession } from '../session.ts';
import { type LoginNotice, loginPage } from './login-page.ts';
import { LoginThrottle } from './login-throttle.ts';

/** Before login there is no session to hold a form token, so it stands in a cookie of its own, and both must agree. */
const tokenCookie = 'sluis-formulier';
const logoutForm = z.strictObject({ formToken: z.string() });
const loginForm = z.strictObject({ formToken: z.string(), code: z.string().max(64) });

export function loginRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  const throttle = new LoginThrottle();

  app.get('/', (c) => homePage(c));
  app.get('/login', (c) => {
    const notice = z.enum(['ended', 'loggedOut']).safeParse(c.req.query('notice'));
    return showLogin(c, notice.success ? notice.data : null);
  });

  app.post('/login', async (c) => {
    const form = await parseForm(c, loginForm);
    if (form === null || !isOwnOrigin(c) || !sameToken(form.formToken, getCookie(c, tokenCookie, 'host'))) {
      return refusedForm(c);
    }
    const now = deps.clock.now();
    const address = addressOf(c);
    const waitMs = throttle.waitMs(address, Date.parse(now));
    if (waitMs > 0) {
      c.header('Retry-After', String(Math.ceil(waitMs / 1000)));
      return showLogin(c, 'throttled');
    }
    if (form.code.trim() === '') return showLogin(c, 'empty');
    const login = await deps.logins.open(form.code, now, sessionEnd(now));
    if (login === null) {
      throttle.countWrong(address, Date.parse(now));
      return showLogin(c, 'wrong');
    }
    startSession(c, login.secret);
    return c.redirect(startOf(login.session.person), 303);
  });

  app.post('/logout', async (c) => {
    const session = c.get('session');
    if (session !== null && (await sessionForm(c, session, logoutForm)) === null) return refusedForm(c);
    await endSession(c, deps.logins);
    return c.redirect('/login?notice=loggedOut', 303);
  });
}

export function refusedForm(c: Page): Response | Promise<Response> {
  const { formTitle, form } = c.get('words').problem;
  return messagePage(c, { title: formTitle, text: form, status: 403 });
}

function showLogin(c: Page, notice: LoginNotice | null): Response | Promise<Response> {
  const known = getCookie(c, tokenCookie, 'host');
  const formToken =
    known !== undefined && /^[A-Za-z0-9_-]{22}$/.test(known) ? known : randomBytes(16).toString('base64url');
  setCookie(c, tokenCookie, formToken, {
    prefix: 'host',
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'Strict',
  });
  return loginPage(c, { formToken, notice });
}

/** Only to count wrong codes by; a connection whose peer is gone counts with the others of its kind. */
function addressOf(c: Page): string {
  return getConnInfo(c).remote.address ?? 'unknown';
}

function homePage(c: Page): Response | Promise<Response> {
  const { home } = c.get('words');
  const session = c.get('session');
  const doors: Html[] = [];
  if (session === null || session.person.kind === 'subject') {
    doors.push(door(session === null ? '/login' : '/me', home.detainee, home.detaineeText));
  }
  if (session === null || session.person.kind === 'staff') {
    doors.push(door(session === null ? '/login' : '/staff/inbox', home.staff, home.staffText));
  }
  if (session === null || session.person.kind === 'officer') {
    doors.push(door(session === null ? '/login' : '/officer/disclosures', home.officer, home.officerText));
  }
  return renderPage(c, {
    title: home.title,
    body: html`<div class="stack"><h1>${home.title}</h1><p class="lead">${home.intro}</p><ul class="doors section">${doors}</ul></div>`,
  });
}

function door(path: string, title: string, text: string): Html {
  return html`<li><a class="door" href="${path}"><strong>${title}</strong>${text}</a></li>`;
}
