import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LoginThrottle } from '../../src/pages/login/login-throttle.ts';

const limits = { perAddress: 3, overall: 10, windowMs: 1000, addresses: 5 };

test('an address waits until its window is over', () => {
  const throttle = new LoginThrottle(limits);
  for (let wrong = 0; wrong < 3; wrong++) throttle.countWrong('a', 100);
  expect(throttle.waitMs('a', 400)).toBe(700);
  expect(throttle.waitMs('b', 400)).toBe(0);
  expect(throttle.waitMs('a', 1100)).toBe(0);
});

test('codes guessed from ever new addresses stop everybody in the end', () => {
  const throttle = new LoginThrottle(limits);
  for (let wrong = 0; wrong < 10; wrong++) throttle.countWrong(`address ${wrong}`, 0);
  expect(throttle.waitMs('a new one', 0)).toBe(1000);
});

test('within one window no address gets further than its limit, however it is interleaved', () => {
  const small = { ...limits, overall: 1000, addresses: 1000 };
  fc.assert(
    fc.property(fc.array(fc.record({ address: fc.nat(4), ms: fc.nat(900) })), (tries) => {
      const throttle = new LoginThrottle(small);
      const looked = new Map<number, number>();
      for (const { address, ms } of [...tries].sort((one, other) => one.ms - other.ms)) {
        if (throttle.waitMs(`${address}`, ms) > 0) continue;
        throttle.countWrong(`${address}`, ms);
        looked.set(address, (looked.get(address) ?? 0) + 1);
      }
      return [...looked.values()].every((count) => count <= small.perAddress);
    }),
  );
});

test('memory is bounded: the oldest address is forgotten, never a newer one', () => {
  const throttle = new LoginThrottle({ ...limits, overall: 1_000_000 });
  for (let wrong = 0; wrong < 3; wrong++) throttle.countWrong('first', 0);
  for (let other = 0; other < 4; other++) throttle.countWrong(`other ${other}`, 0);
  expect(throttle.waitMs('first', 0)).toBeGreaterThan(0);
  throttle.countWrong('one too many', 0);
  expect(throttle.waitMs('first', 0)).toBe(0);
});
