import { beforeEach, describe, expect, it } from 'vitest';
import { ask } from '../../../src/core/disclosure/ask.ts';
import { planAnswer, planRequest, stranger } from '../../world/personas.ts';
import { type CorrectionWorld, correctionWorld } from './correction-world.ts';

let world: CorrectionWorld;
beforeEach(async () => {
  world = await correctionWorld();
});
const made: CorrectionWorld['made'] = (...of) => world.made(...of);

describe('a restriction by a source', () => {
  const asked = (fields: readonly string[], source = 'pi') =>
    ask(world.ports, world.call('gemeente'), planRequest({ fields: [...fields], source }));

  it('stops these fields from this source, others go on, and lifting it ends that', async () => {
    await made({ kind: 'restricted' });
    expect(await asked(['identity.surname'])).toMatchObject({
      kind: 'refused',
      request: { decision: { class: 'not-available' } },
    });
    const partly = await asked(['identity.surname', 'identity.givenNames']);
    expect(partly).toMatchObject({ kind: 'delivered', request: { decision: { permitted: ['identity.givenNames'] } } });
    await made({ kind: 'restriction-lifted' });
    expect(await asked(['identity.surname'])).toMatchObject({ kind: 'delivered' });
  });

  it('reads to who asks as a person whom nobody knows', async () => {
    await made({ kind: 'restricted' });
    const [frozen, nobody] = [
      await asked(['identity.surname']),
      await ask(world.ports, world.call('gemeente'), planRequest({ fields: ['identity.surname'], subject: stranger })),
    ];
    if (frozen.kind !== 'refused' || nobody.kind !== 'refused') throw new Error('not refused');
    expect(frozen.request.decision.refused).toEqual(nobody.request.decision.refused);
  });

  it('drops an answer that is under way', async () => {
    world.answer = async () => {
      await made({ kind: 'restricted' });
      return planAnswer;
    };
    const outcome = await ask(world.ports, world.call('gemeente'), planRequest({ fields: ['identity.surname'] }));
    expect(outcome).toMatchObject({ kind: 'refused', request: { state: 'refused' } });
    expect(world.requests.get(outcome.kind === 'refused' ? outcome.request.id : ('' as never))).toMatchObject({
      stoppedFor: 'restriction',
    });
  });

  it('is lifted also where another gateway, whose clock is ahead, placed it', async () => {
    world.nowMs += 2_000;
    await made({ kind: 'restricted' });
    world.nowMs -= 2_000;
    await made({ kind: 'restriction-lifted' });
    world.nowMs += 3_000;
    expect(await asked(['identity.surname'])).toMatchObject({ kind: 'delivered' });
  });

  it('is placed once, and by another unit it neither stops nor lifts anything of this one', async () => {
    await made({ kind: 'restricted' });
    const facts = world.facts.size;
    await made({ kind: 'restricted' });
    expect(world.facts.size).toBe(facts);
    await made({ kind: 'restriction-lifted' }, 'reclassering');
    expect(await asked(['identity.surname'])).toMatchObject({ kind: 'refused' });
    await made({ kind: 'restriction-lifted' });
    await made({ kind: 'restricted' }, 'reclassering');
    expect(await asked(['identity.surname'])).toMatchObject({ kind: 'delivered' });
  });
});
