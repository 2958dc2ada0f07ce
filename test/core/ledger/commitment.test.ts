import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commitment, committedNames, openingsOf } from '../../../src/core/ledger/commitment.ts';
import { draft } from './drafts.ts';

const salt = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');

describe('a commitment', () => {
  test('is SHA-256 over salt, name, a zero byte and the value, in base64url', () => {
    const bytes = Buffer.concat([salt, Buffer.from('surname'), Buffer.of(0), Buffer.from('Jansén')]);
    expect(commitment('surname', salt, 'Jansén')).toBe(createHash('sha256').update(bytes).digest('base64url'));
  });

  test('is the one that the page of formats gives as an example', () => {
    const page = readFileSync(path.join(import.meta.dirname, '../../../docs/ledger.md'), 'utf8');
    const [, name = '', value = '', expected = ''] = /name {2}(\S+) +value {2}(\S+)\n +→ (\S+)/.exec(page) ?? [];
    expect(commitment(name, salt, value)).toBe(expected);
  });

  test('differs for every other salt, name or value', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,10}$/);
    const input = fc.tuple(fc.uint8Array({ minLength: 16, maxLength: 16 }), name, fc.string());
    fc.assert(
      fc.property(input, input, (one, other) => {
        fc.pre(JSON.stringify([[...one[0]], one[1], one[2]]) !== JSON.stringify([[...other[0]], other[1], other[2]]));
        const [first, second] = [one, other].map(([s, n, v]) => commitment(n, Buffer.from(s), v));
        expect(first).not.toBe(second);
      }),
    );
  });

  test('refuses a short salt, a name that could hide a border, and broken text', () => {
    expect(() => commitment('a', salt.subarray(1), 'v')).toThrow(TypeError);
    expect(() => commitment('a\0b', salt, 'v')).toThrow(TypeError);
    expect(() => commitment('', salt, 'v')).toThrow(TypeError);
    expect(() => commitment('a', salt, '\ud800')).toThrow(TypeError);
  });

  test('opens every personal and fleeting value with a salt of its own', () => {
    const one = draft(1, {
      personal: { subject: '01920000-0000-7000-a000-000000000001', reference: 'the reference' },
      fleeting: { payload: 'sha256:of the payload' },
    });
    const names = committedNames(one);
    expect(names).toEqual(['payload', 'reference', 'subject']);
    const openings = openingsOf(one, Buffer.from(Array.from({ length: 48 }, (_, index) => index)));
    expect(openings.map(({ name, value }) => [name, value])).toEqual([
      ['payload', 'sha256:of the payload'],
      ['reference', 'the reference'],
      ['subject', '01920000-0000-7000-a000-000000000001'],
    ]);
    expect(new Set(openings.map((opening) => opening.salt)).size).toBe(3);
  });

  test('refuses too few salts, and a name that is both personal and fleeting', () => {
    expect(() => openingsOf(draft(1), Buffer.alloc(47))).toThrow(TypeError);
    const both = draft(1, { personal: { payload: 'a' }, fleeting: { payload: 'b' } });
    expect(() => openingsOf(both, Buffer.alloc(32))).toThrow(TypeError);
  });
});
