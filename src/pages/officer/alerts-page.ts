import type { Hono } from 'hono';
import { html } from 'hono/html';
import { z } from 'zod';
import { forOfficer } from '../door.ts';
import { sessionForm } from '../form-guard.ts';
import { formatStamp } from '../format.ts';
import { renderPage } from '../layout.ts';
import { refusedForm } from '../login/login-routes.ts';
import type { Html, PagesEnv } from '../page-context.ts';
import type { PagesDeps, ShownAlert } from '../ports.ts';
import type { OfficerWords } from './list-page.ts';
import { officerBar, officerWords } from './officer-bar.ts';

const most = 100;
const seenForm = z.strictObject({ formToken: z.string() });

/** What officers must look at: of their own unit, or of every unit and the gateway itself. */
export function alertRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  app.get(
    '/officer/alerts',
    forOfficer(async (c, session) => {
      const words = officerWords(c, deps);
      const { alerts: w } = words.w;
      const shown = await deps.alerts.list(session.person.unit, most);
      return renderPage(c, {
        title: w.title,
        wide: true,
        bar: await officerBar(c, deps, session),
        body: html`<div class="stack"><h1>${w.title}</h1><p class="lead">${w.intro}</p></div>
${shown.length === 0 ? html`<div class="note section"><p>${w.none}</p></div>` : shown.map((alert) => card(words, alert, session.formToken))}`,
      });
    }),
  );

  app.post(
    '/officer/alerts/:id/seen',
    forOfficer(async (c, session) => {
      const form = await sessionForm(c, session, seenForm);
      if (form === null) return refusedForm(c);
      const id = z.uuid().safeParse(c.req.param('id'));
      // Whether it was there, was seen before or is another unit's: the list says what there is.
      if (id.success) await deps.alerts.see(id.data, session.person.unit, session.person.id);
      return c.redirect('/officer/alerts', 303);
    }),
  );
}

function card({ language, w, names }: OfficerWords, alert: ShownAlert, formToken: string): Html {
  const { title, todo } = w.alerts.kinds[alert.kind];
  const heading = `alert-${alert.id}`;
  const at = formatStamp(language, alert.at);
  const open = alert.seenAt === null;
  return html`<article class="card ${open ? 'wait' : 'good'}" aria-labelledby="${heading}">
<header><h2 id="${heading}">${title}</h2><span class="tag ${open ? 'wait' : 'good'}">${open ? w.alerts.open : w.alerts.seen}</span></header>
<div class="stack"><p>${todo}</p>
<dl class="facts">
${fact(w.alerts.about, alert.unit === null ? w.alerts.gateway : names.unit(alert.unit))}
${fact(w.alerts.at, at)}
${Object.entries(alert.detail).map(([name, value]) => fact(labelOf(w.alerts.detailOf, name), saidOf(w.alerts, name, String(value))))}
${alert.seenAt === null ? null : fact(w.alerts.seenAt, formatStamp(language, alert.seenAt))}
</dl></div>
${open ? seenButton(w.alerts.see, w.alerts.seeWhich(title, at), alert.id, formToken) : null}
</article>`;
}

/** Several buttons on one page say the same: read out, each also says of which alert it is. */
function seenButton(text: string, which: string, id: string, formToken: string): Html {
  return html`<form class="act" method="post" action="/officer/alerts/${id}/seen">
<input type="hidden" name="formToken" value="${formToken}">
<button type="submit" aria-label="${text}: ${which}">${text}</button>
</form>`;
}

function fact(label: string, value: string): Html {
  return html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
}

function saidOf(words: OfficerWords['w']['alerts'], name: string, value: string): string {
  const said = { who: words.whoOf, use: words.useOf, problem: words.problemOf }[name];
  return said === undefined ? value : labelOf(said, value);
}

/** What has no words yet stands as it is: it is a word of ours, never something personal. */
function labelOf(labels: Readonly<Record<string, string>>, name: string): string {
  return labels[name] ?? name;
}
