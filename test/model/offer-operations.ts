import type { PurposeId, UnitId } from '../../src/core/brand.ts';
import { makeCorrection } from '../../src/core/correction/make-correction.ts';
import { offer } from '../../src/core/disclosure/offer.ts';
import { stranger } from '../world/personas.ts';
import { someUser } from '../world/some-user.ts';
import { agreementOn } from './agreements.ts';
import type { Operation } from './operation.ts';
import { type Planned, person, type Question, type Scene } from './scene.ts';

const values: Readonly<Record<string, unknown>> = {
  'identity.surname': 'Ebbink',
  'riskAssessment.assessment': 'hoog, bij terugkeer naar het oude adres',
  'policeContacts.incidents': ['aangehouden op 20 november'],
};
/** Of which no law says that it may be told by the way. */
const besides = { 'debts.referral': true };

/** Somebody at a source offers what it knows of its own accord. */
export function offering(scene: Scene, { key, asked, known, role, person: who, more }: Question): Planned {
  const { source, recipient, purpose, fields, roles } = agreementOn(asked);
  const call = scene.call(source, key);
  const data = Object.fromEntries(fields.map((field) => [field, values[field]]));
  const body = {
    purpose: purpose as PurposeId,
    recipient: recipient as UnitId,
    subject: known ? person : stranger,
    data: more === true ? { ...data, ...besides } : data,
    addressee: roles?.[0] ?? null,
    justification: 'dreigt met geweld zodra het verlof ingaat',
    caseReference: 'RM-2026-77',
    by: someUser(who, role, who),
  };
  return {
    intent: { intent: 'ask', asked, known, asker: who, key, since: scene.now, rightly: true },
    run: (ports) => offer(ports, call, body),
  };
}

/** A source says of all that it may offer that it was wrong, or that nobody may use it for now. */
export function correcting(scene: Scene, { asked, as }: Operation & { op: 'correct' }): Planned {
  const { source, fields } = agreementOn(asked);
  const call = scene.call(source);
  const body = {
    ...{ subject: person, kind: as, fields: [...fields], ground: 'verwisseld met een ander' },
    ...{ corrects: null, rightsRequest: null, by: someUser('u8', 'clerk', 'u8') },
  };
  return { intent: { intent: 'correct', asked, as }, run: (ports) => makeCorrection(ports, call, body) };
}
