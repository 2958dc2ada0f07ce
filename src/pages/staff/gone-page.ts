import type { OverLimit } from '../../core/limit/limiter.ts';
import type { SessionOf } from '../door.ts';
import { messagePage } from '../layout.ts';
import type { Page } from '../page-context.ts';
import type { PagesDeps, Staff } from '../ports.ts';
import { dutiesPath, staffBar, staffWords } from './staff-bar.ts';

/** There is none, it is not this unit's, or nobody needs to do anything with it. */
export function gonePage(c: Page, deps: PagesDeps, session: SessionOf<Staff>): Response | Promise<Response> {
  const { goneTitle, gone: text } = c.get('words').staff.request;
  return message(c, deps, session, { title: goneTitle, text, status: 404 });
}

/** It was there when it was read; nothing that was sent is on record. */
export function movedPage(c: Page, deps: PagesDeps, session: SessionOf<Staff>): Response | Promise<Response> {
  const { movedTitle, moved: text } = c.get('words').staff.request;
  return message(c, deps, session, { title: movedTitle, text, status: 409 });
}

/** A duty that there is not, or that is not this unit's. */
export function noDutyPage(c: Page, deps: PagesDeps, session: SessionOf<Staff>): Response | Promise<Response> {
  const { goneTitle: title, gone: text, back } = c.get('words').duties;
  return message(c, deps, session, { title, text, status: 404 }, { path: dutiesPath, text: back });
}

/** Too much was done in a while; says when to go on, in words and in `Retry-After`. */
export function waitPage(
  c: Page,
  deps: PagesDeps,
  session: SessionOf<Staff>,
  over: OverLimit,
): Response | Promise<Response> {
  const { waitTitle: title } = c.get('words').staff;
  return message(c, deps, session, { title, text: tellWhen(c, over), status: 429 });
}

/** What is wrong where too much was done, for a page that keeps what was typed; the header is set with it. */
export function tellWhen(c: Page, { retryAfterS }: OverLimit): string {
  c.header('Retry-After', String(retryAfterS));
  return c.get('words').staff.wait(Math.ceil(retryAfterS / 60));
}

function message(
  c: Page,
  deps: PagesDeps,
  session: SessionOf<Staff>,
  said: { readonly title: string; readonly text: string; readonly status: 404 | 409 | 429 },
  back = { path: '/staff/inbox', text: c.get('words').staff.back },
): Response | Promise<Response> {
  const words = staffWords(c, deps);
  return messagePage(c, { ...said, bar: staffBar(c, words, session), back });
}
