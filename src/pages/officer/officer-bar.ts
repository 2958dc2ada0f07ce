import type { SessionOf } from '../door.ts';
import { sessionBar } from '../layout.ts';
import { namesIn } from '../names.ts';
import type { Html, Page } from '../page-context.ts';
import type { Officer, PagesDeps } from '../ports.ts';
import type { OfficerWords } from './list-page.ts';

export function officerWords(c: Page, deps: PagesDeps): OfficerWords {
  const language = c.get('language');
  const w = c.get('words');
  return { language, w, names: namesIn(language, w, deps.policies.current(), deps.registry.current()) };
}

/** The bar of every officer's page, with how many alerts of theirs nobody has seen and what is overdue. */
export async function officerBar(c: Page, deps: PagesDeps, session: SessionOf<Officer>): Promise<Html> {
  const { w, names } = officerWords(c, deps);
  const { name, unit } = session.person;
  const waiting = await deps.alerts.waiting(unit);
  const late = await deps.duties.overdue(unit, deps.clock.now());
  const count = waiting === 0 ? {} : { waiting: { count: waiting, text: w.alerts.waiting(waiting) } };
  const overdue = late === 0 ? {} : { waiting: { count: late, text: w.destruction.overdue(late) } };
  return sessionBar(c, {
    label: w.officer.nav,
    tabs: [
      { path: '/officer/disclosures', text: w.officer.list },
      { path: '/officer/alerts', text: w.alerts.tab, ...count },
      { path: '/officer/destruction', text: w.destruction.tab, ...overdue },
      { path: '/officer/certificates', text: w.partners.tab },
    ],
    formToken: session.formToken,
    who: w.officer.signedIn(name, unit === null ? w.officer.allUnits : names.unit(unit)),
  });
}
