import { createHash } from 'node:crypto';
import type { Hono } from 'hono';
import { html } from 'hono/html';
import { refuseWith } from './exchange.ts';
import { type Language, languageOf } from './language.ts';
import type { ApiEnv } from './ports.ts';
import { problem } from './problem.ts';
import { type RefusalPage, refusalPages } from './problem-types/refusal-pages.ts';
import { isProblemName, problemTypes } from './problem-types.ts';

const style =
  ':root{color-scheme:light dark}body{font:1.125rem/1.6 system-ui,sans-serif;max-width:38rem;margin:3rem auto;' +
  'padding:0 1.25rem}h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.125rem;margin-top:2rem}' +
  'code{font-size:.95em}.status{opacity:.7}';

/** Only this one style, by its hash; no script, no frame, no form. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const words = {
  nl: {
    meaning: 'Wat betekent dit?',
    action: 'Wat kunt u doen?',
    status: 'HTTP-status',
    reason: 'reden van een weigering',
  },
  en: {
    meaning: 'What does this mean?',
    action: 'What can you do?',
    status: 'HTTP status',
    reason: 'reason for a refusal',
  },
} as const;

/** The page that a problem's `type` points to, and that of each reason for a refusal. */
export function serveProblemPages(app: Hono<ApiEnv>): void {
  app.get('/problems/:name', async (c) => {
    c.set('route', '/problems/{name}');
    const name = c.req.param('name');
    const page = pageOf(name);
    if (page === null) return refuseWith(c, problem('not-found'));
    const language = languageOf(c.req.header('accept-language'));
    return c.html(await problemPage(name, page, language), 200, {
      'Content-Language': language,
      'Content-Security-Policy': policy,
    });
  });
}

interface Page extends RefusalPage {
  /** null: no answer of its own, but a reason within one. */
  readonly status: number | null;
}

function pageOf(name: string): Page | null {
  if (isProblemName(name)) return problemTypes[name];
  const reason = Object.hasOwn(refusalPages, name) ? refusalPages[name] : undefined;
  return reason === undefined ? null : { ...reason, status: null };
}

function problemPage(name: string, { status, title, detail, remedy }: Page, language: Language) {
  const word = words[language];
  return html`<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title[language]} – Sluis</title>
    <style>${style}</style>
  </head>
  <body>
    <main>
      <h1>${title[language]}</h1>
      <p class="status"><code>${name}</code> · ${status === null ? word.reason : `${word.status} ${status}`}</p>
      <h2>${word.meaning}</h2>
      <p>${detail[language]}</p>
      <h2>${word.action}</h2>
      <p>${remedy[language]}</p>
    </main>
  </body>
</html>
`;
}
