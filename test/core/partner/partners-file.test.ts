import { describe, expect, test } from 'vitest';
import { isTestOin, parseOin } from '../../../src/core/partner/oin.ts';
import { partnersFile, unitsOf } from '../../../src/core/partner/partners-file.ts';
import { encryptionPair } from '../../world/encryption-keys.ts';

const thumbprint = 'ab'.repeat(32);
const connector = {
  type: 'http',
  url: 'https://bron.example:8443/personen',
  subject: { scheme: 'bsn', pointer: '/persoon/bsn' },
  fields: { 'identity.surname': '/persoon/naam' },
};
const signing = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), use: 'sig' };
const next = { ...signing, x: 'B'.repeat(43) };
const encryptionKey = encryptionPair().jwk;
const keys = (change: object = {}) => ({ encryptionKeys: [{ jwk: { ...encryptionKey, ...change } }] });

function file(change: object = {}, unit: object = {}): unknown {
  const units = [{ id: 'gemeente', name: 'Gemeente', kind: 'municipality', ...unit }];
  return { organisations: [{ oin: '00000001123456789000', name: 'Gemeente', units, ...change }] };
}

describe('an organisation identification number', () => {
  test.each([
    '00000001123456789000',
    '00000003123456780000',
    '00000004123456789000',
    '0000000700030300A000',
    '00000010123456789000',
    '00000099000000001000',
  ])('%s has the exact form', (text) => {
    expect(parseOin(text)).toBe(text);
  });

  test.each([
    ['nothing', ''],
    ['too short', '0000000112345678900'],
    ['too long', '000000011234567890000'],
    ['a space', '00000001123456789000 '],
    ['a line end', '00000001123456789000\n'],
    ['an unknown register', '00000005123456789000'],
    ['no zeros at its end', '00000001123456789001'],
    ['a trade register number of nine', '00000003123456789000'],
    ['letters in an RSIN', '0000000112345678A000'],
    ['small letters', '0000000700030300a000'],
  ])('with %s is none', (_, text) => {
    expect(parseOin(text)).toBeNull();
  });

  test('of the test register is known as such', () => {
    const oins = ['00000099000000001000', '00000001123456789000'].map(parseOin);
    expect(oins.map((oin) => oin !== null && isTestOin(oin))).toEqual([true, false]);
  });
});

describe('a partners file', () => {
  test('gives units as the registry knows them, with the defaults written out', () => {
    expect(unitsOf(partnersFile.parse(file({}, { thumbprints: [thumbprint], connector, ...keys() })))).toEqual([
      {
        id: 'gemeente',
        organisation: { oin: '00000001123456789000', name: 'Gemeente' },
        name: 'Gemeente',
        kind: 'municipality',
        state: 'active',
        selector: { thumbprints: [thumbprint], subOin: null },
        connector: { ...connector, certificates: [], timeoutMs: 2_000, maxBytes: 1_048_576 },
        encryptionKeys: [{ jwk: encryptionKey, proof: null }],
        signingKeys: [],
        jwks: null,
        staff: false,
        webhooks: [],
        acceptedPolicySet: null,
      },
    ]);
  });

  test('keeps a unit’s own number, its keys in their order, and where it publishes others', () => {
    const own = { subOin: '00000004123456789000', signingKeys: [signing, next], jwks: 'https://partner.example/jwks' };
    const [unit] = unitsOf(partnersFile.parse(file({}, own)));
    expect(unit).toMatchObject({
      selector: { thumbprints: [], subOin: own.subOin },
      signingKeys: own.signingKeys,
      jwks: own.jwks,
    });
  });

  test.each<[string, unknown]>([
    ['nothing', {}],
    ['an address for events by number', file({}, { webhooks: ['10.0.0.1'] })],
    ['nine hosts for events', file({}, { webhooks: Array.from({ length: 9 }, (_, index) => `h${index}.example`) })],
    ['an unknown member', { ...Object(file()), extra: 1 }],
    ['no units', file({ units: [] })],
    ['a malformed OIN', file({ oin: '123' })],
    ['a unit twice', file({ units: [1, 2].map(() => ({ id: 'x', name: 'X', kind: 'prison' })) })],
    ['a state that does not exist', file({}, { state: 'open' })],
    ['a thumbprint in capitals', file({}, { thumbprints: [thumbprint.toUpperCase()] })],
    ['a thumbprint of another length', file({}, { thumbprints: ['ab'] })],
    ['a thumbprint that is not there', file({}, { thumbprints: [undefined] })],
    ['a source without TLS', file({}, { connector: { ...connector, url: 'http://bron.example/' } })],
    [
      'a source with a password in its address',
      file({}, { connector: { ...connector, url: 'https://a:b@bron.example/' } }),
    ],
    ['a question in the address', file({}, { connector: { ...connector, url: 'https://bron.example/?bsn=1' } })],
    ['a pointer to the whole answer', file({}, { connector: { ...connector, fields: { 'a.b': '' } } })],
    ['a pointer without its slash', file({}, { connector: { ...connector, fields: { 'a.b': 'naam' } } })],
    ['no subject to compare', file({}, { connector: { ...connector, subject: undefined } })],
    ['no time at all', file({}, { connector: { ...connector, timeoutMs: 0 } })],
    ['a private key', file({}, keys({ d: 'ZA' }))],
    ['a number that is no SubOIN', file({}, { subOin: '00000001123456789000' })],
    ['a SubOIN of a test number', file({}, { subOin: '00000099123456789000' })],
    [
      'a SubOIN twice',
      file({
        units: ['x', 'y'].map((id) => ({ id, name: id, kind: 'prison', subOin: '00000004123456789000' })),
      }),
    ],
    [
      'five signing keys',
      file({}, { signingKeys: ['A', 'B', 'C', 'D', 'E'].map((c) => ({ ...signing, x: c.repeat(43) })) }),
    ],
    ['a signing key twice', file({}, { signingKeys: [signing, { ...signing, kid: 'other' }] })],
    [
      'two signing keys of one name',
      file(
        {},
        {
          signingKeys: [
            { ...signing, kid: 'k' },
            { ...next, kid: 'k' },
          ],
        },
      ),
    ],
    ['a private signing key', file({}, { signingKeys: [{ ...signing, d: 'C'.repeat(43) }] })],
    ['a signing key as it used to be', file({}, { signingKey: signing })],
    ['keys at an address without TLS', file({}, { jwks: 'http://partner.example/jwks' })],
    ['keys at an address with a question', file({}, { jwks: 'https://partner.example/jwks?unit=1' })],
    ['keys at an address with a password', file({}, { jwks: 'https://a:b@partner.example/jwks' })],
    ['a key for signatures', file({}, keys({ use: 'sig' }))],
    ['a key to seal to twice', file({}, { encryptionKeys: [{ jwk: encryptionKey }, { jwk: encryptionKey }] })],
    [
      'two keys of one name',
      file(
        {},
        {
          encryptionKeys: [
            { jwk: { ...encryptionKey, kid: 'een' } },
            { jwk: encryptionPair('OKP', { kid: 'een' }).jwk },
          ],
        },
      ),
    ],
    [
      'five keys to seal to',
      file({}, { encryptionKeys: Array.from({ length: 5 }, () => ({ jwk: encryptionPair().jwk })) }),
    ],
    ['the one key of before', file({}, { encryptionKey })],
  ])('is refused with %s', (_, content) => {
    expect(partnersFile.safeParse(content).success).toBe(false);
  });
});
