import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTilePath, tilePath } from '../../../src/core/ledger/tile-path.ts';

describe('the name of a tile', () => {
  test.each([
    ['000', 0, 256],
    ['067.p/12', 67, 12],
    // The example of the specification.
    ['x001/x234/067', 1_234_067, 256],
    ['x001/000.p/255', 1000, 255],
  ])('%s', (path, index, width) => {
    expect(tilePath({ index, width })).toBe(path);
    expect(readTilePath(path)).toEqual({ index, width });
  });

  test('is read back, for every tile', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999_999_999_999_999 }),
        fc.integer({ min: 1, max: 256 }),
        (index, width) => {
          expect(readTilePath(tilePath({ index, width }))).toEqual({ index, width });
        },
      ),
    );
  });

  test.each([
    '',
    '0',
    '00',
    '0000',
    'x000',
    'x000/000',
    'x001/1',
    '001/000',
    'x001/x234/067/',
    '/000',
    '000.p/',
    '000.p/0',
    '000.p/256',
    '000.p/257',
    '000.p/01',
    '000.P/1',
    '000.p/1 ',
    '000.p/1/2',
    '-01',
    '٠٠٠',
    'x001/x001/x001/x001/x001/001',
    'entries/000',
    '..',
  ])('has no other spelling: %j', (path) => {
    expect(readTilePath(path)).toBeNull();
  });
});
