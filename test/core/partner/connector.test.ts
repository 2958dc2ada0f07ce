import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { connectorForm, type HttpConnector } from '../../../src/core/partner/connector.ts';
import { mappedFields } from '../../../src/source/mapping.ts';
import { bodyOf } from '../../../src/source/query-body.ts';
import { questionTo } from '../../source/question.ts';

/** The form as it was before a connector could say more; what it accepted stands in files and on record. */
const before = z.strictObject({
  type: z.literal('http'),
  url: z.url({ protocol: /^https$/ }).refine((text) => new URL(text).search === ''),
  certificates: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .max(8)
    .default([]),
  subject: z.strictObject({
    scheme: z.enum(['bsn', 'skn']),
    pointer: z.string().regex(/^(?:\/(?:[^~/]|~[01])*)+$/),
  }),
  fields: z.record(z.string().regex(/^[a-zA-Z]+\.[a-zA-Z]+$/), z.string().regex(/^(?:\/(?:[^~/]|~[01])*)+$/)),
  timeoutMs: z.int().min(1).max(60_000).default(2_000),
  maxBytes: z.int().min(1).max(16_777_216).default(1_048_576),
});

const pointer = fc
  .array(fc.string({ maxLength: 6 }), { minLength: 1, maxLength: 4 })
  .map((tokens) => tokens.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
const word = fc.stringMatching(/^[a-zA-Z]{1,8}$/);
const old = fc.record(
  {
    type: fc.constant('http'),
    url: fc.constantFrom('https://bron.example/personen', 'https://localhost:8080/'),
    certificates: fc.array(fc.stringMatching(/^[0-9a-f]{64}$/), { maxLength: 3 }),
    subject: fc.record({ scheme: fc.constantFrom('bsn', 'skn'), pointer }),
    fields: fc.dictionary(
      fc.tuple(word, word).map(([category, field]) => `${category}.${field}`),
      pointer,
    ),
    timeoutMs: fc.integer({ min: 1, max: 60_000 }),
    maxBytes: fc.integer({ min: 1, max: 16_777_216 }),
  },
  { requiredKeys: ['type', 'url', 'subject', 'fields'] },
);

describe('a connector from before', () => {
  test('means exactly what it meant, and stands on record as it stood', () => {
    fc.assert(
      fc.property(old, (written) => {
        const meant = before.parse(written);
        expect(JSON.stringify(connectorForm.parse(written))).toBe(JSON.stringify(meant));
        // Read back from the record, through every later version.
        expect(connectorForm.parse(JSON.parse(JSON.stringify(meant)))).toEqual(meant);
      }),
    );
  });

  test('asks exactly what it asked', () => {
    fc.assert(
      fc.property(old, (written) => {
        const connector = connectorForm.parse(written) as HttpConnector;
        const fields = Object.keys(connector.fields);
        const question = questionTo(connector, { fields });
        const mapped = mappedFields(connector, fields, question.obtained);
        const asked = JSON.parse(bodyOf({ question, connector, number: '900000001', mapped }));
        expect(asked).toMatchObject({
          request: question.request,
          purpose: question.purpose,
          subject: { scheme: connector.subject.scheme, value: '900000001' },
          fields: fields.map((field) => connector.fields[field]),
        });
        expect(Object.keys(asked)).toEqual(['request', 'purpose', 'subject', 'fields', 'obtained']);
      }),
    );
  });
});

describe('the form', () => {
  const good = {
    type: 'http',
    url: 'https://bron.example/',
    subject: { scheme: 'bsn', pointer: '/bsn' },
    fields: { 'a.b': '/b' },
  };
  const query = { body: { zoek: { soort: 'P', lijst: [] } }, put: { number: '/zoek/nummer' } };
  const accepts = (change: object) => connectorForm.safeParse({ ...good, ...change }).success;

  test('takes what it is for', () => {
    expect(accepts({})).toBe(true);
    expect(accepts({ query, pages: { next: '/verder', put: '/zoek/vanaf', atMost: 5 } })).toBe(true);
    expect(
      accepts({ record: { each: ['/a', ''], subject: '/nr' }, subject: { scheme: 'skn', as: { padded: 12 } } }),
    ).toBe(true);
  });

  test('takes a choice, and a number with its letter', () => {
    const choose = [
      { where: { '/a': 'x', '/b': [1, null], '': true, '/c': { sameAs: { pointer: '/d', after: 'D/' } } } },
      { highest: { at: '/e', as: 'moment' }, at: '/f' },
    ];
    expect(accepts({ fields: { 'a.b': { pointer: '/b', choose } } })).toBe(true);
    const as = { padded: 10, digits: 8, checkLetters: 'ABC' };
    expect(accepts({ subject: { scheme: 'skn', pointer: '/a', choose: [{ at: '/b' }], as } })).toBe(true);
    expect(accepts({ mediaType: 'application/hal+json' })).toBe(true);
  });

  test.each([
    ['a type that nobody made', { type: 'ftp' }],
    ['no place where the answer names the person', { subject: { scheme: 'bsn' } }],
    ['a case reference written as a number', { subject: { scheme: 'caseReference', pointer: '/nr', as: 'number' } }],
    ['a pseudonym', { subject: { scheme: 'pseudonym', pointer: '/nr' } }],
    ['the number in the place of the rest', { query: { ...query, put: { number: '/zoek' } } }],
    ['the number inside a text', { query: { ...query, put: { number: '/zoek/soort/x' } } }],
    ['the number in a list', { query: { ...query, put: { number: '/zoek/lijst/0' } } }],
    ['two things at one place', { query: { ...query, put: { number: '/a', purpose: '/a' } } }],
    ['one thing inside another', { query: { ...query, put: { number: '/a', purpose: '/a/b' } } }],
    ['the page where the number is', { query, pages: { next: '/n', put: '/zoek/nummer', atMost: 5 } }],
    ['the page where the usual question has something', { pages: { next: '/n', put: '/fields', atMost: 5 } }],
    ['pages without end', { pages: { next: '/n', put: '/p', atMost: 51 } }],
    ['provenance both asked and stated', { query: { put: { number: '/n', obtained: '/o' }, obtained: ['own'] } }],
    ['safe: false', { safe: false }],
    ['answers in clear, which is said by leaving it out', { answers: 'clear' }],
    ['sealed answers to a question of its own', { answers: 'sealed', query }],
    ['sealed answers in pages', { answers: 'sealed', pages: { next: '/n', put: '/p', atMost: 5 } }],
    ['sealed answers of several people', { answers: 'sealed', record: { each: ['/a'], subject: '/b' } }],
    ['a name that is a path', { certificate: '../sleutel' }],
    ['two conversions at once', { fields: { 'a.b': { pointer: '/b', type: 'text', codes: { a: 'b' } } } }],
    ['whose item, without a list', { fields: { 'a.b': { pointer: '/b', subject: '/nr' } } }],
    ['no codes', { fields: { 'a.b': { pointer: '/b', codes: {} } } }],
    ['a date with two days', { fields: { 'a.b': { pointer: '/b', date: 'dd-dd-yyyy' } } }],
    ['a date with two signs', { fields: { 'a.b': { pointer: '/b', date: 'dd-MM/yyyy' } } }],
    ['a date of two digits a year', { fields: { 'a.b': { pointer: '/b', date: 'dd-MM-yy' } } }],
    ['a short day with nothing between', { fields: { 'a.b': { pointer: '/b', date: 'yyyyMd' } } }],
    ['a choice without a step', { fields: { 'a.b': { pointer: '/b', choose: [] } } }],
    ['a choice without its condition', { fields: { 'a.b': { pointer: '/b', choose: [{ where: {} }] } } }],
    ['a choice at no pointer', { fields: { 'a.b': { pointer: '/b', choose: [{ where: { a: 'x' } }] } } }],
    ['a choice of none of these', { fields: { 'a.b': { pointer: '/b', choose: [{ where: { '/a': [] } }] } } }],
    [
      'a choice by what is not so',
      { fields: { 'a.b': { pointer: '/b', choose: [{ where: { '/a': { not: 'x' } } }] } } },
    ],
    ['a highest of no kind', { fields: { 'a.b': { pointer: '/b', choose: [{ highest: { at: '/a' } }] } } }],
    [
      'a person chosen nowhere',
      { record: { each: ['/a'], subject: '/b' }, subject: { scheme: 'bsn', choose: [{ at: '/c' }] } },
    ],
    [
      'a person chosen by another place',
      { subject: { scheme: 'bsn', pointer: '/a', choose: [{ where: { '/b': { sameAs: { pointer: '/c' } } } }] } },
    ],
    ['a letter that comes twice', { subject: { ...good.subject, as: { padded: 10, checkLetters: 'ABA' } } }],
    ['an answer that is no JSON', { mediaType: 'application/xml' }],
    ['an answer with parameters', { mediaType: 'application/json; charset=utf-8' }],
    ['part of a day that is counted', { fields: { 'a.b': { pointer: '/b', date: 'epoch-days', partial: 'absent' } } }],
    ['part of no day', { fields: { 'a.b': { pointer: '/b', partial: 'absent' } } }],
    ['joined numbers', { fields: { 'a.b': { pointer: '/b', inside: ['/c', '/d'], type: 'integer' } } }],
    ['a slip of the pen', { fields: { 'a.b': { pointer: '/b', code: { a: 'b' } } } }],
    ['a slip of the pen at the top', { retries: 3 }],
  ])('refuses %s', (_, change) => {
    expect(accepts(change)).toBe(false);
  });

  test('says where and what, and never what stood there', () => {
    const secret = 'GEHEIM-77';
    const wrong = { ...good, fields: { 'a.b': { pointer: secret, date: secret } }, query: { put: { number: secret } } };
    const { error } = connectorForm.safeParse(wrong);
    expect(error?.issues.length).toBeGreaterThan(1);
    expect(JSON.stringify(error?.issues)).not.toContain(secret);
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(expect.arrayContaining(['query.put.number']));
  });
});
