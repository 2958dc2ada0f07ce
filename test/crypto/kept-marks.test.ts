import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { markUnder } from '../../src/crypto/kept-marks.ts';

const secret = Buffer.alloc(32, 7);

describe('a mark', () => {
  it('is the same for the same value, and another for every other value, purpose and secret', () => {
    const person = markUnder(secret, 'person-mark');
    expect(person('u1')).toBe(markUnder(secret, 'person-mark')('u1'));
    const others = [
      person('u2'),
      markUnder(secret, 'call-mark')('u1'),
      markUnder(Buffer.alloc(32, 8), 'person-mark')('u1'),
    ];
    expect(new Set([person('u1'), ...others]).size).toBe(4);
  });

  it('is no plain hash of the value, by which it could be guessed', () => {
    const mark = markUnder(secret, 'person-mark')('u1');
    expect(mark).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(mark).not.toBe(createHash('sha256').update('u1').digest('base64url'));
  });
});
