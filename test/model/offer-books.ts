import type { Work } from '../../src/core/disclosure/ports.ts';
import type { EntryDraft } from '../../src/core/ledger/entry.ts';
import { agreementOn, mayHave } from './agreements.ts';
import type { Doer } from './bookkeeping.ts';
import type { KnownRequest, LifeModel } from './life-model.ts';
import type { Intent } from './scene.ts';

/** Writes down what was offered, and tells what is wrong with it. `fields`: of which the entry says that they were. */
export function keepOffer(model: LifeModel, doer: Doer, request: KnownRequest, fields: readonly string[]): string[] {
  const { asked, asker, since } = request;
  const { isOffered, fields: allowed } = agreementOn(asked);
  const wrong = isOffered ? [] : ['offered what nobody may offer'];
  const why = request.known ? model.whyNot(asked, since, doer.readAt) : 'nobody knows the person';
  if (why !== null) wrong.push(`offered, although ${why}`);
  if (fields.some((field) => !allowed.includes(field))) wrong.push('kept what may not be offered');
  // Where people of the source must agree, whoever offers is the first; where nobody need, nobody did.
  if ((model.peopleNeeded(asked) ?? 0) > 0) request.approvals.push(asker);
  request.answered.push(...fields);
  return wrong;
}

/** Its recipient may know of it once enough people agreed. Tells what is wrong with that it came so far. */
export function letBeHeard(model: LifeModel, doer: Doer, request: KnownRequest): string[] {
  if (request.heard) return [];
  const why = model.whyNotGiven(request, doer.readAt);
  request.heard = true;
  return why === null ? [] : [`its recipient may know of it, although ${why}`];
}

/** Why whoever is about to get it may not have it; null: they may. */
export function whyNotTaken({ asked }: KnownRequest, intent: Intent): string | null {
  if (intent.intent === 'ask') return intent.rightly ? null : 'nobody in that role may ask it';
  if (intent.intent !== 'collect') return 'nobody took it';
  const { role } = intent;
  // A system that collects for nobody in particular does so for whoever asked; of what is offered there is nobody.
  if (role === null) return agreementOn(asked).isOffered ? 'nobody accepted it' : null;
  return mayHave(asked, role) ? null : `it is not for somebody who is ${role}`;
}

/** What is wrong with when it happened: nobody acts after their time, and nothing ends before it. */
export function judgeTime(model: LifeModel, doer: Doer, request: KnownRequest, { kind, time }: EntryDraft): string[] {
  const until = model.waitsUntil(request);
  if (until === null) return [];
  if (kind === 'request-expired') return Date.parse(time) < until ? ['expired, although its time is not over'] : [];
  // What was answered in part is given also after that.
  const acts =
    kind === 'approval' || kind === 'source-answered' || (kind === 'disclosure' && request.state === 'answered');
  return acts && doer.firstReadAt >= until ? [`${kind}, although its time is over`] : [];
}

/** Writes down that a source holds something back, or does so no longer. */
export function noteCorrection({ restrictions }: LifeModel, intent: Intent, { changes }: Work): void {
  const made = changes.find((change) => change.type === 'correction-made');
  if (intent.intent !== 'correct' || made === undefined) throw new Error('a correction that nobody made');
  const { asked, as } = intent;
  const at = Date.parse(made.correction.madeAt);
  const standing = restrictions.filter((one) => one.asked === asked && one.until === Number.POSITIVE_INFINITY);
  if (as === 'restricted' && standing.length === 0)
    restrictions.push({ asked, from: at, until: Number.POSITIVE_INFINITY });
  // Said by a clock that is behind, it is over as soon as it began.
  if (as === 'restriction-lifted') for (const one of standing) one.until = Math.max(at, one.from + 1);
}

/** Why what is offered ends by what its source just said; null: it need not. */
export function whyCorrected({ asked, heard }: KnownRequest, intent: Intent): string | null {
  const isWrong = intent.intent === 'correct' && intent.as === 'rectified' && intent.asked === asked;
  return isWrong && !heard ? 'its source says that it was wrong' : null;
}

/** Of what was wrong nothing may wait any longer that its recipient would hear of: nobody could tell it. */
export function stillOffered(model: LifeModel, intent: Intent, { entries }: Work): readonly string[] {
  if (!entries.some(({ kind }) => kind === 'correction-made')) return [];
  const left = [...model.requests.values()].filter(
    (request) => request.state === 'awaiting-approval' && whyCorrected(request, intent) !== null,
  );
  return left.map(({ id }) => `${id} is still offered, although it was wrong`);
}
