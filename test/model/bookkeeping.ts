import type { RequestId } from '../../src/core/brand.ts';
import type { Work } from '../../src/core/disclosure/ports.ts';
import type { EntryDraft, EntryKind } from '../../src/core/ledger/entry.ts';
import { agreementOn } from './agreements.ts';
import { keepEmergencyBooks } from './emergency-books.ts';
import { type KnownRequest, type LifeModel, waits } from './life-model.ts';
import {
  judgeTime,
  keepOffer,
  letBeHeard,
  noteCorrection,
  stillOffered,
  whyCorrected,
  whyNotTaken,
} from './offer-books.ts';
import type { Intent } from './scene.ts';

/**
 * Which steps an entry of each kind may be about, as `docs/formats.md` has them: "from>to". Empty: the entry may also
 * be about no step at all.
 */
const steps: Readonly<Partial<Record<EntryKind, readonly string[]>>> = {
  permit: [
    ...['>fetching', '>awaiting-approval', '>awaiting-source', 'permitted>fetching', 'permitted>awaiting-approval'],
    'awaiting-source>awaiting-approval',
    // without a step: what was answered is decided again when it is handed over, and what is offered before it is kept
    '',
  ],
  'break-glass': ['>fetching'],
  'break-glass-confirmed': [''],
  'break-glass-revoked': [''],
  review: [''],
  'source-asked': [''],
  'source-answered': [
    ...['awaiting-source>partly-answered', 'awaiting-source>answered', 'partly-answered>partly-answered'],
    'partly-answered>answered',
  ],
  'source-offered': ['>awaiting-approval', '>answered'],
  'offer-accepted': [''],
  'offer-declined': ['answered>declined'],
  'source-declined': ['awaiting-source>declined'],
  'answer-closed': ['partly-answered>answered'],
  'request-questioned': [''],
  'answer-taken': ['fetching>delivered', 'answered>delivered', 'partly-answered>delivered', ''],
  'collection-confirmed': ['delivered>collected'],
  // without a step: what is over is collected once more
  refusal: ['>refused', 'permitted>refused', 'fetching>refused', ''],
  disclosure: ['fetching>delivered', 'answered>delivered', 'partly-answered>delivered'],
  // without a step: it had been stopped or ended already
  'failed-attempt': ['fetching>failed', 'fetching>permitted', ''],
  approval: ['awaiting-approval', 'permitted', 'awaiting-source', 'answered'].map((to) => `awaiting-approval>${to}`),
  'approval-declined': ['awaiting-approval>declined'],
  'request-stopped': waits.map((from) => `${from}>withdrawn`),
  'request-expired': waits.filter((from) => from !== 'partly-answered').map((from) => `${from}>expired`),
  'request-reminded': [''],
};

/** Who did it, with what in mind, and what it could know. */
export interface Doer {
  readonly task: number;
  readonly intent: Intent;
  /** When it read last what it decided on, by its gateway's clock. */
  readonly readAt: number;
  /** When it read first: what is kept and not given is decided then, and decided again before it is given. */
  readonly firstReadAt: number;
  /** Why nothing might be given at that moment; of a request that was not there yet, in `new`. */
  readonly objections: ReadonlyMap<RequestId | 'new', string | null>;
}

/** Writes down in the model what became durable, and tells what is wrong with it. */
export function keepBooks(model: LifeModel, doer: Doer, work: Work): string[] {
  model.happened += 1;
  const wrong: string[] = [];
  for (const change of work.changes) {
    if (change.type !== 'request-opened') continue;
    if (doer.intent.intent !== 'ask') wrong.push('a request was opened by nobody who asked');
    else {
      const { key } = doer.intent;
      if ([...model.requests.values()].some((request) => request.key === key))
        wrong.push('one question was asked twice');
      model.requests.set(change.request.id, opened(change.request.id, doer.intent));
    }
  }
  for (const entry of work.entries) {
    if (typeof entry.body.request === 'string') wrong.push(...aboutRequest(model, doer, work, entry));
    else noteIntent(model, doer.intent, entry, work);
  }
  return [...wrong, ...toldTooSoon(model, work), ...stillOffered(model, doer.intent, work)];
}

/** Nobody hears of what is offered before enough people of its source agreed, nor after one of them said no. */
function toldTooSoon(model: LifeModel, { changes }: Work): readonly string[] {
  return changes.flatMap((change) => {
    if (change.type !== 'event-emitted') return [];
    const { dataref, unit, type } = change.event;
    const request = [...model.requests.values()].find(({ id }) => dataref === `/v1/requests/${id}`);
    const isTold = request !== undefined && !request.heard && agreementOn(request.asked).recipient === unit;
    return isTold ? [`${request.asked} ${request.id}: its recipient was told ${type}, and must not know of it`] : [];
  });
}

function opened(id: RequestId, { asked, known, asker, key, since }: Intent & { intent: 'ask' }): KnownRequest {
  return {
    id,
    asked,
    known,
    asker,
    key,
    since,
    state: '',
    waitsSince: since,
    approvals: [],
    heard: !agreementOn(asked).isOffered,
    permitted: false,
    struck: [],
    answered: [],
    fetchedBy: new Set(),
    disclosedBy: null,
    refusedFor: null,
    kinds: [],
  };
}

function aboutRequest(model: LifeModel, doer: Doer, work: Work, entry: EntryDraft): string[] {
  const request = model.request(entry.body.request as RequestId);
  const wrong = [
    ...judgeTime(model, doer, request, entry),
    ...judge(model, doer, request, entry),
    ...keepEmergencyBooks(model, doer, request, entry),
  ];
  if (entry.kind === 'source-offered') wrong.push(...keepOffer(model, doer, request, fieldsOf(entry)));
  const { step, at } = stepOf(work, request, entry);
  if (steps[entry.kind]?.includes(step) !== true) wrong.push(`${entry.kind} with the step "${step}"`);
  if (step !== '') {
    const [from = '', to = ''] = step.split('>');
    if (from !== request.state) wrong.push(`${step}, but it was ${request.state}`);
    request.state = to;
    // One that could not be fetched waits no longer for that, nor one that was answered in part.
    if (waits.includes(to) && ![to, 'fetching'].includes(from) && to !== 'partly-answered') request.waitsSince = at;
    if (to === 'answered') wrong.push(...letBeHeard(model, doer, request));
    // Asked for again: whoever agreed before does so anew.
    if (entry.kind === 'permit' && to === 'awaiting-approval') request.approvals = [];
  }
  if (entry.kind === 'permit') request.permitted = true;
  if (entry.kind === 'disclosure') request.disclosedBy = doer.task;
  if (entry.kind === 'source-answered') request.answered.push(...fieldsOf(entry));
  request.kinds.push(entry.kind);
  return wrong.map((each) => `${request.asked} ${request.id}: ${each}`);
}

/** What an entry claims, held against what the model knows. */
function judge(model: LifeModel, doer: Doer, request: KnownRequest, entry: EntryDraft): string[] {
  const { kind } = entry;
  const wrong: string[] = [];
  if (kind === 'permit') {
    // Whether it was asked before the yes matters to whoever approved it, and nobody has yet.
    const since = doer.intent.intent === 'ask' ? Number.POSITIVE_INFINITY : request.since;
    const why = request.known ? model.whyNotPermitted(request.asked, since, doer.readAt) : 'nobody knows the person';
    if (why !== null) wrong.push(`permitted, although ${why}`);
    if (doer.intent.intent === 'ask' && !doer.intent.rightly) wrong.push('permitted to nobody who may ask it');
  }
  if (kind === 'disclosure') {
    const why = request.known ? model.whyNotGiven(request, doer.readAt) : 'nobody knows the person';
    if (why !== null) wrong.push(`disclosed, although ${why}`);
    const notTheirs = whyNotTaken(request, doer.intent);
    if (notTheirs !== null) wrong.push(`disclosed, although ${notTheirs}`);
    if (request.disclosedBy !== null) wrong.push('disclosed twice');
    const allowed: readonly unknown[] = agreementOn(request.asked).fields;
    if (fieldsOf(entry).some((field) => !allowed.includes(field))) wrong.push('disclosed more than was asked');
    if (request.answered.some((field) => !fieldsOf(entry).includes(field))) wrong.push('gave less than was answered');
    if (fieldsOf(entry).some((field) => request.struck.includes(field))) wrong.push('disclosed what was struck out');
    const answered = fieldsOf(entry).every((field) => request.answered.includes(field));
    if (!request.fetchedBy.has(doer.task) && !(request.state.includes('answered') && answered)) {
      wrong.push('disclosed what its source did not give');
    }
  }
  if (kind === 'source-answered') {
    const why = model.whyNotGiven(request, doer.firstReadAt);
    if (why !== null) wrong.push(`answered, although ${why}`);
    if (fieldsOf(entry).some((field) => request.answered.includes(field))) wrong.push('answered twice');
    if (doer.intent.intent !== 'answer' || !doer.intent.rightly)
      wrong.push('an answer was kept that nobody should have');
  }
  if (kind === 'approval') {
    const { intent } = doer;
    if (intent.intent !== 'approve' || intent.request !== request.id) wrong.push('approved by nobody who approved it');
    else {
      if (!intent.rightly) wrong.push('approved, although nobody in that role may');
      request.approvals.push(intent.person);
      request.struck.push(...intent.struck);
    }
    const why = model.whyNot(request.asked, request.since, doer.readAt);
    if (why !== null) wrong.push(`approved, although ${why}`);
  }
  const ends = kind === 'refusal' || kind === 'request-stopped';
  const over = request.state === 'withdrawn' || request.state === 'refused';
  if (ends && !over && request.known) {
    const objection = doer.objections.get(request.state === '' ? 'new' : request.id) ?? null;
    request.refusedFor = objection ?? model.objectionTo(request, doer.readAt) ?? whyCorrected(request, doer.intent);
    if (request.refusedFor === null && model.clocksAgree) wrong.push(`${kind} without a reason`);
  }
  return wrong;
}

function fieldsOf({ body }: EntryDraft): readonly string[] {
  return Array.isArray(body.fields) ? body.fields.map(String) : [];
}

/** The step of which this entry is the own one, and when it is made. */
function stepOf(work: Work, { id }: KnownRequest, entry: EntryDraft): { readonly step: string; readonly at: number } {
  for (const change of work.changes) {
    if (change.type === 'request-opened' && change.request.id === id && change.request.entry === entry.id) {
      return { step: `>${change.request.state}`, at: Date.parse(change.request.movedAt) };
    }
    if (change.type === 'request-moved' && change.id === id && change.entry === entry.id)
      return { step: `${change.from}>${change.to}`, at: Date.parse(change.at) };
  }
  return { step: '', at: 0 };
}

function noteIntent(model: LifeModel, intent: Intent, entry: EntryDraft, work: Work): void {
  const { kind } = entry;
  if (kind === 'correction-made') noteCorrection(model, intent, work);
  if (intent.intent === 'attest' && kind === 'fact-attested') {
    const made = work.changes.find((change) => change.type === 'fact-attested');
    if (made === undefined) throw new Error('a fact that is on record and not there');
    const { said, from, until } = intent;
    model.facts.push({ id: made.fact.id, said, from, until, disputed: false });
  }
  if ('fact' in intent) {
    const fact = model.facts.find(({ id }) => id === intent.fact);
    if (fact === undefined) throw new Error('nobody attested it');
    if (kind === 'fact-ended') fact.until = intent.until;
    if (kind === 'fact-disputed') fact.disputed = true;
    if (kind === 'fact-confirmed') fact.disputed = false;
  }
  if (intent.intent === 'consent' && kind === 'consent-requested') {
    const made = work.changes.find((change) => change.type === 'consent-requested');
    if (made === undefined) throw new Error('a consent that is on record and not there');
    // Recorded by a municipality that is not involved by now, it reaches nobody.
    if (made.consent.subject === null) return;
    const { to, validUntil } = intent;
    model.consents.push({ id: made.consent.id, to, validUntil, state: 'asked', decided: 0, decidedAt: 0 });
  }
  if (kind === 'consent-expired') {
    const expired = model.consents.find(({ id }) => id === entry.body.consent);
    if (expired !== undefined) expired.state = 'expired';
  }
  if ('consent' in intent && kind === `consent-${intent.intent}`) {
    const consent = model.consents.find(({ id }) => id === intent.consent);
    if (consent === undefined) throw new Error('nobody asked for it');
    // To withdraw what was refused changes nothing, nor what was withdrawn already or came to its end.
    if (consent.state !== 'asked' && consent.state !== 'given') return;
    consent.state = intent.intent;
    consent.decided = model.happened;
    consent.decidedAt = Date.parse(entry.time);
  }
}
