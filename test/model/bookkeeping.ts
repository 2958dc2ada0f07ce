import type { RequestId } from '../../src/core/brand.ts';
import type { Work } from '../../src/core/disclosure/ports.ts';
import type { EntryDraft, EntryKind } from '../../src/core/ledger/entry.ts';
import { keepEmergencyBooks } from './emergency-books.ts';
import { agreements, type KnownRequest, type LifeModel, waits } from './life-model.ts';
import type { Intent } from './scene.ts';

/**
 * Which steps an entry of each kind may be about, as `docs/formats.md` has them: "from>to". Empty: the entry may also
 * be about no step at all.
 */
const steps: Readonly<Partial<Record<EntryKind, readonly string[]>>> = {
  permit: [
    ...['>fetching', '>awaiting-approval', '>awaiting-source', 'permitted>fetching', 'permitted>awaiting-approval'],
    'awaiting-source>awaiting-approval',
    // without a step: what was answered is decided again when it is handed over
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
  approval: ['awaiting-approval', 'permitted', 'awaiting-source'].map((to) => `awaiting-approval>${to}`),
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
  return wrong;
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
    approvals: [],
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
  const wrong = [...judge(model, doer, request, entry), ...keepEmergencyBooks(model, doer, request, entry)];
  const step = stepOf(work, request, entry);
  if (steps[entry.kind]?.includes(step) !== true) wrong.push(`${entry.kind} with the step "${step}"`);
  if (step !== '') {
    const [from = '', to = ''] = step.split('>');
    if (from !== request.state) wrong.push(`${step}, but it was ${request.state}`);
    request.state = to;
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
  }
  if (kind === 'disclosure') {
    const why = request.known ? model.whyNotGiven(request, doer.readAt) : 'nobody knows the person';
    if (why !== null) wrong.push(`disclosed, although ${why}`);
    if (request.disclosedBy !== null) wrong.push('disclosed twice');
    const allowed: readonly unknown[] = agreements[request.asked].fields;
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
    request.refusedFor = objection ?? model.objectionTo(request, doer.readAt);
    if (request.refusedFor === null && model.clocksAgree) wrong.push(`${kind} without a reason`);
  }
  return wrong;
}

function fieldsOf({ body }: EntryDraft): readonly string[] {
  return Array.isArray(body.fields) ? body.fields.map(String) : [];
}

/** The step of which this entry is the own one. */
function stepOf(work: Work, { id }: KnownRequest, entry: EntryDraft): string {
  for (const change of work.changes) {
    if (change.type === 'request-opened' && change.request.id === id && change.request.entry === entry.id) {
      return `>${change.request.state}`;
    }
    if (change.type === 'request-moved' && change.id === id && change.entry === entry.id)
      return `${change.from}>${change.to}`;
  }
  return '';
}

function noteIntent(model: LifeModel, intent: Intent, entry: EntryDraft, work: Work): void {
  const { kind } = entry;
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
    const { validUntil } = intent;
    model.consents.push({ id: made.consent.id, validUntil, state: 'asked', decided: 0, decidedAt: 0 });
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
