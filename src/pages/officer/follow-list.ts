import { html } from 'hono/html';
import { z } from 'zod';
import type { Instant, UnitId } from '../../core/brand.ts';
import { fact } from '../detainee/sharing-card.ts';
import type { SessionOf } from '../door.ts';
import { renderPage } from '../layout.ts';
import type { Names } from '../names.ts';
import type { Html, Page } from '../page-context.ts';
import { cutPage, readPageKey, writePageKey } from '../page-key.ts';
import type { Officer, PageKey, PagesDeps } from '../ports.ts';
import type { Words } from '../words/words.ts';
import { officerBar, officerWords } from './officer-bar.ts';

const pageSize = 50;

/** Which lines are read: how it stands with them, and of which recipient; null: of all. */
interface Chosen<State extends string> {
  readonly state: State;
  readonly recipient: UnitId | null;
}

/** What differs from list to list; the rest of the words is the same. */
interface FollowWords<State extends string> {
  readonly title: string;
  readonly intro: string;
  readonly list: string;
  readonly stateOf: Readonly<Record<State, string>>;
}

type Texts<State extends string> = FollowWords<State> & Words['follow'];

interface Figures<State extends string> {
  readonly recipient: UnitId;
  readonly counts: Readonly<Record<State, number>>;
  readonly late: number;
}

interface Shown<State extends string, Line> {
  readonly words: FollowWords<State>;
  readonly lines: (chosen: Chosen<State>, after: PageKey | null, limit: number) => Promise<readonly Line[]>;
  /** Lines stand in order of this. */
  readonly orderOf: (line: Line) => Instant;
  readonly row: (line: Line) => Html;
  /** By recipient, each of which leads to its lines; null: the list is not by recipient. */
  readonly figures: { readonly of: readonly Figures<State>[]; readonly none: string } | null;
}

/**
 * A page of what must be followed up, by how it stands: the first of `states` where the address names none. Read from the
 * record as it stands, so that nothing has to run for a line to show.
 */
export class FollowList<State extends string> {
  readonly #path: string;
  readonly #states: readonly [State, ...State[]];

  constructor(path: string, states: readonly [State, ...State[]]) {
    this.#path = path;
    this.#states = states;
  }

  async page<Line extends { readonly id: string }>(
    c: Page,
    deps: PagesDeps,
    session: SessionOf<Officer>,
    { words, lines, orderOf, row, figures }: Shown<State, Line>,
  ): Promise<Response> {
    const all = officerWords(c, deps);
    const w = { ...all.w.follow, ...words };
    const search = new URL(c.req.url).searchParams;
    const chosen = this.#read(search, figures !== null);
    const after = readPageKey(search.get('after') ?? '');
    const found = chosen === null ? [] : await lines(chosen, after, pageSize + 1);
    const { rows, next } = cutPage(found, pageSize, orderOf);
    const heading = chosen === null ? w.list : `${w.list}: ${w.stateOf[chosen.state]}`;
    const list =
      rows.length === 0 ? html`<div class="note"><p>${w.none}</p></div>` : html`<ol class="rows">${rows.map(row)}</ol>`;
    return renderPage(c, {
      title: w.title,
      wide: true,
      bar: await officerBar(c, deps, session),
      status: chosen === null ? 400 : 200,
      body: html`<div class="stack"><h1>${w.title}</h1><p class="lead">${w.intro}</p></div>
${figures && this.#figures(w, all.names, figures)}
<section class="section" aria-labelledby="lines"><h2 id="lines">${heading} <span class="soft">${w.shown(rows.length)}</span></h2>
${chosen && this.#only(w, all.names, chosen)}
${this.#ways(w, chosen)}
${chosen === null ? html`<div class="note stop" role="alert"><p>${w.invalid}</p></div>` : list}
${chosen && this.#pager(w, chosen, next, after === null)}</section>`,
    });
  }

  /** null: the address is not well formed, and then nothing is listed rather than everything. */
  #read(search: URLSearchParams, hasRecipients: boolean): Chosen<State> | null {
    const state = z.enum(this.#states).safeParse(search.get('state') ?? this.#states[0]);
    const recipient = unitWord.safeParse(hasRecipients ? search.get('recipient') : null);
    if (!state.success || !recipient.success) return null;
    return { state: state.data as State, recipient: recipient.data as UnitId | null };
  }

  #figures(w: Texts<State>, names: Names, { of, none }: NonNullable<Shown<State, never>['figures']>): Html {
    const rows = of.map(({ recipient, counts, late }) => {
      const name = names.party(recipient);
      const figure = (state: State) =>
        fact(w.stateOf[state], html`<a href="${this.#link({ state, recipient })}">${counts[state]}</a>`);
      return html`<li class="line ${counts[this.#states[0]] > 0 ? 'stop' : ''}"><strong class="line-title">${name}</strong>
<dl class="figures" aria-label="${w.figuresOf(name)}">${this.#states.map(figure)}
${fact(w.late, html`${late}`)}</dl></li>`;
    });
    const shown =
      rows.length === 0 ? html`<div class="note"><p>${none}</p></div>` : html`<ol class="rows">${rows}</ol>`;
    return html`<section class="section" aria-labelledby="figures"><h2 id="figures">${w.figures}</h2>${shown}</section>`;
  }

  #only(w: Texts<State>, names: Names, { state, recipient }: Chosen<State>): Html | null {
    if (recipient === null) return null;
    return html`<p>${w.of(names.party(recipient))} <a href="${this.#link({ state, recipient: null })}">${w.all}</a></p>`;
  }

  /** The ways to each state, of the same recipient. */
  #ways(w: Texts<State>, chosen: Chosen<State> | null): Html {
    const links = this.#states.map((state) => {
      const current = state === chosen?.state ? html` aria-current="true"` : null;
      const to = this.#link({ state, recipient: chosen?.recipient ?? null });
      return html`<a class="button second" href="${to}"${current}>${w.stateOf[state]}</a>`;
    });
    return html`<p class="pager" role="group" aria-label="${w.states}">${links}</p>`;
  }

  #pager(w: Texts<State>, chosen: Chosen<State>, next: PageKey | null, isFirst: boolean): Html | null {
    if (next === null && isFirst) return null;
    const link = (text: string, after: PageKey | null) =>
      html`<a class="button second" href="${this.#link(chosen, after)}">${text}</a>`;
    return html`<p class="pager">${next && link(w.next, next)}${isFirst ? null : link(w.first, null)}</p>`;
  }

  #link({ state, recipient }: Chosen<State>, after: PageKey | null = null): string {
    const search = new URLSearchParams({ state });
    if (recipient !== null) search.set('recipient', recipient);
    if (after !== null) search.set('after', writePageKey(after));
    return `${this.#path}?${search.toString()}`;
  }
}

const unitWord = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,62}$/)
  .nullable();
