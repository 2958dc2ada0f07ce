import type { Hono } from 'hono';
import { html } from 'hono/html';
import type { Instant } from '../../core/brand.ts';
import { fact } from '../detainee/sharing-card.ts';
import { forOfficer } from '../door.ts';
import { formatDay } from '../format.ts';
import type { Html, PagesEnv } from '../page-context.ts';
import type { PagesDeps } from '../ports.ts';
import { type CorrectionLine, type CorrectionState, correctionStates } from './corrections.ts';
import { FollowList } from './follow-list.ts';
import { type OfficerWords, partiesText } from './list-page.ts';
import { officerWords } from './officer-bar.ts';

const path = '/officer/corrections';
const list = new FollowList(path, correctionStates);

/** Whether corrections reach whom they must. */
export function correctionsRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  app.get(
    path,
    forOfficer(async (c, session) => {
      const words = officerWords(c, deps);
      const { corrections } = words.w;
      const view = { viewer: session.person.unit, now: deps.clock.now() };
      return list.page(c, deps, session, {
        words: corrections,
        lines: (chosen, after, limit) => deps.corrections.page({ ...view, ...chosen }, after, limit),
        orderOf: ({ order }) => order,
        row: (line) => row(words, line),
        figures: { of: await deps.corrections.figures(view.viewer, view.now), none: corrections.noFigures },
      });
    }),
  );
}

const tones: Readonly<Record<CorrectionState, string>> = { overdue: 'stop', open: 'wait', confirmed: 'good' };

function row(words: OfficerWords, line: CorrectionLine): Html {
  const { language, names } = words;
  const { corrections: w } = words.w;
  const { state, kind, fields, entry, madeAt, dueAt, confirmedAt, how } = line;
  const day = (at: Instant) => html`<time datetime="${at}">${formatDay(language, at)}</time>`;
  const late = confirmedAt !== null && confirmedAt > dueAt ? ` (${w.tooLate})` : '';
  const title = w.kindOf[kind];
  const heading = html`<strong class="line-title">${title}</strong>`;
  return html`<li class="line ${tones[state]}"><span class="tag ${tones[state]}">${w.stateOf[state]}</span>
<div>${entry === null ? heading : html`<a class="line-title" href="/officer/entries/${entry}">${title}</a>`}<br><span class="soft">${partiesText(words, line)}</span>
<dl class="facts">
${fact(w.fields, html`${fields.map((field) => names.field(field)).join(', ')}`)}
${fact(w.madeAt, day(madeAt))}
${fact(w.dueAt, day(dueAt))}
${confirmedAt && fact(w.confirmedAt, html`${day(confirmedAt)}${late}`)}
${how && fact(w.how, html`${w.howOf[how]}`)}
${onward(words, line)}
</dl>${line.passesOn === true ? html`<p class="soft">${w.passesOn}</p>` : null}</div></li>`;
}

/** Shown where it was given on, or where it was passed on all the same. */
function onward({ w }: OfficerWords, line: CorrectionLine): Html | null {
  if (line.onward === null || (!line.onward.asked && line.onward.made === 0)) return null;
  const { onward: label, onwardAsked, onwardMade } = w.corrections;
  return fact(label, html`${line.onward.made === 0 ? onwardAsked : onwardMade(line.onward.made)}`);
}
