import { calculateJwkThumbprint, type JWK } from 'jose';
import { describe, expect, test } from 'vitest';
import { type PartnerKeys, partnerKeys } from '../../src/crypto/partner-keys.ts';
import { type TestKey, testKey } from '../world/forge-jws.ts';

const url = 'https://partner.example/jwks';
const registered = testKey('OKP', 'registered');
const [one, two] = [testKey('EC', 'one'), testKey('OKP', 'two')];

interface Partner {
  readonly keys: PartnerKeys;
  /** What the address gives; an error: it cannot be reached. */
  answer: unknown;
  asked: number;
  nowMs: number;
}

function partner(): Partner {
  const world = { answer: { keys: [one.jwk] } as unknown, asked: 0, nowMs: 1_000_000 };
  const keys = partnerKeys({
    ticks: () => world.nowMs,
    fetch: async (asked) => {
      expect(asked).toBe(url);
      world.asked += 1;
      if (world.answer instanceof Error) throw world.answer;
      return Buffer.from(typeof world.answer === 'string' ? world.answer : JSON.stringify(world.answer));
    },
  });
  return Object.assign(world, { keys });
}

const publishing = { signingKeys: [registered.jwk], jwks: url };

async function find({ keys }: Partner, kid: string | null, unit: Parameters<PartnerKeys['of']>[0] = publishing) {
  const found = await keys.of(unit, kid);
  return found === 'unavailable' ? found : found.map((key) => key.kid ?? '-');
}

describe('keys of a partner', () => {
  test('that are registered are used without asking anybody', async () => {
    const world = partner();
    expect(await find(world, 'registered')).toEqual(['registered']);
    expect(await find(world, null)).toEqual(['registered']);
    expect(await find(world, 'other', { signingKeys: [registered.jwk], jwks: null })).toEqual([]);
    expect(world.asked).toBe(0);
  });

  test('that are published are fetched once for all who wait, and relied on for ten minutes', async () => {
    const world = partner();
    const found = await Promise.all(Array.from({ length: 5 }, () => find(world, 'one')));
    expect(found).toEqual(Array(5).fill(['one']));
    world.nowMs += 599_999;
    expect(await find(world, 'one')).toEqual(['one']);
    expect(world.asked).toBe(1);
    world.answer = new Error('gone');
    world.nowMs += 1;
    expect(await find(world, 'one')).toBe('unavailable');
    expect(world.asked).toBe(2);
  });

  test('that are new are looked for again, once in a while', async () => {
    const world = partner();
    expect(await find(world, 'one')).toEqual(['one']);
    world.answer = { keys: [one.jwk, two.jwk] };
    expect(await find(world, 'two')).toEqual([]);
    world.nowMs += 9_999;
    expect(await find(world, 'two')).toEqual([]);
    expect(world.asked).toBe(1);
    world.nowMs += 1;
    expect(await find(world, 'two')).toEqual(['two']);
    expect(world.asked).toBe(2);
  });

  test('that were withdrawn are gone with the next reading', async () => {
    const world = partner();
    expect(await find(world, 'one')).toEqual(['one']);
    world.answer = { keys: [two.jwk] };
    world.nowMs += 10_000;
    expect(await find(world, 'two')).toEqual(['two']);
    expect(await find(world, 'one')).toEqual([]);
  });

  test('are found by their thumbprint as well', async () => {
    const world = partner();
    const { kid: _, ...nameless } = one.jwk;
    world.answer = { keys: [nameless] };
    expect(await find(world, await calculateJwkThumbprint(nameless as JWK))).toEqual(['-']);
  });

  test('where the address does not answer there are none, and it is not asked all the time', async () => {
    const world = partner();
    world.answer = new Error('not there');
    expect(await find(world, 'one')).toBe('unavailable');
    expect(await find(world, 'one')).toBe('unavailable');
    expect(world.asked).toBe(1);
    world.answer = { keys: [one.jwk] };
    world.nowMs += 10_000;
    expect(await find(world, 'one')).toEqual(['one']);
  });

  const privateHalf = ({ privateKey }: TestKey) => privateKey.export({ format: 'jwk' });
  test.each<[string, unknown]>([
    ['no JSON', 'niets'],
    ['no set of keys', [one.jwk]],
    ['a member twice', `{"keys":[],"keys":[${JSON.stringify(one.jwk)}]}`],
    ['more keys than anybody keeps by hand', { keys: Array(17).fill(one.jwk) }],
  ])('%s is no answer', async (_, answer) => {
    const world = partner();
    world.answer = answer;
    expect(await find(world, 'one')).toBe('unavailable');
  });

  test.each<[string, object]>([
    ['with its private half', { ...one.jwk, ...privateHalf(one) }],
    ['without its use', Object.fromEntries(Object.entries(one.jwk).filter(([name]) => name !== 'use'))],
    ['for encryption', { ...one.jwk, use: 'enc' }],
    ['for another algorithm', { ...one.jwk, alg: 'ES512' }],
    ['with a secret', { kty: 'oct', k: 'AAAA', use: 'sig', kid: 'one' }],
    ['with a certificate', { ...one.jwk, x5c: ['MIIB'] }],
    ['of 1024 bits', { kty: 'RSA', n: 'A'.repeat(171), e: 'AQAB', use: 'sig', kid: 'one' }],
  ])('a key %s is passed over, and closes the door for no other', async (_, key) => {
    const world = partner();
    world.answer = { keys: [key, two.jwk] };
    expect(await find(world, 'one')).toEqual([]);
    expect(await find(world, 'two')).toEqual(['two']);
  });
});
