import type { CardWords } from '../detainee/sharing-card.ts';
import type { SessionOf } from '../door.ts';
import { namesIn } from '../names.ts';
import type { Html, Page } from '../page-context.ts';
import type { PagesDeps, Staff } from '../ports.ts';
import { sessionBar } from '../session-bar.ts';

export const dutiesPath = '/staff/duties';

export type StaffWords = Omit<CardWords, 'reminders'>;

export function staffWords(c: Page, deps: PagesDeps): StaffWords {
  const language = c.get('language');
  const w = c.get('words');
  return { language, w, names: namesIn(language, w, deps.policies.current(), deps.registry.current()) };
}

/** The bar of every page of somebody who decides for a unit. */
export function staffBar(c: Page, { w, names }: StaffWords, { person, formToken }: SessionOf<Staff>): Html {
  const role = names.role(person.unit, person.role);
  return sessionBar(c, {
    label: w.staff.nav,
    tabs: [
      { path: '/staff/inbox', text: w.staff.tab, also: '/staff/requests' },
      { path: dutiesPath, text: w.duties.tab },
    ],
    formToken,
    who: w.officer.signedIn(`${person.name} (${role})`, names.unit(person.unit)),
  });
}
