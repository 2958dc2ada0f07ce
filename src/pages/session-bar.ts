import { html } from 'hono/html';
import type { Html, Page } from './page-context.ts';

export interface Tab {
  /** Pages under it belong to it too. */
  readonly path: string;
  readonly text: string;
  /** Something that waits there, read out with the text. */
  readonly waiting?: { readonly count: number; readonly text: string } | null;
  /** Where else its pages live. */
  readonly also?: string;
}

/** Pages that belong together: one tab in the bar, and a row of their own where one of them is read. */
export interface TabGroup {
  readonly text: string;
  readonly pages: readonly [Tab, ...Tab[]];
}

interface SessionBar {
  readonly label: string;
  readonly tabs: readonly (Tab | TabGroup)[];
  readonly formToken: string;
  readonly who: string | null;
}

/** The bar of every page of a session: where one can go, who is logged in, and the way out. */
export function sessionBar(c: Page, { label, tabs, formToken, who }: SessionBar): Html {
  const here = new URL(c.req.url).pathname;
  const within = tabs.find((tab) => 'pages' in tab && tab.pages.some((page) => isIn(page, here)));
  return html`<div class="bar"><div class="wrap"><nav aria-label="${label}"><ul>${tabs.map((tab) => item(tab, here))}</ul></nav>
${logoutForm(c, formToken, who)}</div></div>
${within && 'pages' in within ? row(within, here) : null}`;
}

function row({ text, pages }: TabGroup, here: string): Html {
  return html`<div class="within"><div class="wrap"><nav aria-label="${text}"><ul>${pages.map((tab) => item(tab, here))}</ul></nav></div></div>`;
}

/** A group leads to the first of its pages, and counts what waits on all of them. */
function item(tab: Tab | TabGroup, here: string): Html {
  const pages = 'pages' in tab ? tab.pages : [tab];
  const present = pages.find((page) => isIn(page, here));
  const isThis = !('pages' in tab) && present?.path === here;
  const current = present === undefined ? null : html` aria-current="${isThis ? 'page' : 'true'}"`;
  const waiting = pages.flatMap((page) => page.waiting ?? []);
  const count = waiting.reduce((sum, one) => sum + one.count, 0);
  const said = waiting.map(({ text }) => text).join(', ');
  return html`<li><a class="tab" href="${pages[0]?.path}"${current}>${tab.text}${count === 0 ? null : html` <span class="count" title="${said}">${count}</span>`}</a></li>`;
}

function isIn({ path, also }: Tab, here: string): boolean {
  return [path, ...(also === undefined ? [] : [also])].some((place) => here === place || here.startsWith(`${place}/`));
}

/** The one form that every page of a session carries. */
function logoutForm(c: Page, formToken: string, who: string | null): Html {
  return html`<form method="post" action="/logout">
<input type="hidden" name="formToken" value="${formToken}">
${who === null ? null : html`<span class="who">${who}</span>`}
<button class="second" type="submit">${c.get('words').logout}</button>
</form>`;
}
