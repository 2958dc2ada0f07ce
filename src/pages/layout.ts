import { html } from 'hono/html';
import { mark, styleSheet } from './assets.ts';
import type { Html, Page } from './page-context.ts';
import { type Language, languages, wordsIn } from './words/words.ts';

export interface Shell {
  readonly title: string;
  readonly body: Html;
  /** Bar under the head; absent on pages without a session. */
  readonly bar?: Html;
  /** Officer lists need more room than a text that is read. */
  readonly wide?: boolean;
  readonly status?: 200 | 400 | 403 | 404 | 409 | 410 | 413 | 429 | 500 | 503;
}

/** The frame of every page: one heading, landmarks, a way past the menu, the language of the text. */
export function renderPage(c: Page, shell: Shell): Response | Promise<Response> {
  const w = c.get('words');
  const language = c.get('language');
  return c.html(
    html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${shell.title} – ${w.site}</title>
<link rel="stylesheet" href="${styleSheet.path}">
<link rel="icon" type="image/svg+xml" href="${mark.path}">
</head>
<body class="${shell.wide ? 'wide' : 'narrow'}">
<a class="skip" href="#main">${w.skip}</a>
<header><div class="top"><div class="wrap">
<a class="brand" href="/"><img src="${mark.path}" alt="" width="36" height="36"> ${w.site}</a>
<nav aria-label="${w.languages}"><ul class="tongues">${languages.map((tag) => tongue(c, language, tag))}</ul></nav>
</div></div>
${shell.bar}</header>
<main id="main" tabindex="-1"><div class="wrap">${shell.body}</div></main>
<footer class="foot"><div class="wrap"><p>${w.footer}</p></div></footer>
</body>
</html>`,
    shell.status ?? 200,
  );
}

/** The same page in another language. A page that answered a form has no address of its own, so that link goes to the start. */
function tongue(c: Page, present: Language, tag: Language): Html {
  const url = new URL(c.req.url);
  const query = new URLSearchParams(url.search);
  query.set('taal', tag);
  const path = c.req.method === 'GET' ? url.pathname : '/';
  const current = tag === present ? html` aria-current="true"` : null;
  return html`<li><a href="${path}?${query.toString()}" lang="${tag}" hreflang="${tag}"${current}>${wordsIn(tag).language}</a></li>`;
}

/** A page that only says something. */
export function messagePage(
  c: Page,
  message: {
    readonly title: string;
    readonly text: string;
    readonly small?: string;
    readonly status: NonNullable<Shell['status']>;
    readonly bar?: Html;
    readonly back?: { readonly path: string; readonly text: string };
  },
): Response | Promise<Response> {
  const back = message.back ?? { path: '/', text: c.get('words').problem.back };
  return renderPage(c, {
    title: message.title,
    status: message.status,
    ...(message.bar === undefined ? {} : { bar: message.bar }),
    body: html`<div class="stack"><h1>${message.title}</h1><p class="lead">${message.text}</p>
${message.small === undefined ? null : html`<p class="soft mono">${message.small}</p>`}
<p><a href="${back.path}">${back.text}</a></p></div>`,
  });
}
