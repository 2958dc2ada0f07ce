import { v7 } from 'uuid';
import type { FieldId } from '../../src/core/brand.ts';
import { decideConsent } from '../../src/core/consent/decide-consent.ts';
import { expireConsents } from '../../src/core/consent/expire-consents.ts';
import { requestConsent } from '../../src/core/consent/request-consent.ts';
import { withdrawConsent, withdrawOwnConsent } from '../../src/core/consent/withdraw-consent.ts';
import { abandonInterrupted } from '../../src/core/disclosure/abandon.ts';
import { answerRequest } from '../../src/core/disclosure/answer-request.ts';
import { approve } from '../../src/core/disclosure/approve.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import { collect } from '../../src/core/disclosure/collect.ts';
import { confirmCollection } from '../../src/core/disclosure/confirm-collection.ts';
import { declineOffer } from '../../src/core/disclosure/decline-offer.ts';
import { declineRequest } from '../../src/core/disclosure/decline-request.ts';
import { questionRequest, replyToQuestion } from '../../src/core/disclosure/say-on-request.ts';
import { wakeAfterChange, wakeRequests } from '../../src/core/disclosure/wake.ts';
import { housingAnswer, housingRequest, planAnswer, planRequest, stranger } from '../world/personas.ts';
import { someUser } from '../world/some-user.ts';
import { agreementOn, mayAgree, mayHave } from './agreements.ts';
import { inEmergency, planEmergency } from './emergency-operations.ts';
import { planOnFacts } from './fact-operations.ts';
import type { LifePorts } from './life-gateways.ts';
import { correcting, offering } from './offer-operations.ts';
import type { Operation } from './operation.ts';
import {
  asker,
  chosen,
  instantOf,
  latest,
  type Planned,
  person,
  personOf,
  type Question,
  type Scene,
} from './scene.ts';
import { answerSealed, askForNotes } from './sealing-operations.ts';

const day = 86_400_000;

/** What an operation does here and now; null: there is nothing yet that it could be done to. */
export function plan(scene: Scene, operation: Operation): Planned | null {
  const { model, questions } = scene;
  switch (operation.op) {
    case 'ask': {
      const question: Question = {
        key: v7(),
        asked: operation.asked,
        known: operation.known,
        role: operation.role ?? 'nazorgcoordinator',
        person: asker,
      };
      questions.push(question);
      return putQuestion(scene, question);
    }
    case 'offer': {
      const { asked, known, more } = operation;
      const question: Question = { key: v7(), asked, known, more, role: 'clerk', person: personOf(operation.person) };
      questions.push(question);
      return putQuestion(scene, question);
    }
    case 'ask again': {
      const question = latest(questions, operation.which);
      return question && putQuestion(scene, question);
    }
    case 'approve':
      return approving(scene, operation);
    case 'collect': {
      const request = chosen(model, ['permitted', 'answered', 'partly-answered'], operation.which);
      if (request === null) return null;
      const call = scene.call(agreementOn(request.asked).recipient);
      const { taker } = operation;
      const who = taker === undefined ? null : personOf(taker.person);
      const user = taker === undefined || who === null ? null : someUser(who, taker.role, who);
      const intent = { intent: 'collect', role: user?.role ?? null } as const;
      return { intent, run: (ports) => collect(ports, call, request.id, user) };
    }
    case 'answer':
      return answering(scene, operation);
    case 'correct':
      return correcting(scene, operation);
    case 'decline':
    case 'question':
    case 'reply':
    case 'confirm':
    case 'decline offer':
      return inInbox(scene, operation);
    case 'look':
      return { intent: { intent: 'other' }, run: wakeRequests };
    case 'look after a change':
      return { intent: { intent: 'other' }, run: wakeAfterChange };
    case 'abandon':
      return { intent: { intent: 'other' }, run: abandonInterrupted };
    case 'expire consents':
      return { intent: { intent: 'other' }, run: expireConsents };
    case 'ask consent':
      return askingConsent(scene, operation);
    case 'decide':
    case 'withdraw':
      return deciding(scene, operation);
    case 'break glass':
    case 'stand behind':
    case 'review':
    case 'revoke':
    case 'tell overdue reviews':
      return planEmergency(scene, operation);
    default:
      return planOnFacts(scene, operation);
  }
}

function putQuestion(scene: Scene, question: Question): Planned {
  const { key, asked, known } = question;
  if (asked === 'medication') return inEmergency(scene, question);
  if (asked === 'risk' || asked === 'incidents') return offering(scene, question);
  const call = scene.call(agreementOn(asked).recipient, key);
  if (asked === 'notes') return askForNotes(scene, question, call);
  const unknown = asked === 'plan' ? stranger : ({ type: 'caseReference', value: 'WH-0000-0000' } as const);
  const body = (asked === 'plan' ? planRequest : housingRequest)(known ? {} : { subject: unknown });
  return {
    intent: { intent: 'ask', asked, known, asker, key, since: scene.now, rightly: mayHave(asked, question.role) },
    run: (ports) => ask(ports, call, body),
  };
}

function approving(scene: Scene, { which, person, yes, strikes, role }: Operation & { op: 'approve' }): Planned | null {
  const request = chosen(scene.model, ['awaiting-approval'], which);
  if (request === null) return null;
  const who = personOf(person);
  const { source, approvers, fields } = agreementOn(request.asked);
  const call = scene.call(source);
  const as = role ?? approvers?.[0] ?? 'woonconsulent';
  const approver = someUser(who, as, who);
  // The first that nobody struck out yet.
  const left = fields.filter((field) => !request.struck.includes(field));
  const struck = strikes === true ? left.slice(0, 1).map((field) => field as FieldId) : [];
  const ground = struck.length === 0 ? null : 'daarvoor niet nodig';
  const body = { decision: yes ? ('approved' as const) : ('declined' as const), approver, ground, strike: struck };
  return {
    intent: { intent: 'approve', request: request.id, person: who, struck, rightly: mayAgree(request.asked, as) },
    run: (ports) => approve(ports, call, request.id, body),
  };
}

function answering(scene: Scene, { which, what }: Operation & { op: 'answer' }): Planned | null {
  const request = chosen(scene.model, ['awaiting-source', 'partly-answered'], which);
  if (request === null) return null;
  const call = scene.call(agreementOn(request.asked).source);
  if (request.asked === 'notes') return answerSealed(request, what, call);
  const whole = Object.entries(request.asked === 'plan' ? planAnswer : housingAnswer);
  const left = whole.filter(([field]) => what === 'all' || !request.answered.includes(field));
  const data = Object.fromEntries(what === 'a part' ? left.slice(0, 1) : left);
  const more = what === 'more than asked' ? { 'debts.referral': true } : {};
  const answer = {
    subject: what === 'somebody else' ? stranger : person,
    data: { ...data, ...more },
    complete: what !== 'a part',
    by: someUser('u8', 'casemanager', 'u8'),
  };
  const rightly = what !== 'somebody else' && what !== 'more than asked';
  return {
    intent: { intent: 'answer', rightly },
    run: (ports) => answerRequest(ports, call, request.id, answer),
  };
}

const inWhichState = {
  decline: ['awaiting-source', 'partly-answered'],
  question: ['awaiting-source', 'partly-answered'],
  reply: ['awaiting-source', 'partly-answered'],
  'decline offer': ['answered'],
  confirm: ['delivered'],
} as const;

function inInbox(scene: Scene, { op, which }: Operation & { op: keyof typeof inWhichState }): Planned | null {
  const request = chosen(scene.model, inWhichState[op], which);
  if (request === null) return null;
  const { id } = request;
  const { source, recipient } = agreementOn(request.asked);
  const call = scene.call(op === 'decline' || op === 'question' ? source : recipient);
  const by = someUser('u8', 'casemanager', 'u8');
  const text = 'Om welke periode gaat het?';
  const intent = { intent: 'other' } as const;
  switch (op) {
    case 'decline':
      return { intent, run: (ports) => declineRequest(ports, call, id, { by, ground: 'niet te vinden' }) };
    case 'decline offer':
      return { intent, run: (ports) => declineOffer(ports, call, id, { by, ground: 'niet van ons' }) };
    case 'question':
      return { intent, run: (ports) => questionRequest(ports, call, id, { by, text }) };
    case 'reply':
      return { intent, run: (ports) => replyToQuestion(ports, call, id, { by, text }) };
    case 'confirm':
      return { intent, run: (ports) => confirmCollection(ports, call, id, by) };
  }
}

/** A municipality records a consent for who would get it; who treats somebody asks them for a waiver itself. */
function askingConsent(scene: Scene, { to, days }: Operation & { op: 'ask consent' }): Planned {
  const validUntil = scene.now + days * day;
  const { source, recipient, purpose } = agreementOn(to);
  const isWaiver = to === 'notes';
  const call = scene.call(isWaiver ? recipient : source);
  const body = {
    ...{ subject: person, source, recipient, purpose, language: 'nl', validUntil: instantOf(validUntil) },
    kind: isWaiver ? ('waiver' as const) : ('consent' as const),
    categories: [isWaiver ? 'medical' : 'housing'],
    caseReference: isWaiver ? null : housingRequest().subject.value,
  };
  return { intent: { intent: 'consent', to, validUntil }, run: (ports) => requestConsent(ports, call, body) };
}

function deciding(scene: Scene, operation: Operation & { op: 'decide' | 'withdraw' }): Planned | null {
  const consent = latest(scene.model.consents, operation.which);
  if (consent === null) return null;
  const { id } = consent;
  const subject = (ports: LifePorts) => ports.subjects.ensure({ type: 'bsn', value: person.value });
  if (operation.op === 'decide') {
    const said = operation.yes ? 'given' : 'refused';
    return {
      intent: { intent: said, consent: id },
      run: async (ports) => decideConsent(ports, await subject(ports), id, said, ports.entropy.trace()),
    };
  }
  const { by } = operation;
  const intent = { intent: 'withdrawn', consent: id } as const;
  if (by === 'subject') {
    return { intent, run: async (ports) => withdrawOwnConsent(ports, await subject(ports), id, ports.entropy.trace()) };
  }
  const call = scene.call(agreementOn(consent.to)[by]);
  return { intent, run: (ports) => withdrawConsent(ports, call, id) };
}
