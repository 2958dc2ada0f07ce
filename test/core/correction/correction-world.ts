import type { CorrectionId } from '../../../src/core/brand.ts';
import { confirmCorrection } from '../../../src/core/correction/confirm-correction.ts';
import { makeCorrection } from '../../../src/core/correction/make-correction.ts';
import type { CorrectionBody } from '../../../src/core/correction/ports.ts';
import { readCorrection } from '../../../src/core/correction/read-correction.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import type { RequestBody, RequestRecord } from '../../../src/core/disclosure/request.ts';
import { memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planRequest, units } from '../../world/personas.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { someUser } from '../../world/some-user.ts';

export const set = shippedSet();
export const by = someUser('u3', 'casemanager', 'L. Bakker');

export const body = (more: Partial<CorrectionBody> = {}): CorrectionBody => ({
  subject: planRequest().subject,
  kind: 'rectified',
  fields: ['identity.surname'],
  ground: 'De achternaam stond verkeerd in ons dossier',
  corrects: null,
  rightsRequest: null,
  by,
  ...more,
});

/** A person in prison, of whom data is given and then corrected. */
export async function correctionWorld() {
  const world = memoryWorld(set, units);
  await detain(world.ports, () => world.call('pi'));
  world.answer = async () => planAnswer;
  return Object.assign(world, {
    given: async (recipient = 'gemeente', overrides: Partial<RequestBody> = {}): Promise<RequestRecord> => {
      const outcome = await ask(world.ports, world.call(recipient), planRequest(overrides));
      if (outcome.kind !== 'delivered') throw new Error(outcome.kind);
      return outcome.request;
    },
    made: async (more: Partial<CorrectionBody> = {}, unit = 'pi', key?: string): Promise<CorrectionId> => {
      const outcome = await makeCorrection(world.ports, world.call(unit, key), body(more));
      if (outcome.kind !== 'made') throw new Error(outcome.kind);
      return outcome.id;
    },
    seenBy: (unit: string, id: CorrectionId) => readCorrection(world.ports, world.call(unit), id),
    confirmed: (unit: string, id: CorrectionId, key?: string) =>
      confirmCorrection(world.ports, world.call(unit, key), id, { how: 'corrected', by }),
    eventsFor: (unit: string) =>
      world.events.filter((event) => event.unit === unit && event.type.startsWith('nl.sluis.correction.')),
  });
}

export type CorrectionWorld = Awaited<ReturnType<typeof correctionWorld>>;
