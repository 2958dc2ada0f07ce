// The forms of the kinds of entries, as docs/ledger-entries.md writes them: the table at the end says for each kind its bodies by
// version, the names that it commits to, and which names of the leaf it always or never has. The words of the table are the page's.
import { isHash, isInstant, isInteger, isObject, isUuid, isWord } from './values.mjs';

const inRange = (low, high) => (value) => typeof value === 'string' && value.length >= low && value.length <= high;
const SCALARS = [
  // the longest spelling first
  [/^true or false/, () => (value) => typeof value === 'boolean'],
  [/^true/, () => (value) => value === true],
  [/^text of (\d+) to (\d+)/, (low, high) => inRange(Number(low), Number(high))],
  [/^text/, () => (value) => typeof value === 'string'],
  [/^integer from (\d+)/, (least) => (value) => isInteger(value) && value >= Number(least)],
  [/^integer/, () => isInteger],
  [/^64 hex digits/, () => (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)],
  [/^(\d+)/, (number) => (value) => value === Number(number)],
  [/^"([^"]*)"/, (text) => (value) => value === text],
  [/^UUID/, () => isUuid],
  [/^instant/, () => isInstant],
  [/^digest/, () => (value) => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value)],
  [/^hash/, () => isHash],
  [/^word/, () => isWord],
];

/** Reads the notation of the page from the left and makes functions that say whether a value is of the form. */
class Notation {
  constructor(text) {
    this.rest = text;
  }

  take(pattern) {
    const found = pattern.exec(this.rest);
    if (found) this.rest = this.rest.slice(found[0].length).trimStart();
    return found;
  }

  type() {
    const choices = [this.one()];
    while (this.take(/^\|/)) choices.push(this.one());
    if (this.take(/^or null/)) choices.push((value) => value === null);
    return (value) => choices.some((fits) => fits(value));
  }

  one() {
    if (this.take(/^\[/)) {
      const item = this.type();
      if (!this.take(/^\]/)) throw new Error(`no end of a list before: ${this.rest}`);
      const least = this.take(/^, not empty/) ? 1 : 0;
      return (value) => Array.isArray(value) && value.length >= least && value.every(item);
    }
    if (this.take(/^\{/)) {
      const members = this.members(/^,/);
      if (!this.take(/^\}/)) throw new Error(`no end of an object before: ${this.rest}`);
      return members;
    }
    for (const [pattern, make] of SCALARS) {
      const found = this.take(pattern);
      if (found) return make(...found.slice(1));
    }
    throw new Error(`no type: ${this.rest}`);
  }

  /** Exactly these members; those with `?` may be left out. */
  members(between, further = {}) {
    const forms = new Map(Object.entries(further));
    do {
      const [, name, optional] = this.take(/^([A-Za-z]+)(\?)?/);
      forms.set(name, { fits: this.type(), optional: optional !== undefined });
    } while (this.take(between));
    return exactly(forms);
  }
}

const exactly = (forms) => (value) =>
  isObject(value) &&
  Object.keys(value).every((name) => forms.has(name)) &&
  [...forms].every(([name, { fits, optional }]) => (Object.hasOwn(value, name) ? fits(value[name]) : optional));

const SEALED = { sealed: { fits: isHash, optional: true } };

function readBody(text) {
  const notation = new Notation(text);
  const fits = notation.take(/^nothing$/) ? exactly(new Map(Object.entries(SEALED))) : notation.members(/^;/, SEALED);
  if (notation.rest !== '') throw new Error(`not read: ${notation.rest}`);
  return fits;
}

function readTable(table) {
  const kinds = new Map();
  let form;
  for (const line of table
    .trim()
    .replace(/\n {4}/g, ' ')
    .split('\n')) {
    const found = /^ {2}(\d+|openings|always names|never names):? (.*)$/.exec(line);
    if (!found) kinds.set(line, (form = { bodies: new Map(), names: new Map(), always: [], never: [] }));
    else if (found[1] === 'always names') form.always = found[2].split(' ');
    else if (found[1] === 'never names') form.never = found[2].split(' ');
    else if (found[1] === 'openings') {
      for (const name of found[2] === 'none' ? [] : found[2].split(' '))
        form.names.set(name.replace('?', ''), name.endsWith('?'));
    } else form.bodies.set(Number(found[1]), [...(form.bodies.get(Number(found[1])) ?? []), readBody(found[2])]);
  }
  return kinds;
}

/** Whether a leaf, itself well formed, has the body, the commitments and the names of its kind. */
export function isOfItsKind(leaf) {
  const form = KINDS.get(leaf.kind);
  if (!form) return false;
  const version = Object.hasOwn(leaf.body, 'v') ? leaf.body.v : 1;
  return (
    (form.bodies.get(version) ?? []).some((fits) => fits(leaf.body)) &&
    Object.keys(leaf.commitments).every((name) => form.names.has(name)) &&
    [...form.names].every(([name, optional]) => optional || Object.hasOwn(leaf.commitments, name)) &&
    form.always.every((name) => leaf[name] !== null) &&
    form.never.every((name) => leaf[name] === null)
  );
}

const KINDS = readTable(`
permit
  1: request UUID; transaction? UUID; policyVersion integer or null; regimes { source word, recipient word }; class
    "not-permitted" | "prohibited" | "not-available" | "condition-not-met" | "undecidable" | "declined" or null; permitted [word];
    refused [word]; obligations { informSubject "at-disclosure" | "delayed", approval "none" | "source-human" | "two-persons",
    seal "transport" | "recipient" | "end-to-end", retain { until word, plus word or null, atLeast word or null, status "law" |
    "unverified" | "design-default" }, informAfter? word or null, approvers? [word], destruction? "none" | "confirm" } or null
  2: v 2; request UUID; transaction? UUID; policyVersion? integer from 0; regimes { source word, recipient word }; refused [word];
    permitted [word], not empty; obligations { informSubject "at-disclosure" | "delayed", approval "none" | "source-human" |
    "two-persons", seal "transport" | "recipient" | "end-to-end", retain { until word, plus? word, atLeast? word, status "law" |
    "unverified" | "design-default" }, informAfter? word, approvers [word], destruction "none" | "confirm" }
  openings: subject conditions reference? justification? caseReference? user?
  always names policySet purpose source recipient
refusal
  1: request UUID; transaction? UUID; policyVersion integer or null; regimes { source word, recipient word }; class
    "not-permitted" | "prohibited" | "not-available" | "condition-not-met" | "undecidable" | "declined" or null; permitted [word];
    refused [word]; obligations { informSubject "at-disclosure" | "delayed", approval "none" | "source-human" | "two-persons",
    seal "transport" | "recipient" | "end-to-end", retain { until word, plus word or null, atLeast word or null, status "law" |
    "unverified" | "design-default" }, informAfter? word or null, approvers? [word], destruction? "none" | "confirm" } or null
  2: v 2; request UUID; transaction? UUID; policyVersion? integer from 0; regimes { source word, recipient word }; refused [word];
    class "not-permitted" | "prohibited" | "not-available" | "condition-not-met" | "undecidable" | "declined"
  openings: subject conditions reference? justification? caseReference? user?
  always names policySet purpose source recipient
evaluation
  1: transaction? UUID; policyVersion integer or null; regimes { source word, recipient word }; class "not-permitted" |
    "prohibited" | "not-available" | "condition-not-met" | "undecidable" | "declined" or null; permitted [word]; refused [word];
    obligations { informSubject "at-disclosure" | "delayed", approval "none" | "source-human" | "two-persons", seal "transport" |
    "recipient" | "end-to-end", retain { until word, plus word or null, atLeast word or null, status "law" | "unverified" |
    "design-default" }, informAfter? word or null, approvers? [word], destruction? "none" | "confirm" } or null; dryRun true;
    outcome "permit" | "refusal"; fields [word]
  2: v 2; transaction? UUID; policyVersion? integer from 0; regimes { source word, recipient word }; refused [word]; outcome
    "permit"; fields [word]; permitted [word], not empty; obligations { informSubject "at-disclosure" | "delayed", approval "none"
    | "source-human" | "two-persons", seal "transport" | "recipient" | "end-to-end", retain { until word, plus? word, atLeast?
    word, status "law" | "unverified" | "design-default" }, informAfter? word, approvers [word], destruction "none" | "confirm" }
  2: v 2; transaction? UUID; policyVersion? integer from 0; regimes { source word, recipient word }; refused [word]; outcome
    "refusal"; fields [word]; class "not-permitted" | "prohibited" | "not-available" | "condition-not-met" | "undecidable" |
    "declined"
  openings: subject conditions reference processingActivity?
  always names policySet purpose source recipient
approval
  1: request UUID
  2: v 2; request UUID; struck [word]
  openings: subject approver ground?
  always names policySet purpose source recipient
approval-declined
  1: request UUID
  openings: subject approver ground?
  always names policySet purpose source recipient
request-stopped
  1: request UUID
  openings: subject because
  always names policySet purpose source recipient
request-expired
  1: request UUID; state word
  openings: subject
  always names policySet purpose source recipient
request-reminded
  1: request UUID; step "reminder"
  1: request UUID; step "escalation"; roles [word], not empty
  openings: subject
  always names policySet purpose source recipient
source-asked
  1: request UUID
  openings: subject
  always names policySet purpose source recipient
source-answered
  1: request UUID; fields [word]; step "part" | "last"
  openings: subject answerer answer
  always names policySet purpose source recipient
source-declined
  1: request UUID
  openings: subject decliner ground
  always names policySet purpose source recipient
answer-closed
  1: request UUID
  openings: subject
  always names policySet purpose source recipient
request-questioned
  1: request UUID; step "question" | "reply"
  openings: subject text questioner? replier?
  always names policySet purpose source recipient
request-delegated
  1: request UUID
  openings: subject delegator delegate note?
  always names policySet purpose source recipient
answer-taken
  1: request UUID
  openings: subject taker
  always names policySet purpose source recipient
collection-confirmed
  1: request UUID
  openings: subject collector
  always names policySet purpose source recipient
source-offered
  1: request UUID; fields [word]
  openings: subject offerer ground file answer
  always names policySet purpose source recipient
offer-accepted
  1: request UUID
  openings: subject accepter
  always names policySet purpose source recipient
offer-declined
  1: request UUID
  openings: subject decliner ground
  always names policySet purpose source recipient
excess-reported
  1: request UUID; fields [word], not empty
  openings: subject reporter
  always names policySet purpose source recipient
break-glass
  1: request UUID; fields [word], not empty; until instant; reviewBefore instant
  openings: subject reference justification incapacity user caseReference?
  always names policySet purpose source recipient
break-glass-confirmed
  1: request UUID
  openings: subject user
  always names policySet purpose source recipient
break-glass-revoked
  1: request UUID
  openings: subject
  always names policySet purpose source recipient
review
  1: request? UUID; entry UUID; outcome "justified" | "unjustified"
  2: v 2; request UUID; outcome "justified" | "unjustified" | "unclear"
  openings: subject reviewer ground
  always names source recipient
disclosure
  1: request UUID; fields [word]; form "clear" | "sealed"
  2: v 2; request UUID; fields [word]; form "clear" | "sealed" | "sealed-by-source"; permits? [digest], not empty
  openings: subject payload
  always names policySet purpose source recipient
failed-attempt
  1: request UUID; code word
  openings: subject
  always names policySet purpose source recipient
destruction-confirmed
  1: request UUID
  openings: subject?
  always names policySet purpose source recipient
destruction-reported
  1: request UUID; how "erased" | "shredded" | "returned"
  openings: subject reporter
  always names policySet purpose source recipient
destruction-followed
  1: request UUID; step "dated" | "undated" | "reminder" | "due"
  openings: subject deleteBy?
  always names policySet purpose source recipient
rights-request
  1: rights UUID; request UUID; wish "correct" | "erase" | "restrict" | "object"; field word; step "made" | "upheld" | "dismissed";
    by? "subject" | "representative"
  2: v 2; rights UUID; request UUID; wish "correct" | "erase" | "restrict" | "object"; field word; step "made" | "reminder" | "due" |
    "upheld" | "dismissed"; by? "subject" | "representative"
  openings: subject statement? ground? author?
  always names policySet purpose source recipient
informing-delayed
  1: request UUID; ground word; reviewAt instant; reason "told" | "withheld"
  openings: subject author
  always names policySet purpose source recipient
informing-followed
  1: request UUID; step "reminder" | "due"
  openings: subject
  always names policySet purpose source recipient
correction-made
  1: correction UUID; what "rectified" | "erased" | "restricted" | "restriction-lifted"; fields [word]; corrects? UUID;
    rights? UUID
  2: v 2; correction UUID; what "rectified" | "erased" | "restricted" | "restriction-lifted"; fields [word]; corrects? UUID;
    rights? UUID; by "source" | "gateway"
  openings: subject reference? ground? author?
  always names policySet source
  never names purpose recipient
correction-told
  1: correction UUID; what "rectified" | "erased" | "restricted" | "restriction-lifted"; fields [word]; requests [UUID]
  openings: subject
  always names policySet source recipient
  never names purpose
correction-confirmed
  1: correction UUID; how "corrected" | "erased" | "restricted" | "lifted" | "not-held"
  openings: subject reporter
  always names policySet source recipient
  never names purpose
correction-followed
  1: correction UUID; step "reminder" | "due"
  openings: subject
  always names policySet source recipient
  never names purpose
notice
  1: notice UUID; phase "started" | "ended"; fields [word]
  openings: subject
  always names policySet purpose source recipient
consent-requested
  1: consent UUID; consentKind? "consent" | "waiver"; categories [word]; noticeVersion integer from 0
  openings: subject
  always names purpose source recipient
consent-given
  1: consent UUID; consentKind? "consent" | "waiver"; categories [word]; noticeVersion integer from 0; by? "subject" |
    "representative"
  openings: subject
  always names purpose source recipient
consent-refused
  1: consent UUID; consentKind? "consent" | "waiver"; categories [word]; noticeVersion integer from 0; by? "subject" |
    "representative"
  openings: subject
  always names purpose source recipient
consent-withdrawn
  1: consent UUID; consentKind? "consent" | "waiver"; categories [word]; noticeVersion integer from 0; by? "subject" |
    "representative"
  openings: subject
  always names purpose source recipient
consent-expired
  1: consent UUID; consentKind "consent" | "waiver"; categories [word]; noticeVersion integer from 0; was "given" | "requested";
    until instant
  openings: subject
  always names purpose source recipient
waiver-given
  1: waiver UUID; secrecy text of 1 to 64; categories [word]; noticeVersion integer from 0; until instant; by "subject" |
    "representative"
  openings: subject
  always names purpose source recipient
waiver-withdrawn
  1: waiver UUID; secrecy text of 1 to 64; categories [word]; by "subject" | "representative"
  openings: subject
  always names purpose source recipient
representative-admitted
  1: nothing
  openings: subject representative ground
  never names purpose source recipient
objection
  1: objection UUID; step "made" | "upheld" | "dismissed"; by? "subject" | "representative"
  openings: subject statement? decider? ground?
  always names source
fact-attested
  1: fact UUID; type word; corrects? UUID
  openings: subject statement
  always names policySet source
  never names purpose
fact-ended
  1: fact UUID; type word; by? UUID
  openings: subject statement
  always names policySet source
  never names purpose
fact-corrected
  1: fact UUID; type word; by UUID
  openings: subject statement
  always names policySet source
  never names purpose
fact-disputed
  1: fact UUID; type word; by word
  openings: subject statement ground
  always names policySet source
  never names purpose
fact-confirmed
  1: fact UUID; type word
  openings: subject statement
  always names policySet source
  never names purpose
involvement-claimed
  1: claim UUID; role word
  openings: subject reference justification user
  always names policySet source recipient
  never names purpose
involvement-confirmed
  1: claim UUID; role word
  openings: subject
  always names policySet source recipient
  never names purpose
involvement-rejected
  1: claim UUID; role word
  openings: subject ground
  always names policySet source recipient
  never names purpose
restriction-placed
  1: restriction UUID; fact? UUID; because "accuracy-contested" | "unlawful" | "legal-claim" | "objection-pending"; categories?
    [word]
  openings: subject ground requestedBy
  always names source
  never names purpose
restriction-lifted
  1: restriction UUID; fact? UUID
  openings: subject ground requestedBy
  always names source
  never names purpose
timer-fired
  1: timer UUID; word word; told [word]; kind "reminder" | "due"
  openings: subject fact
  never names purpose source recipient
retention-started
  1: timer UUID; word word; told [word]
  openings: subject fact
  never names purpose source recipient
subject-identifier-corrected
  1: change UUID
  openings: subject requestedBy ground scheme numberAfter numberBefore?
  never names purpose source recipient
subject-merged
  1: change UUID
  openings: subject requestedBy ground other withdrawn?
  never names purpose source recipient
subject-split
  1: change UUID; takesBack? UUID
  openings: subject requestedBy ground other
  never names purpose source recipient
subscription-changed
  1: subscription UUID; step "added" | "ended" | "again"; host word; types [word]
  openings: none
  always names recipient
  never names purpose source
policy-activated
  1: change UUID; set digest; from instant or null; previous digest or null; approvals integer from 0
  2: v 2; change UUID; set digest; from? instant; previous? digest; approvals integer from 0
  openings: approvals
  never names purpose source recipient
policy-accepted
  1: set digest; key word; signature text of 1 to 4096
  openings: none
  always names source
  never names purpose recipient
policy-rolled-back
  1: change UUID; set digest; from instant or null; previous digest or null; approvals integer from 0
  2: v 2; change UUID; set digest; from? instant; previous? digest; approvals integer from 0
  openings: approvals
  never names purpose source recipient
approver-added
  1: thumbprint hash
  openings: approver
  never names purpose source recipient
approver-revoked
  1: thumbprint hash
  openings: approver
  never names purpose source recipient
partner-changed
  1: change UUID; action "add" | "rotate" | "resume" | "suspend" | "cancel"; digest digest; previous digest; approvals integer
    from 0; state? "active" | "suspended"; members [word]; organisations [word]; after? 64 hex digits; unit word or null; isNew?
    true or false; by? word; ground? text
  2: v 2; change UUID; action "add" | "rotate" | "resume" | "suspend" | "cancel"; digest digest; previous digest; approvals
    integer from 0; state? "active" | "suspended"; members [word]; organisations [word]; after? 64 hex digits; unit? word;
    standing? "new" | "known"
  openings: approvals? by? ground?
  never names purpose recipient
key-rotated
  1: use word; key word; step "activated" | "retired"; previous word or null
  2: v 2; use word; key word; step "activated" | "retired"; previous? word
  openings: none
  never names purpose source recipient
officer-looked
  1: officer word; unit word or null; entry UUID; form "page" | "download"; users? [word]
  1: looked "subject"
  2: v 2; looked "entry"; officer word; unit? word; entry UUID; form "page" | "download"; users [word]
  2: v 2; looked "subject"
  openings: subject? requestedBy? ground?
source-tried
  1: fields [word]
  openings: subject? reference requestedBy ground
  always names source
  never names purpose recipient
bundles-read
  1: bundle integer from 0; size integer from 1; everySeconds integer from 1
  openings: none
  always names recipient
  never names purpose source
void
  1: aborted [{ flush integer from 1, head hash }], not empty
  openings: none
  never names purpose source recipient
heartbeat
  1: phase "begin" | "beat" | "end"; everySeconds integer from 1; others [{ instance UUID, flush integer from 1, head hash }]
  openings: none
  never names purpose source recipient
erasure
  1: scope "leaves"; ranges [{ instance UUID, from integer from 1, to integer from 1 }], not empty; erased? integer from 0; law? word; period? word
  1: scope "subject"; openings integer from 0; entries integer from 0; law? word; period? word
  1: scope "value"; entry UUID; name word; law? word; period? word
  openings: by? ground?
  never names purpose source recipient
legal-hold-placed
  1: hold UUID
  openings: subject by ground
  never names purpose source recipient
legal-hold-lifted
  1: hold UUID
  openings: subject by ground
  never names purpose source recipient
`);
