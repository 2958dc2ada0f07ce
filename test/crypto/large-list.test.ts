import { expect, test } from 'vitest';
import { parseRevocationList } from '../../src/crypto/path/revocation-list.ts';
import { keysOf } from '../world/pki/keys.ts';
import { caPlan, certifyList, rootName } from '../world/pki/scene.ts';

test('a list of a hundred thousand entries is read in a moment, and keeps no more than their numbers', () => {
  const serials = Array.from({ length: 100_000 }, (_, index) => (0x40_00_00_00_00 + index * 7).toString(16));
  const [der = Buffer.alloc(0)] = certifyList(caPlan(rootName, keysOf('p256:root'), null), {
    revoked: serials.map((serial) => ({ serial })),
  });
  expect(der.length).toBeGreaterThan(2_000_000);
  const before = process.cpuUsage();
  const list = parseRevocationList(der);
  const { user, system } = process.cpuUsage(before);
  expect(list.revoked.size).toBe(100_000);
  expect(list.revoked.has(serials[99_999] ?? '')).toBe(true);
  expect((user + system) / 1_000).toBeLessThan(3_000);
});
