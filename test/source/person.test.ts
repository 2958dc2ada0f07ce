import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partsAbout, writtenNumber } from '../../src/source/person.ts';
import { connectorTo } from '../world/vendors/connectors.ts';

const checkLetters = 'ABCDEFGHJKLMNPRSTUVWXYZ';

test.each([
  ['10000000', { padded: 10, checkLetters }, '0010000000R'],
  ['00420019', { padded: 10, digits: 8, checkLetters }, '0000420019T'],
  ['00420019', { padded: 10, digits: 8 }, '0000420019'],
  ['00420019', { padded: 8, digits: 8 }, '00420019'],
  ['0420019', { padded: 10, digits: 8 }, null],
  ['100420019', { padded: 10, digits: 8 }, null],
  ['00420019', { padded: 10, checkLetters }, null],
  // Nine positions, but no citizen service number: somebody else's may be without the zero.
  ['012345678', { padded: 10 }, null],
  ['012345678', 'number', null],
  ['12345678', { padded: 7 }, null],
  ['1234567X', { padded: 10, checkLetters }, null],
] as const)('%s as %j is %s', (number, as, written) => {
  expect(writtenNumber(number, { scheme: 'skn', as })).toBe(written);
});

test('a citizen service number has nine digits, whatever they begin with', () => {
  expect(writtenNumber('012345672', { scheme: 'bsn', as: 'number' })).toBe(12_345_672);
  expect(writtenNumber('012345672', { scheme: 'bsn', as: { padded: 10 } })).toBe('0012345672');
});

test('two numbers are never written as one', () => {
  const digits = fc.stringMatching(/^[0-9]{7,9}$/);
  const pair = fc.oneof(
    fc.tuple(digits, digits),
    // What differs in zeros before it alone.
    digits.map((number) => [number, `0${number}`] as const),
  );
  const padded = fc.integer({ min: 7, max: 12 });
  const as = fc.oneof(
    fc.constant('number' as const),
    fc.record({ padded, digits: fc.integer({ min: 7, max: 10 }), checkLetters: fc.constantFrom('AB', checkLetters) }),
    fc.record({ padded, checkLetters: fc.constant(checkLetters) }),
    fc.record({ padded }),
  );
  fc.assert(
    fc.property(pair, as, ([one, other], how) => {
      const written = writtenNumber(one, { scheme: 'skn', as: how });
      if (written !== null && one !== other) expect(writtenNumber(other, { scheme: 'skn', as: how })).not.toBe(written);
    }),
  );
});

describe('an answer that names people in a list', () => {
  const connector = connectorTo.care('https://bron.example');
  const system = 'http://fhir.nl/fhir/NamingSystem/bsn';
  const patient = (...values: readonly unknown[]) => ({
    resource: { resourceType: 'Patient', identifier: values.map((value) => ({ system, value })) },
  });

  test('is about the one who is named', () => {
    const page = { entry: [{ resource: { resourceType: 'EpisodeOfCare' } }, patient('900000001')] };
    expect(partsAbout(page, '900000001', connector)).toEqual([page]);
  });

  test.each([
    ['somebody else', [patient('900000002')]],
    ['the person and somebody else', [patient('900000001'), patient('900000002')]],
    ['the person twice', [patient('900000001'), patient('900000001')]],
    ['the person by two numbers', [patient('900000001', '900000002')]],
    ['the person by a number of another type', [patient(900_000_001)]],
    ['nobody', [patient()]],
    ['nobody at all', []],
    ['what is no list', patient('900000001')],
    ['what is nothing', null],
  ])('is not about the person when it names %s', (_, entry) => {
    const attempt = () => partsAbout({ entry }, '900000001', connector);
    expect(attempt).toThrow(expect.objectContaining({ code: 'source-wrong-subject' }));
  });
});
