import { element, fact, mono, panel } from './elements.mjs';
import { readReceipt } from './read-receipt.mjs';
import { moment, shownProblem, shownProof } from './show.mjs';
import { fingerprint, verifyReceipt } from './verify.mjs';
import { english } from './words-en.mjs';
import { dutch } from './words-nl.mjs';

/** @typedef {import('./show.mjs').Language} Language */
/** @typedef {{ readonly trust: import('./verify.mjs').Trust, readonly names: import('./show.mjs').Names, readonly madeAt: string }} PageData */

const languages = { nl: dutch, en: english };

/** @type {PageData} */
const data = JSON.parse(byId('data').textContent ?? '');
const reader = { language: /** @type {Language} */ ('nl'), latest: /** @type {Blob | null} */ (null), turn: 0 };

/** @param {string} id */
function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}

/** Every text of the page in the language of the moment. What was checked is checked again: words are not kept. */
async function tell() {
  const words = languages[reader.language];
  document.documentElement.lang = reader.language;
  document.title = `${words.title} – Sluis`;
  for (const place of document.querySelectorAll('[data-text]')) {
    const text = Object.entries(words).find(([name]) => name === place.getAttribute('data-text'))?.[1];
    place.textContent = typeof text === 'string' ? text : '';
  }
  byId('languages').setAttribute('aria-label', words.languages);
  for (const button of document.querySelectorAll('[data-language]')) {
    button.setAttribute('aria-pressed', String(button.getAttribute('data-language') === reader.language));
  }
  byId('keys').replaceChildren(...(await shownKeys()));
  if (reader.latest !== null) await check(reader.latest);
}

/** @param {Blob} blob */
async function check(blob) {
  reader.latest = blob;
  reader.turn += 1;
  const { turn } = reader;
  const words = languages[reader.language];
  byId('result').replaceChildren(element('p', { role: 'status' }, words.busy));
  const shown = await outcomeOf(blob);
  // A file that was chosen since is the one that counts.
  if (turn !== reader.turn) return;
  byId('result').replaceChildren(...shown);
  byId('result')
    .querySelector('[data-print]')
    ?.addEventListener('click', () => window.print());
  /** @type {HTMLElement | null} */ (byId('result').querySelector('.note'))?.focus();
}

/** @param {Blob} blob @returns {Promise<readonly HTMLElement[]>} */
async function outcomeOf(blob) {
  const { language } = reader;
  const words = languages[language];
  if (!(await canCalculate())) return [shownProblem(words, 'no-crypto')];
  const read = await readReceipt(blob);
  if ('problem' in read) return [shownProblem(words, read.problem)];
  const outcome = await verifyReceipt(read.receipt, data.trust);
  if (!outcome.ok) return [shownProblem(words, outcome.problem)];
  return shownProof({ language, words, names: data.names }, outcome, data.trust.witnesses !== null);
}

/** Whether this browser has SHA-256 and Ed25519: known by trying, since what it says of itself is no proof. */
async function canCalculate() {
  try {
    await crypto.subtle.digest('SHA-256', new Uint8Array(1));
    await crypto.subtle.importKey('raw', new Uint8Array(32), 'Ed25519', false, ['verify']);
    return true;
  } catch {
    return false;
  }
}

async function shownKeys() {
  const words = languages[reader.language];
  const { keys, noteKeys, logKeys, witnesses } = data.trust;
  const named = [
    ...Object.values(keys).map((key) => ({ term: words.entriesKey, key })),
    ...noteKeys.map((key) => ({ term: words.statesKey, key })),
    ...logKeys.map(({ name, key }) => ({ term: words.keyOf(name), key })),
    ...(witnesses?.keys ?? []).map(({ name, key }) => ({ term: words.keyOf(name), key })),
  ];
  const lines = [];
  if (await canCalculate()) for (const { term, key } of named) lines.push(fact(term, mono(await fingerprint(key))));
  const quorum = witnesses === null ? words.noWitnesses : words.quorum(witnesses.quorum, witnesses.keys.length);
  return [
    panel(
      words.trust,
      element('p', {}, words.trustText),
      element('dl', { class: 'facts' }, ...lines),
      element('p', { class: 'soft' }, `${quorum} ${words.made(moment(reader.language, new Date(data.madeAt)))}`),
    ),
  ];
}

function listen() {
  const file = /** @type {HTMLInputElement} */ (byId('file'));
  const text = /** @type {HTMLTextAreaElement} */ (byId('text'));
  const place = byId('drop');
  file.addEventListener('change', () => {
    const chosen = file.files?.[0];
    if (chosen !== undefined) void check(chosen);
    // The same file chosen again is a question again.
    file.value = '';
  });
  byId('check').addEventListener('click', () => void check(new Blob([text.value.trim()])));
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    place.classList.add('over');
  });
  document.addEventListener('dragleave', () => place.classList.remove('over'));
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    place.classList.remove('over');
    const dropped = event.dataTransfer?.files[0];
    if (dropped !== undefined) void check(dropped);
  });
  for (const button of document.querySelectorAll('[data-language]')) {
    button.addEventListener('click', () => {
      reader.language = button.getAttribute('data-language') === 'en' ? 'en' : 'nl';
      void tell();
    });
  }
}

listen();
void tell();
