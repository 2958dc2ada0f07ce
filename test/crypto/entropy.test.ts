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
