// What entries say of each other, of flushes and of policies: each function takes the verifier after its pass.
import { isInteger, isObject, sha256 } from './values.mjs';

const MINUTE = 60_000;
const YEAR = 366 * 24 * 60 * MINUTE;
const list = (value) => (Array.isArray(value) ? value.filter(isObject) : []);

export function checkHeartbeatsAndVoids(ledger) {
  const kinds = new Map(); // flush -> whether a `void` was seen in it, and another kind
  for (const { where, leaf, kind, body, instance, flush } of ledger.passed) {
    if (!leaf) continue;
    const place = `${instance}/${flush}`;
    const seen = kinds.get(place) ?? { void: false, other: false };
    kinds.set(place, seen);
    seen[kind === 'void' ? 'void' : 'other'] = true;
    const head = ledger.heads.get(place)?.calculated;
    const isWrong = kind === 'void' && list(body.aborted).some((one) => one.flush !== flush || one.head === head);
    if ((seen.void && seen.other) || isWrong) ledger.problem('void', where);
    if (kind !== 'heartbeat') continue;
    for (const other of list(body.others)) {
      const known = ledger.headOf(other.instance, other.flush);
      if (known !== undefined && known !== other.head) ledger.problem('head-missing', where);
    }
  }
}

export function checkErasures(ledger) {
  if (ledger.since > 0) return;
  const ranges = new Map(); // instance -> ranges of its sequence
  const values = new Set(); // `entry/name` that a scope `value` names
  let ofSubjects = 0;
  let withLeaves = 0;
  for (const { body } of ledger.ofKind('erasure')) {
    if (body.scope === 'value') values.add(`${body.entry}/${body.name}`);
    if (body.scope === 'subject' && isInteger(body.openings)) ofSubjects += body.openings;
    if (body.scope !== 'leaves') continue;
    if (isInteger(body.erased)) withLeaves += body.erased;
    for (const range of list(body.ranges)) ranges.set(range.instance, [...(ranges.get(range.instance) ?? []), range]);
  }
  const unmatched = new Set(values); // values that were named and that no erased opening is
  let others = 0; // erased openings that no `value` names
  const unsaid = new Map(); // instance -> the ranges of leaves that are gone and that no erasure names
  for (const { leaf, gone, id, instance, sequence, openings } of ledger.passed) {
    if (ranges.get(instance)?.some(({ from, to }) => from <= sequence && sequence <= to)) continue;
    if (leaf)
      for (const [name, , state] of openings) if (state === 'erased' && !unmatched.delete(`${id}/${name}`)) others += 1;
    if (!gone) continue;
    const found = unsaid.get(instance) ?? [];
    if (found.at(-1)?.to === sequence - 1) found.at(-1).to = sequence;
    else found.push({ from: sequence, to: sequence });
    unsaid.set(instance, found);
  }
  for (const [instance, found] of unsaid)
    for (const { from, to } of found) ledger.problem('leaf-gone', `${instance}: ${from}–${to}`);
  const allowed = ofSubjects - Math.max(0, withLeaves - unmatched.size);
  if (others > allowed) ledger.problem('opening-erased', `${others} erased, ${allowed} said`);
}

/** Until when entries of a kind may have been whose leaf is gone: the time of the next good leaf, else the latest of all. */
function goneUntil(ledger, kind) {
  let until = Number.NEGATIVE_INFINITY;
  let latest = until;
  let waits = false;
  for (const { leaf, goneKind, time } of ledger.passed) {
    if (goneKind === kind) waits = true;
    if (!leaf) continue;
    latest = Math.max(latest, time);
    if (waits) until = Math.max(until, time);
    waits = false;
  }
  return waits ? latest : until;
}

/** kind of an entry -> what it does to its request or consent, which `opens` begins. */
const REQUESTS = new Map([
  ['permit', 'opens'],
  ['break-glass', 'opens'],
  ['disclosure', 'uses up'],
  ['failed-attempt', 'ends'],
  ['approval-declined', 'ends'],
  ['request-stopped', 'ends'],
  ['request-expired', 'ends'],
  ['source-declined', 'ends'],
  ['offer-declined', 'ends'],
  ['approval', 'follows'],
  ['refusal', 'closes'],
]);
const CONSENTS = new Map([
  ['consent-requested', 'opens'],
  ['consent-given', 'uses up'],
  ['consent-refused', 'uses up'],
]);

export function checkLinks(ledger) {
  if (ledger.since > 0) return; // what an entry leads to may stand before
  checkLinksOf(ledger, REQUESTS, 'link-permit', ({ request }) => request);
  checkLinksOf(ledger, CONSENTS, 'link-consent', ({ body }) => body.consent);
}

/** What led to it was used up by another instance meanwhile. */
function takenUpLate({ usedBy }, { leaf }) {
  return usedBy !== undefined && usedBy !== leaf.instance;
}

function checkLinksOf(ledger, deeds, code, about) {
  const openers = [...deeds].filter(([, deed]) => deed === 'opens').map(([kind]) => kind);
  const excusedUntil = Math.max(...openers.map((kind) => goneUntil(ledger, kind))) + YEAR;
  const states = new Map(); // request -> 'open' or 'ended', and what waits for it
  for (const entry of ledger.ofKind(...deeds.keys())) {
    const key = about(entry);
    if (key === undefined) continue;
    const state = states.get(key) ?? { is: undefined, waiting: [] };
    states.set(key, state);
    const deed = deeds.get(entry.kind);
    if (deed === 'opens') {
      const others = state.waiting.filter((one) => one.entry.leaf.instance !== entry.leaf.instance);
      const first = others.find((one) => one.deed === 'uses up');
      const served = others.filter((one) => one.deed !== 'uses up' || one === first);
      state.waiting = state.waiting.filter((one) => !served.includes(one));
      if (first) state.usedBy = first.entry.leaf.instance;
      else state.is = served.some((one) => one.deed === 'ends') ? 'ended' : 'open';
    } else if (deed === 'closes') state.is = 'ended';
    else if (deed === 'follows' && state.is === undefined && takenUpLate(state, entry)) continue;
    else if (deed === 'uses up' ? state.is !== 'open' : state.is === undefined) state.waiting.push({ entry, deed });
    else if (deed === 'uses up') {
      state.is = undefined;
      state.usedBy = entry.leaf.instance;
    } else if (deed === 'ends') state.is = 'ended';
  }
  for (const { waiting } of states.values())
    for (const { entry } of waiting) if (!(entry.time <= excusedUntil)) ledger.problem(code, entry.where);
}

export function checkPolicies(ledger) {
  const { sets, filesOfSet, fileOfSet } = ledger.exported;
  const bySet = Map.groupBy(ledger.ofKind('policy-activated'), ({ body }) => body.set);
  for (const set of sets) {
    const files = filesOfSet(set);
    if (files.length === 0 && !bySet.has(`sha256:${set}`)) continue; // from before files were kept: a note
    const parts = files.flatMap((path) => {
      const bytes = fileOfSet(set, path);
      return [`${Buffer.byteLength(path)}:${path}\n${bytes.length}:`, bytes];
    });
    if (sha256(...parts).toString('hex') !== set) ledger.problem('policy-files', `policies/${set}`);
  }
  for (const set of bySet.keys()) if (!sets.includes(set.replace('sha256:', ''))) ledger.problem('policy-files', set);
  // What is before `since`, or gone, may have activated a set: then nothing can be said.
  if (ledger.since > 0 || ledger.passed.some(({ goneKind }) => goneKind === 'policy-activated')) return;
  const [first] = ledger.ofKind('policy-activated');
  for (const { where, leaf, place, time } of ledger.passed) {
    if (!first || place <= first.place || !leaf?.policySet) continue;
    const [activated] = bySet.get(leaf.policySet) ?? [];
    if (!activated) ledger.problem('policy-unknown', where);
    else if (activated.place > place && activated.time > time + MINUTE) ledger.problem('policy-early', where);
  }
}
