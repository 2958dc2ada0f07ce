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
import { declineRequest } from '../../src/core/disclosure/decline-request.ts';
import { questionRequest, replyToQuestion } from '../../src/core/disclosure/say-on-request.ts';
import { wakeAfterChange, wakeRequests } from '../../src/core/disclosure/wake.ts';
import { housingAnswer, housingRequest, planAnswer, planRequest, stranger } from '../world/personas.ts';
import { someUser } from '../world/some-user.ts';
import { inEmergency, planEmergency } from './emergency-operations.ts';
import { planOnFacts } from './fact-operations.ts';
import type { LifePorts } from './life-gateways.ts';
import { agreements } from './life-model.ts';
import { asker, chosen, instantOf, latest, type Planned, people, person, type Question, type Scene } from './scene.ts';
import type { Operation } from './steps.ts';

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
        role: 'nazorgcoordinator',
      };
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
      const call = scene.call(agreements[request.asked].recipient);
      return { intent: { intent: 'other' }, run: (ports) => collect(ports, call, request.id) };
    }
    case 'answer':
      return answering(scene, operation);
    case 'decline':
    case 'question':
    case 'reply':
    case 'confirm':
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
      return askingConsent(scene, operation.days);
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
  const call = scene.call(agreements[asked].recipient, key);
  const unknown = asked === 'plan' ? stranger : ({ type: 'caseReference', value: 'WH-0000-0000' } as const);
  const body = (asked === 'plan' ? planRequest : housingRequest)(known ? {} : { subject: unknown });
  return {
    intent: { intent: 'ask', asked, known, asker, key, since: scene.now, rightly: true },
    run: (ports) => ask(ports, call, body),
  };
}

function approving(
  scene: Scene,
  { which, person: number, yes, strikes }: Operation & { op: 'approve' },
): Planned | null {
  const request = chosen(scene.model, ['awaiting-approval'], which);
  const who = people[number];
  if (request === null || who === undefined) return null;
  const call = scene.call(agreements[request.asked].source);
  const approver = someUser(who, 'woonconsulent', who);
  // The first that nobody struck out yet.
  const left = agreements[request.asked].fields.filter((field) => !request.struck.includes(field));
  const struck = strikes === true ? left.slice(0, 1).map((field) => field as FieldId) : [];
  const ground = struck.length === 0 ? null : 'daarvoor niet nodig';
  const body = { decision: yes ? ('approved' as const) : ('declined' as const), approver, ground, strike: struck };
  return {
    intent: { intent: 'approve', request: request.id, person: who, struck },
    run: (ports) => approve(ports, call, request.id, body),
  };
}

function answering(scene: Scene, { which, what }: Operation & { op: 'answer' }): Planned | null {
  const request = chosen(scene.model, ['awaiting-source', 'partly-answered'], which);
  if (request === null) return null;
  const call = scene.call(agreements[request.asked].source);
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

function inInbox(
  scene: Scene,
  { op, which }: Operation & { op: 'decline' | 'question' | 'reply' | 'confirm' },
): Planned | null {
  const request = chosen(scene.model, op === 'confirm' ? ['delivered'] : ['awaiting-source', 'partly-answered'], which);
  if (request === null) return null;
  const { id } = request;
  const { source, recipient } = agreements[request.asked];
  const call = scene.call(op === 'reply' || op === 'confirm' ? recipient : source);
  const by = someUser('u8', 'casemanager', 'u8');
  const text = 'Om welke periode gaat het?';
  const intent = { intent: 'other' } as const;
  switch (op) {
    case 'decline':
      return { intent, run: (ports) => declineRequest(ports, call, id, { by, ground: 'niet te vinden' }) };
    case 'question':
      return { intent, run: (ports) => questionRequest(ports, call, id, { by, text }) };
    case 'reply':
      return { intent, run: (ports) => replyToQuestion(ports, call, id, { by, text }) };
    case 'confirm':
      return { intent, run: (ports) => confirmCollection(ports, call, id, by) };
  }
}

function askingConsent(scene: Scene, days: number): Planned {
  const validUntil = scene.now + days * day;
  const call = scene.call('gemeente');
  const body = {
    subject: person,
    kind: 'consent' as const,
    source: 'gemeente',
    recipient: 'corporatie',
    purpose: agreements.housing.purpose,
    categories: ['housing'],
    validUntil: instantOf(validUntil),
    language: 'nl',
    caseReference: housingRequest().subject.value,
  };
  return { intent: { intent: 'consent', validUntil }, run: (ports) => requestConsent(ports, call, body) };
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
  const call = scene.call(by);
  return { intent, run: (ports) => withdrawConsent(ports, call, id) };
}
