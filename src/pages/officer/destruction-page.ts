import type { Hono } from 'hono';
import { html } from 'hono/html';
import { z } from 'zod';
import type { Instant, UnitId } from '../../core/brand.ts';
import { fact } from '../detainee/sharing-card.ts';
import { forOfficer } from '../door.ts';
import { formatDay } from '../format.ts';
import { renderPage } from '../layout.ts';
import type { Html, PagesEnv } from '../page-context.ts';
import { cutPage, readPageKey, writePageKey } from '../page-key.ts';
import { type DutyFigures, type DutyLine, type DutyState, dutyStates, type PageKey, type PagesDeps } from '../ports.ts';
import { retentionWords } from '../retention-words.ts';
import { type OfficerWords, partiesText } from './list-page.ts';
import { officerBar, officerWords } from './officer-bar.ts';

const pageSize = 50;
const path = '/officer/destruction';

/** Absent: what is overdue, of every recipient. */
const query = z.object({
  state: z.enum(dutyStates).default('overdue'),
  recipient: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,62}$/)
    .nullable()
    .default(null),
});

interface Chosen {
  readonly state: DutyState;
  readonly recipient: UnitId | null;
}

/** What recipients must still destroy, read from the record as it stands: nothing has to run for it to show. */
export function destructionRoutes(app: Hono<PagesEnv>, deps: PagesDeps): void {
  app.get(
    path,
    forOfficer(async (c, session) => {
      const { unit } = session.person;
      const words = officerWords(c, deps);
      const { destruction: w } = words.w;
      const search = new URL(c.req.url).searchParams;
      const given = { state: search.get('state') ?? undefined, recipient: search.get('recipient') ?? undefined };
      const read = query.safeParse(given);
      const chosen = read.success ? (read.data as Chosen) : null;
      const after = readPageKey(search.get('after') ?? '');
      const view = { viewer: unit, starts: datedStarts(deps), now: deps.clock.now() };
      const figures = await deps.duties.figures(view);
      const rows = chosen === null ? [] : await deps.duties.page({ ...view, ...chosen }, after, pageSize + 1);
      const { rows: lines, next } = cutPage(rows, pageSize, (line) => line.order);
      return renderPage(c, {
        title: w.title,
        wide: true,
        bar: await officerBar(c, deps, session),
        status: chosen === null ? 400 : 200,
        body: html`<div class="stack"><h1>${w.title}</h1><p class="lead">${w.intro}</p></div>
<section class="section" aria-labelledby="figures"><h2 id="figures">${w.figures}</h2>${figureList(words, figures)}</section>
<section class="section" aria-labelledby="lines"><h2 id="lines">${w.list}${chosen && `: ${w.stateOf[chosen.state]}`} <span class="soft">${w.shown(lines.length)}</span></h2>
${chosen === null ? html`<div class="note stop" role="alert"><p>${w.invalid}</p></div>` : list(words, chosen, lines, unit)}
${chosen && pager(words, chosen, next, after === null)}</section>`,
      });
    }),
  );
}

/** Starts of retention of which the gateway can know the moment; what counts from another has no date here. */
function datedStarts({ policies }: PagesDeps): readonly string[] {
  const { retentionStarts } = policies.current();
  return [...retentionStarts].flatMap(([word, { event, fact: told }]) =>
    event === null && told === null ? [] : [word],
  );
}

const tones: Readonly<Record<DutyState, string>> = {
  overdue: 'stop',
  dated: 'info',
  open: 'wait',
  undated: 'wait',
  destroyed: 'good',
};

function figureList(words: OfficerWords, figures: readonly DutyFigures[]): Html {
  const { w, names } = words;
  if (figures.length === 0) return html`<div class="note"><p>${w.destruction.noFigures}</p></div>`;
  return html`<ol class="rows">${figures.map(({ recipient, counts, late }) => {
    const name = names.party(recipient);
    const tone = counts.overdue > 0 ? 'stop' : '';
    const figure = (state: DutyState) =>
      fact(w.destruction.stateOf[state], html`<a href="${linkTo({ state, recipient })}">${counts[state]}</a>`);
    return html`<li class="line ${tone}"><strong class="line-title">${name}</strong>
<dl class="figures" aria-label="${w.destruction.figuresOf(name)}">${dutyStates.map(figure)}
${fact(w.destruction.late, html`${late}`)}</dl></li>`;
  })}</ol>`;
}

function list(words: OfficerWords, { recipient }: Chosen, lines: readonly DutyLine[], viewer: UnitId | null): Html {
  const { destruction: w } = words.w;
  const only =
    recipient === null ? null : html`<p>${w.of(words.names.party(recipient))} <a href="${path}">${w.all}</a></p>`;
  if (lines.length === 0) return html`${only}<div class="note"><p>${w.none}</p></div>`;
  return html`${only}<ol class="rows">${lines.map((line) => row(words, line, viewer))}</ol>`;
}

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

function pager({ w }: OfficerWords, chosen: Chosen, next: PageKey | null, isFirst: boolean): Html | null {
  if (next === null && isFirst) return null;
  const link = (text: string, after: PageKey | null) =>
    html`<a class="button second" href="${linkTo(chosen, after)}">${text}</a>`;
  return html`<p class="pager">${next && link(w.destruction.next, next)}${isFirst ? null : link(w.destruction.first, null)}</p>`;
}

function linkTo({ state, recipient }: Chosen, after: PageKey | null = null): string {
  const search = new URLSearchParams({ state });
  if (recipient !== null) search.set('recipient', recipient);
  if (after !== null) search.set('after', writePageKey(after));
  return `${path}?${search.toString()}`;
}
