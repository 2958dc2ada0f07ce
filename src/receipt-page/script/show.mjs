import { element, fact, listed, mono, panel } from './elements.mjs';
import { isRecord, parsed } from './leaf.mjs';

/** What a receipt proves, for people. */

/** @typedef {typeof import('./words-nl.mjs').dutch} Words */
/** @typedef {'nl' | 'en'} Language */
/** @typedef {Readonly<Record<Language, string>>} Label */
/**
 * What ids mean, as the policies and the registry said when the page was made.
 * @typedef {{
 *   readonly units: Readonly<Record<string, string>>, readonly fields: Readonly<Record<string, Label>>,
 *   readonly purposes: Readonly<Record<string, { readonly reason: Label, readonly law: readonly Label[] }>>,
 * }} Names
 */
/** @typedef {{ readonly language: Language, readonly words: Words, readonly names: Names }} Reading */

/** @param {Reading} reading @param {import('./verify.mjs').Proved} proved @param {boolean} knowsWitnesses */
export function shownProof(reading, proved, knowsWitnesses) {
  const { words } = reading;
  const print = element('button', { type: 'button', class: 'second', 'data-print': '' }, words.print);
  return [
    verdict(words, proved, knowsWitnesses),
    panel(words.what, facts(reading, proved.leaf), openings(words, proved.openings)),
    panel(words.checks, checks(reading, proved, knowsWitnesses)),
    panel(words.says, meaning(words, proved, knowsWitnesses)),
    details(reading, proved),
    element('p', { class: 'act' }, print),
  ];
}

/** @param {Words} words @param {string} problem */
export function shownProblem(words, problem) {
  const text = own(words.problem, problem) ?? words.problem.malformed;
  const { verdict: said } = words;
  const [tone, title, advice] =
    problem === 'no-crypto'
      ? // Of a browser that cannot calculate nothing is known yet, good or bad.
        ['wait', null, null]
      : problem === 'unwitnessed'
        ? ['wait', said.unseen, said.unseenText]
        : ['stop', said.bad, said.badText];
  return element(
    'div',
    { class: `note ${tone}`, role: 'alert', tabindex: '-1' },
    title === null ? null : element('p', {}, element('strong', {}, title)),
    element('p', {}, text),
    advice === null ? null : element('p', {}, advice),
  );
}

/** @param {Words} words @param {import('./verify.mjs').Proved} proved @param {boolean} knowsWitnesses */
function verdict({ verdict: said }, { version }, knowsWitnesses) {
  const [tone, title, text] =
    version === 1
      ? ['wait', said.early, said.earlyText]
      : knowsWitnesses
        ? ['good', said.final, said.finalText]
        : ['wait', said.unchecked, said.uncheckedText];
  return element(
    'div',
    { class: `note ${tone}`, role: 'status', tabindex: '-1' },
    element('p', {}, element('strong', {}, title)),
    element('p', {}, text),
  );
}

/** @param {Reading} reading @param {import('./leaf.mjs').Leaf} leaf */
function facts({ language, words, names }, leaf) {
  const { kind, body, purpose } = leaf;
  const reason = purpose === null ? undefined : own(names.purposes, purpose);
  const law = (reason?.law ?? []).map((each) => each[language]);
  const field = (/** @type {string} */ id) => own(names.fields, id)?.[language] ?? id;
  const fieldsTerm = kind === 'disclosure' ? words.given : words.fields;
  const unit = (/** @type {string | null} */ id) => (id === null ? null : (own(names.units, id) ?? id));
  return element(
    'dl',
    { class: 'facts' },
    fact(words.kind, own(words.kinds, kind) ?? words.otherKind(kind)),
    fact(words.when, element('time', { datetime: leaf.time }, moment(language, new Date(leaf.time)))),
    fact(words.recipient, unit(leaf.recipient)),
    fact(words.source, unit(leaf.source)),
    fact(words.why, purpose === null ? null : (reason?.reason[language] ?? purpose)),
    law.length === 0
      ? null
      : fact(words.law, element('div', {}, listed(law) ?? '', element('p', { class: 'soft' }, words.lawHint))),
    fact(fieldsTerm, listed(texts(body.fields).map(field))),
    fact(words.mayBeGiven, listed(texts(body.permitted).map(field))),
    fact(words.refused, listed(texts(body.refused).map(field))),
    fact(words.because, typeof body.class === 'string' ? (own(words.classes, body.class) ?? body.class) : null),
    fact(words.sealed, own(words.sealedTexts, String(body.form)) ?? null),
  );
}

/** @param {Words} words @param {readonly import('./leaf.mjs').Opening[]} openings */
function openings(words, openings) {
  if (openings.length === 0) return element('p', { class: 'soft' }, words.openedNone);
  const lines = openings.map(({ name, value }) => fact(own(words.openings, name) ?? name, plainValue(value)));
  return element('div', {}, element('h3', {}, words.opened), element('dl', { class: 'facts' }, ...lines));
}

/** Values that are structures are JSON: their members in a row read better than their brackets. @param {string} value */
function plainValue(value) {
  const found = parsed(value);
  if (!isRecord(found)) return value;
  return Object.values(found).map(String).join(' · ');
}

/** @param {Reading} reading @param {import('./verify.mjs').Proved} proved @param {boolean} knowsWitnesses */
function checks({ language, words }, { tree, openings }, knowsWitnesses) {
  const signed = tree === null ? words.signedFlush : words.signedTree(number(language, tree.size));
  const seen = (tree?.cosigners ?? []).map(({ name, time }) =>
    words.witnessed(name, moment(language, new Date(time * 1000))),
  );
  const passed = [words.leaf, signed, ...(openings.length === 0 ? [] : [words.values(openings.length)]), ...seen];
  const skipped = tree !== null && knowsWitnesses ? [] : [words.witnessesUnknown];
  return element(
    'ul',
    { class: 'checks' },
    ...passed.map((text) => check(text, 'good', words.passed)),
    ...skipped.map((text) => check(text, 'wait', words.skipped)),
  );
}

/** @param {string} text @param {string} tone @param {string} tag */
function check(text, tone, tag) {
  return element('li', { class: 'check' }, element('span', {}, text), element('span', { class: `tag ${tone}` }, tag));
}

/** @param {Words} words @param {import('./verify.mjs').Proved} proved @param {boolean} knowsWitnesses */
function meaning(words, { tree }, knowsWitnesses) {
  const isWitnessed = tree !== null && knowsWitnesses;
  const says = [words.saysOnRecord, words.saysUnchanged, ...(isWitnessed ? [words.saysOneLog] : [])];
  const not = [
    words.notTrue,
    words.notData,
    words.notLater,
    words.notWhole,
    ...(isWitnessed ? [] : [words.notYetOneLog]),
    words.notPage,
  ];
  return element('div', {}, listed(says), element('h3', {}, words.saysNot), listed(not));
}

/** @param {Reading} reading @param {import('./verify.mjs').Proved} proved */
function details({ language, words }, { leaf, tree }) {
  const request = leaf.body.request;
  const place = tree === null ? null : `${number(language, tree.index + 1)} / ${number(language, tree.size)}`;
  return element(
    'details',
    {},
    element('summary', {}, words.details),
    element(
      'dl',
      { class: 'facts' },
      fact(words.entry, mono(leaf.id)),
      fact(words.request, typeof request === 'string' ? mono(request) : null),
      fact(words.log, tree === null ? null : mono(tree.origin)),
      fact(words.position, place),
      fact(words.policySet, leaf.policySet === null ? null : mono(leaf.policySet)),
    ),
    element('h3', {}, words.leafText),
    element('pre', { class: 'mono', tabindex: '0' }, JSON.stringify(leaf, null, 2)),
  );
}

/** @param {Language} language @param {Date} at */
export function moment(language, at) {
  const options = /** @type {const} */ ({ timeZone: 'Europe/Amsterdam', dateStyle: 'full', timeStyle: 'short' });
  return new Intl.DateTimeFormat(language === 'nl' ? 'nl-NL' : 'en-GB', options).format(at);
}

/** @param {Language} language @param {number} value */
function number(language, value) {
  return new Intl.NumberFormat(language === 'nl' ? 'nl-NL' : 'en-GB').format(value);
}

/** @param {unknown} value @returns {readonly string[]} */
function texts(value) {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** A member of its own by a name that came from outside. @template T @param {Readonly<Record<string, T>>} record @param {string} name */
function own(record, name) {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
