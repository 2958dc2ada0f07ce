import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { valueAt } from '../../../src/core/partner/pointer.ts';

describe('a JSON pointer', () => {
  // The document of RFC 6901, section 5.
  const document = JSON.parse(
    '{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\\\j":5,"k\\"l":6," ":7,"m~n":8}',
  );

  test.each([
    ['', document],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/i\\j', 5],
    ['/ ', 7],
    ['/m~0n', 8],
  ])('%s names what RFC 6901 says', (pointer, value) => {
    expect(valueAt(document, pointer)).toEqual(value);
  });

  test.each([
    '/foo/2',
    '/foo/00',
    '/foo/-',
    '/foo/length',
    '/foo/0/0',
    '/constructor',
    '/__proto__',
    '/foo/map',
    'foo',
  ])('%s names nothing', (pointer) => {
    expect(valueAt(document, pointer)).toBeUndefined();
  });

  test('never reaches what a document did not bring itself', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.array(fc.constantFrom('constructor', '__proto__', 'toString', 'length')),
        (text, path) => {
          const value: unknown = valueAt(JSON.parse(text), path.map((token) => `/${token}`).join(''));
          expect(['function', 'symbol']).not.toContain(typeof value);
        },
      ),
    );
  });
});
