import { v7 } from 'uuid';
import { breakGlass } from '../../src/core/emergency/break-glass.ts';
import { confirmEmergency } from '../../src/core/emergency/confirm-emergency.ts';
import { reviewEmergency, tellOfReviews } from '../../src/core/emergency/review-emergency.ts';
import { revokeEmergencies } from '../../src/core/emergency/revoke-emergencies.ts';
import { emergencyBody } from '../world/emergency-world.ts';
import { stranger } from '../world/personas.ts';
import { someUser } from '../world/some-user.ts';
import { agreements } from './agreements.ts';
import type { KnownEmergency } from './emergency-model.ts';
import type { Operation } from './operation.ts';
import { asker, latest, type Planned, person, personOf, type Question, type Scene } from './scene.ts';

const treats: readonly string[] = ['physician', 'nurse'];

type OnEmergency = Operation & {
  op: 'break glass' | 'stand behind' | 'review' | 'revoke' | 'tell overdue reviews';
};

/** What is done where life or limb is at stake, and what is done about it afterwards. */
export function planEmergency(scene: Scene, operation: OnEmergency): Planned | null {
  switch (operation.op) {
    case 'break glass': {
      const question = {
        key: v7(),
        asked: 'medication',
        known: operation.known,
        role: operation.role,
        person: asker,
      } as const;
      scene.questions.push(question);
      return inEmergency(scene, question);
    }
    case 'revoke':
      return { intent: { intent: 'revoke' }, run: revokeEmergencies };
    case 'tell overdue reviews':
      return { intent: { intent: 'other' }, run: tellOfReviews };
    default:
      return afterwards(scene, operation);
  }
}

export function inEmergency(scene: Scene, { key, known, role }: Question): Planned {
  const call = scene.call(agreements.medication.recipient, key);
  const subject = known ? person : stranger;
  const body = { ...emergencyBody, subject, onBehalfOf: someUser(asker, role, asker) };
  const rightly = treats.includes(role);
  return {
    intent: { intent: 'ask', asked: 'medication', known, asker, key, since: scene.now, rightly },
    run: (ports) => breakGlass(ports, call, body),
  };
}

function afterwards(scene: Scene, operation: OnEmergency & { op: 'stand behind' | 'review' }): Planned | null {
  const emergency = waitingFor(scene, operation);
  if (emergency === null) return null;
  const { id } = emergency;
  if (operation.op === 'review') {
    const { verdict } = operation;
    const review = { verdict, ground: 'nagegaan bij de SEH', reviewer: 'officer' };
    return {
      intent: { intent: 'review', request: id, verdict },
      run: async (ports) => {
        const seen = (await ports.emergencies.find(id))?.emergency.review?.at ?? null;
        return reviewEmergency(ports, id, { ...review, seen, trace: ports.entropy.trace() });
      },
    };
  }
  const who = personOf(operation.person);
  const call = scene.call(agreements.medication.recipient);
  const by = someUser(who, operation.role, who);
  return {
    intent: { intent: 'stand behind', request: id, person: who, rightly: treats.includes(operation.role) },
    run: (ports) => confirmEmergency(ports, call, id, by),
  };
}

/** As a rule one that waits for this; now and then any. */
function waitingFor(
  { model }: Scene,
  { op, which }: OnEmergency & { op: 'stand behind' | 'review' },
): KnownEmergency | null {
  const all = [...model.emergencies.values()];
  const waiting = all.filter(({ second, revoked, verdict }) =>
    op === 'review' ? verdict === null || verdict === 'unclear' : second === null && !revoked,
  );
  return latest(which < 3 && waiting.length > 0 ? waiting : all, which);
}
