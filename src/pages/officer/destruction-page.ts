import type { Hono } from 'hono';
import { html } from 'hono/html';
import type { Instant, UnitId } from '../../core/brand.ts';
import { datedStarts } from '../../core/category/retention-start.ts';
import { fact } from '../detainee/sharing-card.ts';
import { forOfficer } from '../door.ts';
import { formatDay } from '../format.ts';
import type { Html, PagesEnv } from '../page-context.ts';
import { type DutyLine, type DutyState, dutyStates, type PagesDeps } from '../ports.ts';
import { retentionWords } from '../retention-words.ts';
import { FollowList } from './follow-list.ts';
import { type OfficerWords, partiesText } from './list-page.ts';
import { officerWords } from './officer-bar.ts';

const path = '/officer/destruction';
const list = new FollowList(path, dutyStates);

/** What recipients must still destroy. */
export function destructionRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  app.get(
    path,
    forOfficer(async (c, session) => {
      const words = officerWords(c, deps);
      const { destruction } = words.w;
      const viewer = session.person.unit;
      const view = { viewer, starts: datedStarts(deps.policies.current().retentionStarts), now: deps.clock.now() };
      return list.page(c, deps, session, {
        words: destruction,
        lines: (chosen, after, limit) => deps.duties.page({ ...view, ...chosen }, after, limit),
        orderOf: ({ order }) => order,
        row: (line) => row(words, line, viewer),
        figures: { of: await deps.duties.figures(view), none: destruction.noFigures },
      });
    }),
  );
}

const tones: Readonly<Record<DutyState, string>> = {
  overdue: 'stop',
  dated: 'info',
  open: 'wait',
  undated: 'wait',
  destroyed: 'good',
};

function row(words: OfficerWords, line: DutyLine, viewer: UnitId | null): Html {
  const { language, w, names } = words;
  const { state, purpose, entry, disclosedAt, retain } = line;
  const title = names.purpose(purpose);
  const day = (at: Instant) => html`<time datetime="${at}">${formatDay(language, at)}</time>`;
  const heading = html`<strong class="line-title">${title}</strong>`;
  return html`<li class="line ${tones[state]}"><span class="tag ${tones[state]}">${w.destruction.stateOf[state]}</span>
<div>${entry === null ? heading : html`<a class="line-title" href="/officer/entries/${entry}">${title}</a>`}<br><span class="soft">${partiesText(words, line)}</span>
<dl class="facts">
${fact(w.destruction.given, day(disclosedAt))}
${retain && fact(w.destruction.keep, html`${retentionWords(w, names, retain)}`)}
${date(words, line, viewer, day)}
${destroyed(words, line, day)}
</dl></div></li>`;
}

/** A date, or why there is none: never nothing, which would read as if it might be kept. */
function date({ w }: OfficerWords, line: DutyLine, viewer: UnitId | null, day: (at: Instant) => Html): Html | null {
  const { deleteBy, state, recipient } = line;
  const { destroyBy, notBegun, notBegunHere, unknown } = w.destruction;
  if (deleteBy !== null) return fact(destroyBy, day(deleteBy));
  if (state === 'destroyed') return null;
  const seesAll = viewer === null || viewer === recipient;
  return fact(destroyBy, html`${state === 'undated' ? unknown : seesAll ? notBegun : notBegunHere}`);
}

function destroyed({ w }: OfficerWords, line: DutyLine, day: (at: Instant) => Html): Html | null {
  const { destroyedAt, destroyedHow, deleteBy } = line;
  if (destroyedAt === null) return null;
  const { howOf, howUnsaid, how, tooLate } = w.destruction;
  const late = deleteBy !== null && destroyedAt > deleteBy ? ` (${tooLate})` : '';
  return html`${fact(w.destruction.destroyedAt, html`${day(destroyedAt)}${late}`)}
${fact(how, html`${destroyedHow === null ? howUnsaid : howOf[destroyedHow]}`)}`;
}
