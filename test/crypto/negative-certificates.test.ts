import { describe, expect, test } from 'vitest';
import { verifyCertificate } from '../../src/crypto/certificate.ts';
import { type Scene, testOin, trustIn } from '../world/pki/scene.ts';
import { goodNeighbours, vectors } from '../world/pki/vectors/all.ts';

async function verdictOn(made: Scene): Promise<string> {
  const rules = { trust: trustIn(made), acceptTestOins: true, now: new Date() };
  const found = await verifyCertificate({ certificate: made.leaf, chain: made.chain }, rules);
  return found.ok ? found.value.oin : found.refusal;
}

describe('a certificate made for its refusal', () => {
  test('there are enough of them, each with a name of its own', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(60);
    expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length);
  });

  test.each(vectors)('$name: $word', async ({ make, word }) => {
    expect(await verdictOn(make())).toBe(word);
  });
});

describe('its good neighbour', () => {
  test.each(goodNeighbours)('$name comes in', async ({ make }) => {
    expect(await verdictOn(make())).toBe(testOin);
  });
});
