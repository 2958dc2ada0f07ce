import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryOf } from '../../src/archive/entry-of.ts';

const sha256 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64url'));
const opening = fc.tuple(
  fc.constantFrom('subject', 'a', 'é', '', 'a"b'),
  sha256,
  fc.constantFrom('kept', 'kept', 'erased'),
);
const row = fc.record(
  {
    flush: fc.nat(),
    hash: sha256,
    index: fc.constantFrom(0, 7, 2_000_000, 10 ** 15 - 1, 10 ** 15, Number.MAX_SAFE_INTEGER + 1, -1),
    openings: fc.array(opening, { maxLength: 3 }),
    columns: fc.constant({ kind: 'permit' }),
  },
  { requiredKeys: ['flush', 'hash', 'index'] },
);
const signs = fc.constantFrom(
  ...'019ak_-+=."\\{}[],: é\n\u0000\u007f',
  'null',
  '1e2',
  '\\u0041',
  '[]',
  ',"queued":null',
);
const change = fc.record({ at: fc.nat(1_000), takes: fc.nat(3), puts: fc.option(signs, { nil: '' }) });

/** With a space behind it, a line is of the same meaning and not spelt as an export spells it. */
const theLongWay = (text: string) => entryOf('{}', `${text} `, false);

test('a row is read as its JSON says, however it is spelt', () => {
  fc.assert(
    fc.property(row, fc.array(change, { minLength: 60, maxLength: 60 }), (said, changes) => {
      const text = JSON.stringify(said);
      expect(entryOf('{}', text, false)).toStrictEqual(theLongWay(text));
      for (const { at, takes, puts } of changes) {
        const place = at % text.length;
        const changed = text.slice(0, place) + puts + text.slice(place + takes);
        expect(entryOf('{}', changed, false)).toStrictEqual(theLongWay(changed));
      }
    }),
  );
});

test('a leaf that is gone or waits is read with its row', () => {
  const text = '{"flush":1,"hash":"x","index":0}';
  expect(entryOf('null', text, false)).toMatchObject({ leaf: null, index: 0 });
  expect(entryOf('{}', text, true)).toBeNull();
  expect(entryOf('{}', '{"flush":1,"hash":"x"}', true)).toMatchObject({ leaf: '{}', index: null });
  expect(entryOf('1', text, false)).toBeNull();
});
