import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTlogProof, writeTlogProof } from '../../../src/core/ledger/tlog-proof.ts';

const checkpoint = 'sluis.test/ledger\n5\nAAAA\n\n— sluis.test/ledger AAAAAAA=\n';
const hash = (byte: number) => Buffer.alloc(32, byte);
const text = writeTlogProof({ index: 3, path: [hash(1), hash(2)], checkpoint });

describe('a tlog-proof', () => {
  test('is written as C2SP has it', () => {
    expect(text).toBe(
      [
        'c2sp.org/tlog-proof@v1',
        'index 3',
        'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=',
        'AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=',
        '',
        'sluis.test/ledger',
        '5',
        'AAAA',
        '',
        '— sluis.test/ledger AAAAAAA=',
        '',
      ].join('\n'),
    );
  });

  test('is read as it was written, for any place and path', () => {
    const path = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 53 });
    fc.assert(
      fc.property(fc.maxSafeNat(), path, (index, hashes) => {
        const proof = { index, path: hashes.map((each) => Buffer.from(each)), checkpoint };
        expect(readTlogProof(writeTlogProof(proof))).toEqual(proof);
      }),
    );
  });

  test.each([
    ['another first line', text.replace('@v1', '@v2')],
    ['an extra line', text.replace('index', 'extra AAAA\nindex')],
    ['no index', text.replace('index 3\n', '')],
    ['a leading zero', text.replace('index 3', 'index 03')],
    ['a sign', text.replace('index 3', 'index +3')],
    ['a fraction', text.replace('index 3', 'index 3.0')],
    ['an index that is not safe', text.replace('index 3', 'index 9007199254740992')],
    ['two spaces', text.replace('index 3', 'index  3')],
    ['a carriage return', text.replace('index 3\n', 'index 3\r\n')],
    ['a hash of 31 bytes', text.replace(/AQEB\S+=/, hash(1).subarray(1).toString('base64'))],
    ['a hash of 33 bytes', text.replace(/AQEB\S+=/, Buffer.alloc(33, 1).toString('base64'))],
    ['loose bits in a hash', text.replace('QEBAQE=', 'QEBAQF=')],
    ['a hash without padding', text.replace('QEBAQE=', 'QEBAQE')],
    ['a hash in the other alphabet', text.replace('AQEB', '-_EB')],
    ['a space after a hash', text.replace('QEBAQE=\n', 'QEBAQE= \n')],
    ['a path of 54', text.replace('index 3\n', `index 3\n${`${hash(3).toString('base64')}\n`.repeat(52)}`)],
    ['no empty line', text.replaceAll('\n\n', '\n')],
    ['nothing', ''],
  ])('with %s is none', (_, changed) => {
    expect(changed).not.toBe(text);
    expect(readTlogProof(changed)).toBeNull();
  });
});
