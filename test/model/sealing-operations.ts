import type { UnitId } from '../../src/core/brand.ts';
import { answerRequest } from '../../src/core/disclosure/answer-request.ts';
import { ask } from '../../src/core/disclosure/ask.ts';
import type { Call } from '../../src/core/disclosure/operations.ts';
import { readInbox } from '../../src/core/disclosure/read-inbox.ts';
import { planRequest, stranger } from '../world/personas.ts';
import { someUser } from '../world/some-user.ts';
import { agreements, mayHave } from './agreements.ts';
import type { KnownRequest } from './life-model.ts';
import type { Operation } from './operation.ts';
import { asKnownBy, type Planned, person, type Question, type Scene } from './scene.ts';
import { sealAs } from './sealing-partners.ts';

const { source, purpose, fields } = agreements.notes;

/** Who treats somebody outside asks who treats them inside. */
export function askForNotes(scene: Scene, { key, known, role, person: who }: Question, call: Call): Planned {
  const body = planRequest({
    ...{ source, purpose, fields: [...fields], subject: known ? person : stranger },
    justification: 'Overname van de behandeling na vrijlating',
    onBehalfOf: someUser(who, role, who),
  });
  const rightly = mayHave('notes', role);
  return {
    intent: { intent: 'ask', asked: 'notes', known, asker: who, key, since: scene.now, rightly },
    run: (ports) => ask(ports, call, body),
  };
}

/** Somebody at the source reads what is asked with the permit for it, seals by that, and gives it. */
export function answerSealed({ id }: KnownRequest, what: (Operation & { op: 'answer' })['what'], call: Call): Planned {
  const by = someUser('u8', 'physician', 'u8');
  const isRight = what !== 'somebody else' && what !== 'in clear';
  return {
    intent: { intent: 'answer', rightly: isRight },
    async run(ports, atOnce) {
      const sealing = (await readInbox(atOnce, source as UnitId, id))?.sealing ?? null;
      if (sealing === null) return 'nothing to seal';
      const known = await asKnownBy(ports, source);
      const unknown = { type: 'skn', value: '12345678' } as const;
      const answer = { subject: what === 'somebody else' ? unknown : known, complete: true, by };
      if (what === 'in clear') {
        return answerRequest(ports, call, id, { ...answer, data: { 'medical.medication': ['fenprocoumon'] } });
      }
      const sealed = { permit: sealing.permit.jws, sealed: await sealAs(sealing) };
      return answerRequest(ports, call, id, { ...answer, data: {}, sealed });
    },
  };
}
