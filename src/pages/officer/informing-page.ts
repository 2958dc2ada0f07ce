import type { Hono } from 'hono';
import { html } from 'hono/html';
import type { Instant } from '../../core/brand.ts';
import { fact } from '../detainee/sharing-card.ts';
import { forOfficer } from '../door.ts';
import { formatDay } from '../format.ts';
import type { Html, PagesEnv } from '../page-context.ts';
import type { PagesDeps } from '../ports.ts';
import { FollowList } from './follow-list.ts';
import { type InformingLine, type InformingState, informingStates } from './informing.ts';
import { type OfficerWords, partiesText } from './list-page.ts';
import { officerWords } from './officer-bar.ts';

const path = '/officer/informing';
const list = new FollowList(path, informingStates);

/** What persons are told later, of a source for its own officers. */
export function informingRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  app.get(
    path,
    forOfficer((c, session) => {
      const words = officerWords(c, deps);
      const view = { viewer: session.person.unit, now: deps.clock.now() };
      return list.page(c, deps, session, {
        words: words.w.informing,
        lines: ({ state }, after, limit) => deps.informing.page({ ...view, state }, after, limit),
        orderOf: ({ order }) => order,
        row: (line) => row(words, line),
        figures: null,
      });
    }),
  );
}

const tones: Readonly<Record<InformingState, string>> = { hidden: 'wait', over: 'info' };

function row(words: OfficerWords, line: InformingLine): Html {
  const { language, names } = words;
  const { informing: w } = words.w;
  const { state, entry, purpose, disclosedAt, shownFrom, remindedAt } = line;
  const day = (at: Instant) => html`<time datetime="${at}">${formatDay(language, at)}</time>`;
  const title = names.purpose(purpose);
  const heading = html`<strong class="line-title">${title}</strong>`;
  return html`<li class="line ${tones[state]}"><span class="tag ${tones[state]}">${w.stateOf[state]}</span>
<div>${entry === null ? heading : html`<a class="line-title" href="/officer/entries/${entry}">${title}</a>`}<br><span class="soft">${partiesText(words, line)}</span>
<dl class="facts">
${fact(w.given, day(disclosedAt))}
${fact(state === 'hidden' ? w.until : w.since, day(shownFrom))}
${remindedAt && fact(w.remindedAt, day(remindedAt))}
${decision(words, line, day)}
</dl></div></li>`;
}

function decision({ w: all, names }: OfficerWords, line: InformingLine, day: (at: Instant) => Html): Html {
  const { informing: w } = all;
  if (line.decision === null) return fact(w.ground, html`${w.byRule}`);
  const { ground, tellWhy, deciderRole, decidedAt, times } = line.decision;
  return html`${fact(w.ground, html`${names.informingGround(ground).label}`)}
${fact(w.decider, html`${names.role(line.source, deciderRole)}`)}
${fact(w.decidedAt, day(decidedAt))}
${fact(w.times, html`${times}`)}
${fact(w.reason, html`${tellWhy ? w.reasonOf.told : w.reasonOf.withheld}`)}`;
}
