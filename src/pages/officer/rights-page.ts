import type { Hono } from 'hono';
import { html } from 'hono/html';
import type { Instant, UnitId } from '../../core/brand.ts';
import { leftToDo, type RightsRequest } from '../../core/rights/rights-request.ts';
import { fact } from '../detainee/sharing-card.ts';
import { forOfficer } from '../door.ts';
import { formatDay } from '../format.ts';
import type { Html, PagesEnv } from '../page-context.ts';
import type { PageKey, PagesDeps } from '../ports.ts';
import { FollowList } from './follow-list.ts';
import type { OfficerWords } from './list-page.ts';
import { officerWords } from './officer-bar.ts';

/** `overdue`: the source has not decided, or not carried out what it upheld, within the time of its act; `decided`: nothing is left. */
const rightsLists = ['overdue', 'open', 'decided'] as const;
export type RightsList = (typeof rightsLists)[number];

export interface OfficerRights {
  /** Of one source, or (null) of all; what must be decided first comes first. */
  page(
    filter: { readonly viewer: UnitId | null; readonly now: Instant; readonly state: RightsList },
    after: PageKey | null,
    limit: number,
  ): Promise<readonly RightsRequest[]>;
  overdue(viewer: UnitId | null, now: Instant): Promise<number>;
}

const path = '/officer/rights';
const list = new FollowList(path, rightsLists);

/** What persons ask of a source: for its own officers and the gateway's. */
export function officerRightsRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  app.get(
    path,
    forOfficer((c, session) => {
      const words = officerWords(c, deps);
      const view = { viewer: session.person.unit, now: deps.clock.now() };
      return list.page(c, deps, session, {
        words: words.w.rights.officer,
        lines: ({ state }, after, limit) => deps.rightsLists.page({ ...view, state }, after, limit),
        orderOf: ({ dueAt }) => dueAt,
        row: (line) => row(words, line, view),
        figures: null,
      });
    }),
  );
}

function row(
  { language, w: all, names }: OfficerWords,
  line: RightsRequest,
  { now, viewer }: { readonly now: Instant; readonly viewer: UnitId | null },
): Html {
  const { rights: w } = all;
  const { state, field, wish, source, madeAt, dueAt, decidedAt, entry, remindedAt, carriedOut } = line;
  const left = leftToDo(line);
  const shown = left === null ? 'decided' : dueAt <= now ? 'overdue' : 'open';
  // Its entry names the recipient too, whose officers may not see it: it opens for the gateway's alone.
  const title =
    viewer === null
      ? html`<a class="line-title" href="/officer/entries/${entry}">${names.field(field)}</a>`
      : html`<strong class="line-title">${names.field(field)}</strong>`;
  const tone = { overdue: 'stop', open: 'wait', decided: 'good' }[shown];
  const day = (at: Instant) => html`<time datetime="${at}">${formatDay(language, at)}</time>`;
  return html`<li class="line ${tone}"><span class="tag ${tone}">${w.officer.stateOf[shown]}</span>
<div>${title}<br><span class="soft">${names.party(source)}</span>
<dl class="facts">
${fact(w.officer.wish, html`${w.officer.wishOf[wish]}`)}
${fact(w.madeAt, day(madeAt))}
${left && fact(w.officer.left, html`${w.officer.leftOf[left]}`)}
${fact(w.dueAt, day(dueAt))}
${remindedAt && fact(w.officer.remindedAt, day(remindedAt))}
${decidedAt && fact(w.decidedAt, day(decidedAt))}
${state === 'open' ? null : fact(w.officer.outcome, html`${w.officer.outcomeOf[state]}`)}
${carriedOut && fact(w.officer.carriedOutAt, day(carriedOut.at))}
</dl></div></li>`;
}
