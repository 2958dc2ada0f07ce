import type { SessionOf } from '../door.ts';
import { namesIn } from '../names.ts';
import type { Html, Page } from '../page-context.ts';
import type { Officer, PagesDeps } from '../ports.ts';
import { sessionBar, type Tab } from '../session-bar.ts';
import type { OfficerWords } from './list-page.ts';

export function officerWords(c: Page, deps: PagesDeps): OfficerWords {
  const language = c.get('language');
  const w = c.get('words');
  return { language, w, names: namesIn(language, w, deps.policies.current(), deps.registry.current()) };
}

/** The bar of every officer's page, with how many alerts of theirs nobody has seen and what is overdue. Nine tabs are a heap. */
export async function officerBar(c: Page, deps: PagesDeps, session: SessionOf<Officer>): Promise<Html> {
  const { w, names } = officerWords(c, deps);
  const { name, unit } = session.person;
  const now = deps.clock.now();
  const [alerts, late, unconfirmed, open, undecided] = await Promise.all([
    deps.alerts.waiting(unit),
    deps.duties.overdue(unit, now),
    deps.corrections.overdue(unit, now),
    deps.emergencies.waiting(unit),
    deps.rightsLists.overdue(unit, now),
  ]);
  const following = w.officer.groups;
  return sessionBar(c, {
    label: w.officer.nav,
    tabs: [
      { path: '/officer/disclosures', also: '/officer/entries', text: w.officer.list },
      { path: '/officer/alerts', text: w.alerts.tab, waiting: waits(alerts, w.alerts.waiting) },
      {
        text: following.followUp,
        pages: [
          { path: '/officer/break-glass', text: w.breakGlass.tab, waiting: waits(open, w.breakGlass.waiting) },
          { path: '/officer/rights', text: w.rights.officer.tab, waiting: waits(undecided, w.rights.officer.overdue) },
          { path: '/officer/corrections', text: w.corrections.tab, waiting: waits(unconfirmed, w.corrections.overdue) },
          { path: '/officer/destruction', text: w.destruction.tab, waiting: waits(late, w.destruction.overdue) },
          { path: '/officer/informing', text: w.informing.tab },
        ],
      },
      {
        text: following.connections,
        pages: [
          { path: '/officer/certificates', text: w.partners.tab },
          { path: '/officer/sources', text: w.sources.tab },
        ],
      },
    ],
    formToken: session.formToken,
    who: w.officer.signedIn(name, unit === null ? w.officer.allUnits : names.unit(unit)),
  });
}

function waits(count: number, text: (count: number) => string): NonNullable<Tab['waiting']> | null {
  return count === 0 ? null : { count, text: text(count) };
}
