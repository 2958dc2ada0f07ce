import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { type Instant, instant } from '../core/brand.ts';
import type { Page, PagesEnv } from './page-context.ts';
import type { Logins, Officer, PagesDeps, Person, Session, Staff } from './ports.ts';

const cookieName = 'sluis-sessie';
/** A session ends half an hour after login, whatever happens in it: terminals are shared. */
const sessionMinutes = 30;

export function sessionEnd(now: Instant): Instant {
  return instant(new Date(Date.parse(now) + sessionMinutes * 60_000));
}

/** Reads who is behind the cookie, for pages that are open to all as well. */
export function readSession(deps: Pick<PagesDeps, 'logins' | 'clock'>) {
  return createMiddleware<PagesEnv>(async (c, next) => {
    const secret = getCookie(c, cookieName, 'host');
    c.set('session', secret === undefined ? null : await deps.logins.read(secret, deps.clock.now()));
    await next();
  });
}

export function startSession(c: Page, secret: string): void {
  setCookie(c, cookieName, secret, {
    prefix: 'host',
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'Strict',
    maxAge: sessionMinutes * 60,
  });
}

export async function endSession(c: Page, logins: Logins): Promise<void> {
  const secret = getCookie(c, cookieName, 'host');
  if (secret !== undefined) await logins.close(secret);
  deleteCookie(c, cookieName, { prefix: 'host', path: '/', secure: true });
}

export function isOfficer(session: Session): session is Session & { readonly person: Officer } {
  return session.person.kind === 'officer';
}

export function isStaff(session: Session): session is Session & { readonly person: Staff } {
  return session.person.kind === 'staff';
}

export function isSubject(
  session: Session,
): session is Session & { readonly person: Extract<Person, { kind: 'subject' }> } {
  return session.person.kind === 'subject';
}
