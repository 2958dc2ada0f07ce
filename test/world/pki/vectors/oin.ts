import { type Attribute, types } from '../certify.ts';
import { leafName, scene, testOin } from '../scene.ts';
import type { Vector } from './vector.ts';

/** What OpenSSL has no opinion about: it is our rule who somebody is. */
const stricter = 'has no opinion about OINs';

function named(name: string, word: Vector['word'], ...rdns: readonly (readonly Attribute[])[]): Vector {
  return { name, word, make: () => scene({ leaf: { subject: leafName(...rdns) } }), stricter };
}

function serialNumber(value: string | Buffer, tag?: number): readonly Attribute[] {
  return [tag === undefined ? [types.serialNumber, value] : [types.serialNumber, value, tag]];
}

const sixteen = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const universal = (text: string): Buffer =>
  Buffer.concat([...text].map((letter) => Buffer.from([0, 0, 0, letter.charCodeAt(0)])));

/** Look-alikes of an OIN. */
export const oinVectors: readonly Vector[] = [
  named('without an OIN', 'no-oin'),
  named('with the OIN in its common name only', 'no-oin', [[types.CN, testOin]]),
  named('with the OIN in its organisation only', 'no-oin', [[types.O, testOin]]),
  named('with the OIN as organizationIdentifier only', 'no-oin', [['2.5.4.97', testOin]]),
  named(
    'with two OINs in two parts of its name',
    'several-oins',
    serialNumber(testOin),
    serialNumber('00000099000000002000'),
  ),
  named('with two OINs in one part of its name', 'several-oins', [
    [types.serialNumber, testOin],
    [types.serialNumber, '00000099000000002000'],
  ]),
  named('with the same OIN twice', 'several-oins', serialNumber(testOin), serialNumber(testOin)),
  named('with an OIN and another number', 'several-oins', serialNumber(testOin), serialNumber('1')),
  named('with an OIN of 19 positions', 'malformed-oin', serialNumber(testOin.slice(1))),
  named('with an OIN of 21 positions', 'malformed-oin', serialNumber(`0${testOin}`)),
  named('with an OIN and a space behind it', 'malformed-oin', serialNumber(`${testOin} `)),
  named('with a space and an OIN', 'malformed-oin', serialNumber(` ${testOin}`)),
  named('with an OIN and a line break', 'malformed-oin', serialNumber(`${testOin}\n`)),
  named('with an OIN and a NUL', 'malformed-oin', serialNumber(`${testOin}\0`)),
  named('with an OIN, a NUL and another', 'malformed-oin', serialNumber(`${testOin}\0${testOin}`)),
  named('with a hyphen in its OIN', 'malformed-oin', serialNumber('00000099-0000000001000')),
  named('with the prefix of no register', 'malformed-oin', serialNumber('00000055000000001000')),
  named('with a prefix of seven positions', 'malformed-oin', serialNumber('00000990000000010000')),
  named('with an OIN that does not end in zeros', 'malformed-oin', serialNumber('00000099000000001001')),
  named('with lower-case letters in its OIN', 'malformed-oin', serialNumber('00000099abcdefghi000')),
  named('with an OIN written urn:nld:oin', 'malformed-oin', serialNumber(`urn:nld:oin:${testOin}`)),
  named('with fullwidth digits', 'malformed-oin', serialNumber(Buffer.from('０'.repeat(7) + testOin.slice(7)), 0x0c)),
  named('with Arabic-Indic digits', 'malformed-oin', serialNumber(Buffer.from(testOin.replaceAll('0', '٠')), 0x0c)),
  named('with its OIN as UTF8String', 'malformed-oin', serialNumber(testOin, 0x0c)),
  named('with its OIN as BMPString', 'malformed-oin', serialNumber(sixteen(testOin), 0x1e)),
  named('with its OIN as TeletexString', 'malformed-oin', serialNumber(testOin, 0x14)),
  named('with its OIN as UniversalString', 'malformed-oin', serialNumber(universal(testOin), 0x1c)),
  named('with its OIN as IA5String', 'malformed-oin', serialNumber(testOin, 0x16)),
  named('with its OIN as NumericString', 'malformed-oin', serialNumber(testOin, 0x12)),
];
