import { answerCollect } from '../../src/api/routes/ask-answers.ts';
import { type Viewing, viewRequest } from '../../src/api/schemas/request-view.ts';
import { summaryAboutNobody } from '../../src/core/disclosure/about-nobody.ts';
import type { InboxOutcome } from '../../src/core/disclosure/inbox-operations.ts';
import type { CollectOutcome } from '../../src/core/disclosure/operations.ts';
import { type Asked, agreementOn } from './agreements.ts';
import type { Life } from './life.ts';
import { type KnownRequest, noYes } from './life-model.ts';

/** What a recipient may be told of: nothing of it says why a request ended. */
const told = [
  'approved',
  'declined',
  'ended',
  'failed',
  'reminded',
  'escalated',
  'answered',
  'offered',
  'partly-answered',
  'questioned',
];

/**
 * Holds what the recipient sees of every request that was stopped, or refused for want of a yes, against what it
 * sees of one about somebody whom nobody knows, and of every offer that was stopped against each other. Of what it must
 * not know there is nothing.
 */
export async function compareViews(life: Life): Promise<void> {
  for (const party of [...life.model.suspended]) await life.take({ step: 'resume', party });
  await life.take({ step: 'poll', gateway: 0 });
  const gone = [...life.model.requests.values()].filter(isGone);
  for (const asked of ['plan', 'housing', 'notes', 'risk', 'incidents'] as const) {
    const these = gone.filter((request) => request.asked === asked);
    const { isOffered } = agreementOn(asked);
    // Who treats somebody may hear that they do not join in the treatment, and so who lacks a waiver hears that always.
    const [involved, others] = [true, false].map((hears) =>
      these.filter(({ state }) => hears === (isOffered || (asked === 'notes' && state === 'refused'))),
    );
    // What was said of that, and disputed, they may hear as well.
    const joined = asked === 'notes' && life.model.facts.some(({ said }) => said === 'joining');
    if (!joined) await compare(life, involved ?? [], async ([first]) => first);
    await compare(life, others ?? [], () => aboutNobody(life, asked));
  }
  for (const request of life.model.requests.values()) if (!request.heard) await lookForNothing(life, request);
  for (const { dataref, unit, type } of await life.gateways.events()) {
    const request = [...life.model.requests.values()].find(({ id }) => dataref === `/v1/requests/${id}`);
    if (request === undefined || agreementOn(request.asked).recipient !== unit) continue;
    if (!told.includes(type.replace('nl.sluis.request.', ''))) life.wrong.push(`a recipient was told ${type}`);
  }
}

async function compare(
  life: Life,
  gone: readonly KnownRequest[],
  withWhich: (gone: readonly KnownRequest[]) => Promise<KnownRequest | undefined>,
): Promise<void> {
  const like = gone.length === 0 ? undefined : await withWhich(gone);
  if (like === undefined) return;
  const expected = await viewOf(life, like);
  for (const request of gone) {
    // What was decided under other policies still shows those.
    if (request.state === 'refused' && (await setOf(life, request)) !== (await setOf(life, like))) continue;
    const view = await viewOf(life, request);
    const [at] = [...view].flatMap((sign, index) => (sign === expected[index] ? [] : [index]));
    if (at !== undefined)
      life.wrong.push(`${request.id} shows ${view.slice(at, at + 80)}, not ${expected.slice(at, at + 80)}`);
  }
}

async function aboutNobody(life: Life, asked: Asked): Promise<KnownRequest> {
  const before = life.model.requests.size;
  const role = agreementOn(asked).roles?.[0];
  await life.begin(0, { op: 'ask', asked, known: false, ...(role === undefined ? {} : { role }) });
  const nobody = [...life.model.requests.values()][before];
  if (nobody === undefined) throw new Error('a question about nobody is put on record like any other');
  return nobody;
}

/** To its recipient there is no such offer: it was refused, ended too soon, or its people are not agreed. */
async function lookForNothing(life: Life, { id }: KnownRequest): Promise<void> {
  const taker = { person: 1, role: 'probationOfficer' };
  const collected = (await life.begin(0, { op: 'collect', which: id, taker })) as CollectOutcome;
  const declined = (await life.begin(0, { op: 'decline offer', which: id })) as InboxOutcome;
  for (const { kind } of [collected, declined]) {
    if (kind !== 'not-found') life.wrong.push(`${id} is ${kind} to its recipient, who must not know of it`);
  }
}

/** Stopped, whatever for, or refused for want of a yes. Of what else is not so an involved unit may hear. */
function isGone({ state, known, heard, refusedFor, struck }: KnownRequest): boolean {
  // What was struck out, of which its recipient knows, is not named again where the rest is refused.
  const whole = struck.length === 0;
  return known && heard && (state === 'withdrawn' || (state === 'refused' && refusedFor === noYes && whole));
}

/** What it reads, and what it is answered when it collects, without what is different for every request. */
async function viewOf(life: Life, { id }: KnownRequest): Promise<string> {
  const ports = life.gateways.ports(0);
  const asUnknownPerson: Viewing['deps']['asUnknownPerson'] = (request) =>
    summaryAboutNobody(ports.policies, ports.registry.current(), request);
  const record = await life.gateways.request(id);
  if (record === null) throw new Error(id);
  const answer = (await life.begin(0, { op: 'collect', which: id })) as CollectOutcome;
  const viewing: Viewing = { deps: { asUnknownPerson }, language: 'nl', caller: { unit: { id: record.recipient } } };
  return alike(JSON.stringify([viewRequest(viewing, record), answerCollect(viewing, answer)]));
}

async function setOf(life: Life, { id }: KnownRequest): Promise<string> {
  const decision = (await life.gateways.request(id))?.decision;
  return `${decision?.policySet} ${decision?.policyVersion}`;
}

const different = [
  /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g,
  /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g,
  /[0-9a-f]{32,}/g,
  /[A-Za-z0-9_-]{43}/g,
  // The place in the ledger, as a receipt and the leaf in it have it.
  /\\*"(?:sequence|number|first|count|index)\\*":\d+/g,
];

function alike(text: string): string {
  return different.reduce((left, each) => left.replaceAll(each, '…'), text);
}
