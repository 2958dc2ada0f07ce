import { beforeAll, describe, expect, it } from 'vitest';
import { loginCode } from '../../src/demo/login-code.ts';
import type { Stage } from '../../src/demo/story/scene.ts';
import { openStage } from '../../src/demo/story/stage.ts';
import { zwolleStory } from '../../src/demo/story/story.ts';
import { useChain } from '../world/chain.ts';

const chain = useChain({ persons: 40 });
let stage: Stage;

beforeAll(async () => {
  const { world } = chain();
  stage = await openStage(world, await loginCode(world, { bsn: world.persons[0]?.bsn ?? '' }));
});

describe('the Zwolle story, scene by scene', () => {
  for (const scene of zwolleStory) {
    it(`${scene.title}: ${scene.told}`, async () => {
      await expect(scene.play(stage)).resolves.toEqual(expect.any(String));
    });
  }
});

it('tells every line that the story of the issue has', () => {
  const titles = zwolleStory.map(({ title, told }) => `${title}: ${told}`).join('\n');
  for (const line of [
    /melding/,
    /minstens 8/,
    /politie/i,
    /niet beschikbaar/,
    /zegt ja/,
    /keurt goed/,
    /trekt in/,
    /heel/,
  ])
    expect(titles).toMatch(line);
});

it('leaves nobody in the log of the gateway', () => {
  const log = chain().log();
  for (const { bsn, skn, surname, address } of [stage.person, stage.stranger]) {
    for (const personal of [bsn, skn, surname, address]) expect(log).not.toContain(personal);
  }
  for (const said of [stage.pseudonym ?? '', 'ZW-2026-0117', 'WH-2026-0117', 'A. de Vries', 'B. Bakker']) {
    expect(said).not.toBe('');
    expect(log).not.toContain(said);
  }
  expect(log).toContain('"route":"/v1/requests"');
});
