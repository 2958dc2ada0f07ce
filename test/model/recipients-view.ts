import { answerCollect } from '../../src/api/routes/ask-answers.ts';
import { type Viewing, viewRequest } from '../../src/api/schemas/request-view.ts';
import { summaryAboutNobody } from '../../src/core/disclosure/about-nobody.ts';
import type { CollectOutcome } from '../../src/core/disclosure/operations.ts';
import type { Life } from './life.ts';
import { agreements, type KnownRequest, noYes, parties } from './life-model.ts';

/** What a recipient may be told of: nothing of it says why a request ended. */
const told = [
  'approved',
  'declined',
  'ended',
  'failed',
  'reminded',
  'escalated',
  'answered',
  'partly-answered',
  'questioned',
];

/**
 * Holds what the recipient sees of every request that was stopped, or refused for want of a yes, against what it
 * sees of one about somebody whom nobody knows.
 */
export async function compareViews(life: Life): Promise<void> {
  for (const party of parties) await life.take({ step: 'resume', party });
  await life.take({ step: 'poll', gateway: 0 });
  for (const asked of ['plan', 'housing'] as const) {
    const gone = [...life.model.requests.values()].filter((request) => isGone(request) && request.asked === asked);
    if (gone.length === 0) continue;
    const before = life.model.requests.size;
    await life.begin(0, { op: 'ask', asked, known: false });
    const nobody = [...life.model.requests.values()][before];
    if (nobody === undefined) throw new Error('a question about nobody is put on record like any other');
    const expected = await viewOf(life, nobody);
    for (const request of gone) {
      // What was decided under other policies still shows those.
      if (request.state === 'refused' && (await setOf(life, request)) !== (await setOf(life, nobody))) continue;
      const view = await viewOf(life, request);
      const [at] = [...view].flatMap((sign, index) => (sign === expected[index] ? [] : [index]));
      if (at !== undefined)
        life.wrong.push(`${request.id} shows ${view.slice(at, at + 80)}, not ${expected.slice(at, at + 80)}`);
    }
  }
  for (const { dataref, unit, type } of await life.gateways.events()) {
    const request = [...life.model.requests.values()].find(({ id }) => dataref === `/v1/requests/${id}`);
    if (request === undefined || agreements[request.asked].recipient !== unit) continue;
    if (!told.includes(type.replace('nl.sluis.request.', ''))) life.wrong.push(`a recipient was told ${type}`);
  }
}

/** Stopped, whatever for, or refused for want of a yes. Of what else is not so an involved unit may hear. */
function isGone({ state, known, refusedFor, struck }: KnownRequest): boolean {
  // What was struck out, of which its recipient knows, is not named again where the rest is refused.
  const whole = struck.length === 0;
  return known && (state === 'withdrawn' || (state === 'refused' && refusedFor === noYes && whole));
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
