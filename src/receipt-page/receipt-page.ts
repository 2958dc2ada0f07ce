import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ReceiptPageData } from './page-data.ts';

/** In the order in which they use each other; the page has them as one script. */
const modules = [
  ...['bytes', 'leaf', 'tree', 'note', 'verify', 'read-receipt'],
  ...['words-nl', 'words-en', 'elements', 'show', 'page'],
];
const script = `'use strict';\n(() => {\n${modules.map(moduleText).join('\n')}\n})();`;
const style = ['base', 'frame', 'ask', 'result'].map((name) => read(`style/${name}.css`)).join('\n');
const mark = read('mark.svg').trim();

const policy = [
  "default-src 'none'",
  `script-src '${hashOf(script)}'`,
  `style-src '${hashOf(style)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/**
 * One file that checks receipts wherever it is opened: no network, nothing loaded. INVARIANT: a browser runs the script
 * and the style of this folder and no other, by their hashes.
 */
export function receiptPage(data: ReceiptPageData): string {
  return `<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Controleer een bewijs – Sluis</title>
<style>${style}</style>
</head>
<body>
<header class="top"><div class="wrap">
<span class="brand">${mark} Sluis</span>
<div class="tongues" id="languages" role="group" aria-label="Taal kiezen">
<button type="button" data-language="nl" lang="nl" aria-pressed="true">Nederlands</button>
<button type="button" data-language="en" lang="en" aria-pressed="false">English</button>
</div>
</div></header>
<main tabindex="-1"><div class="wrap">
<div><h1 data-text="title">Controleer een bewijs</h1>
<p class="lead" data-text="lead"></p>
<p class="lead" data-text="offline"></p></div>
<noscript><p class="note stop">Deze pagina rekent met JavaScript. Zet dat aan. / This page calculates with JavaScript. Turn it on.</p></noscript>
<div class="panel drop ask" id="drop">
<input type="file" id="file" class="unseen" accept=".json,.gz,application/json,application/gzip">
<label for="file" class="button" data-text="choose"></label>
<p class="soft" data-text="drop"></p>
</div>
<details class="ask"><summary data-text="pasteTitle"></summary>
<label for="text" data-text="paste"></label>
<textarea id="text" spellcheck="false" autocomplete="off"></textarea>
<button type="button" class="second" id="check" data-text="check"></button>
</details>
<div id="result" aria-live="polite"></div>
<div id="keys"></div>
</div></main>
<footer class="foot"><div class="wrap"><p data-text="offline"></p></div></footer>
<script type="application/json" id="data">${inScript(JSON.stringify(data))}</script>
<script>${script}</script>
</body>
</html>
`;
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** A module as part of the one script: a scope of its own, whose exports are names for those that come after it. */
function moduleText(name: string): string {
  const text = read(`script/${name}.mjs`);
  const names = [...text.matchAll(/^export (?:async )?(?:function|const) (\w+)/gm)].map(([, exported]) => exported);
  const body = text.replaceAll(/^import [^;]*;\n/gm, '').replaceAll(/^export /gm, '');
  return `const { ${names.join(', ')} } = (() => {\n${body}return { ${names.join(', ')} };\n})();`;
}

/** JSON that no name in it can end, nor begin a comment of HTML. */
function inScript(json: string): string {
  return json.replaceAll('<', '\\u003c');
}
