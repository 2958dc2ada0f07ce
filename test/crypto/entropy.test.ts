import { expect, test } from 'vitest';
import { entropy, randomBytes } from '../../src/crypto/entropy.ts';

test('ids are UUIDs of version 7, in the order in which they were made', () => {
  const ids = Array.from({ length: 2_000 }, () => entropy.id());
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
});

test('trace ids are 32 hexadecimal digits and bytes come in the length that was asked', () => {
  expect(entropy.trace()).toMatch(/^[0-9a-f]{32}$/);
  expect(entropy.trace()).not.toBe(entropy.trace());
  expect(randomBytes(16)).toHaveLength(16);
});

test('no bytes are handed out twice, however many are asked for and in whatever lengths', () => {
  const lengths = Array.from({ length: 4_000 }, (_, n) => [12, 16, 32, 96, 208][n % 5] ?? 16);
  const drawn = lengths.map((length) => randomBytes(length));
  expect(drawn.map(({ length }) => length)).toEqual(lengths);
  expect(new Set(drawn.map((bytes) => bytes.toString('hex', 0, 12))).size).toBe(drawn.length);
  expect(drawn.filter((bytes) => bytes.includes(Buffer.alloc(8)))).toEqual([]);
});

test('what was handed out stays as it is, and a change to it changes nothing else', () => {
  const first = randomBytes(16);
  const kept = first.toString('hex');
  first.fill(0);
  const others = Array.from({ length: 1_000 }, () => randomBytes(16));
  const words = others.map((bytes) => bytes.toString('hex'));
  others[0]?.fill(0);
  expect(words).not.toContain(kept);
  expect(others.slice(1).map((bytes) => bytes.toString('hex'))).toEqual(words.slice(1));
});

test('more than a block is drawn at once', () => {
  const long = randomBytes(10_000);
  expect(long).toHaveLength(10_000);
  expect(long.includes(Buffer.alloc(8))).toBe(false);
  expect(randomBytes(0)).toHaveLength(0);
});
