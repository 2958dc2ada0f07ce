import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UnitId } from '../../../src/core/brand.ts';
import { partnersOnRecord, unitsOf } from '../../../src/core/partner/partners-file.ts';
import { applyChange } from '../../../src/core/partner-change/apply-change.ts';
import { partnerChange } from '../../../src/core/partner-change/partner-change.ts';
import { rotateEncryptionKeys } from '../../../src/core/partner-change/rotate-encryption-keys.ts';
import { encryptionPair } from '../../world/encryption-keys.ts';

const pairs = Array.from({ length: 6 }, () => encryptionPair());
const [one, two, three, four, five] = pairs.map(({ jwk }) => ({ jwk, proof: null }));
if (!one || !two || !three || !four || !five) throw new Error('no keys');
const nameOf = (index: number) => pairs[index]?.thumbprint ?? '';
const none = { add: [], drop: [] };

describe('rotating keys to seal to', () => {
  test('puts what comes in front of what stays', () => {
    expect(rotateEncryptionKeys(null, { ...none, add: [one] })).toEqual([one]);
    expect(rotateEncryptionKeys([one], { ...none, add: [two] })).toEqual([two, one]);
    expect(rotateEncryptionKeys([one], { ...none, add: [three, two] })).toEqual([three, two, one]);
  });

  test('drops what goes, by its thumbprint, also the last: then there is none, and never had-none', () => {
    expect(rotateEncryptionKeys([two, one], { ...none, drop: [nameOf(0)] })).toEqual([two]);
    expect(rotateEncryptionKeys([two], { ...none, drop: [nameOf(1)] })).toEqual([]);
  });

  test('puts a key with another proof in its own place, so that an old key does not become the newest', () => {
    const again = { ...one, proof: 'a.b.c' };
    expect(rotateEncryptionKeys([two, one], { ...none, add: [again] })).toEqual([two, again]);
  });

  test('leaves everything where it is not named', () => {
    expect(rotateEncryptionKeys([one], undefined)).toEqual([one]);
    expect(rotateEncryptionKeys(null, none)).toBeNull();
  });

  test.each([
    ['one-at-a-time', [one], { add: [two], drop: [nameOf(0)] }],
    ['not-there', [one], { ...none, drop: [nameOf(1)] }],
    ['not-there', null, { ...none, drop: [nameOf(1)] }],
    ['there-already', [one], { ...none, add: [one] }],
    ['there-already', null, { ...none, add: [one, { ...one, proof: 'a.b.c' }] }],
    [
      'there-already',
      [{ ...one, jwk: { ...one.jwk, kid: 'a' } }],
      { ...none, add: [{ ...two, jwk: { ...two.jwk, kid: 'a' } }] },
    ],
    ['there-already', [one], { ...none, add: [{ ...two, jwk: { ...two.jwk, kid: nameOf(0) } }] }],
    ['too-many', [one, two, three, four], { ...none, add: [five] }],
  ] as const)('refuses: %s', (problem, present, rotation) => {
    expect(rotateEncryptionKeys(present, rotation)).toBe(problem);
  });

  test('never has a key twice, more than four, or one gone that was not dropped', () => {
    const index = fc.nat(pairs.length - 1);
    const step = fc.record({ add: fc.array(index, { maxLength: 3 }), drop: fc.array(index, { maxLength: 2 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let keys: readonly { readonly jwk: (typeof one)['jwk']; readonly proof: string | null }[] | null = null;
        for (const { add, drop } of steps) {
          const coming = add.flatMap((which) => pairs[which] ?? []).map(({ jwk }) => ({ jwk, proof: null }));
          const after = rotateEncryptionKeys(keys as never, { add: coming, drop: drop.map(nameOf) });
          if (typeof after === 'string') continue;
          const texts = (after ?? []).map(({ jwk }) => JSON.stringify(jwk));
          expect(new Set(texts).size).toBe(texts.length);
          expect(texts.length).toBeLessThanOrEqual(4);
          if (keys !== null) expect(after).not.toBeNull();
          const dropped = drop.map((which) => JSON.stringify(pairs[which]?.jwk));
          const lost = (keys ?? []).map(({ jwk }) => JSON.stringify(jwk)).filter((text) => !texts.includes(text));
          expect(lost.every((text) => dropped.includes(text))).toBe(true);
          keys = after as typeof keys;
        }
      }),
    );
  });
});

describe('a unit to which answers are sealed', () => {
  const file = (encryptionKeys: unknown) => ({
    organisations: [
      {
        oin: '00000099000000007000',
        name: 'Gemeente',
        units: [{ id: 'college', name: 'College', kind: 'municipality', encryptionKeys }],
      },
    ],
  });
  const record = (keys: unknown) =>
    new Map(unitsOf(partnersOnRecord.parse(file(keys))).map((unit) => [unit.id as UnitId, unit]));
  const add = (keys: unknown) => partnerChange.parse({ action: 'add', ...file(keys) });

  test.each([[[one]], [[]]])('never gets them in clear again by being left out of a file', (before) => {
    const refused = applyChange(record(before), add(undefined));
    expect(refused).toEqual({ ok: false, refusal: { problem: 'unseals', unit: 'college', member: 'encryptionKeys' } });
    expect(applyChange(record(before), add([two])).ok).toBe(true);
  });

  test('keeps keys of before, which a file of now cannot bring in', () => {
    const older = { jwk: { ...one.jwk, alg: 'ECDH-ES+A256KW' }, proof: null };
    const rotated = partnerChange.parse({ action: 'rotate', unit: 'college', encryptionKeys: { add: [two] } });
    const effect = applyChange(record([older]), rotated);
    expect(effect.ok && effect.value.units[0]?.after.encryptionKeys).toEqual([two, older]);
    expect(() => add([older])).toThrow();
    // Again, by an algorithm that counts, in its own place.
    const again = partnerChange.parse({ action: 'rotate', unit: 'college', encryptionKeys: { add: [one] } });
    const renewed = applyChange(record([older]), again);
    expect(renewed.ok && renewed.value.units[0]?.after.encryptionKeys).toEqual([one]);
  });
});
