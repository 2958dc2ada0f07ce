import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Conversion, conversionForm } from '../../src/core/partner/conversion.ts';
import { convert } from '../../src/source/convert.ts';

/** As an operator writes it: through the form, so that no test converts by what could not be written. */
function converted(value: unknown, how: Omit<Conversion, 'pointer'>, loneItems = false) {
  return convert(value, conversionForm.parse({ pointer: '/x', ...how }), loneItems);
}

const is = (value: unknown) => ({ found: 'value', value });
const wrong = { found: 'wrong-type' };
const nothing = { found: 'nothing' };

describe('a day', () => {
  test.each([
    ['dd-MM-yyyy', '31-12-1979', '1979-12-31'],
    ['dd-MM-yyyy', '29-02-2024', '2024-02-29'],
    ['d-M-yyyy', '1-3-2027', '2027-03-01'],
    ['d-M-yyyy', '31-12-2027', '2027-12-31'],
    ['dd.MM.yyyy', '01.03.2027', '2027-03-01'],
    ['dd MM yyyy', '01 03 2027', '2027-03-01'],
    ['MM/dd/yyyy', '12/31/1979', '1979-12-31'],
    ['yyyy-MM-dd', '1979-12-31', '1979-12-31'],
    ['yyyyMMdd', '19791231', '1979-12-31'],
    ['yyyyMMdd', 19791231, '1979-12-31'],
    ['epoch-days', 0, '1970-01-01'],
    ['epoch-days', '-1', '1969-12-31'],
    ['epoch-days', 20_778, '2026-11-21'],
    // Midnight in the Netherlands is the day before in UTC, in winter and in summer.
    ['epoch-seconds', 1_767_222_000, '2026-01-01'],
    ['epoch-milliseconds', 1_782_856_800_000, '2026-07-01'],
    ['moment', '2025-12-31T23:00:00Z', '2026-01-01'],
    ['moment', '2025-12-31T22:59:59.999Z', '2025-12-31'],
    ['moment', '2026-06-30T22:00:00Z', '2026-07-01'],
    ['moment', '1979-12-31T00:00:00+01:00', '1979-12-31'],
    ['moment', '1979-12-31T00:00+0100', '1979-12-31'],
    ['moment', '2026-01-01T12:00:00+14:00', '2025-12-31'],
    ['local-moment', '2026-03-29T02:30:00', '2026-03-29'],
  ] as const)('%s: %j is %s', (date, value, day) => {
    expect(converted(value, { date })).toEqual(is(day));
  });

  test.each([
    ['dd-MM-yyyy', '29-02-2027'],
    ['dd-MM-yyyy', '29-02-1900'],
    ['dd-MM-yyyy', '31-04-2026'],
    ['dd-MM-yyyy', '00-01-2026'],
    ['dd-MM-yyyy', '01-13-2026'],
    ['dd-MM-yyyy', '1-3-2027'],
    ['dd-MM-yyyy', '01/03/2027'],
    ['dd-MM-yyyy', '01-03-27'],
    ['dd-MM-yyyy', ' 01-03-2027'],
    ['dd-MM-yyyy', '01-03-2027 '],
    ['dd-MM-yyyy', '01-03-2027\n'],
    ['dd-MM-yyyy', ''],
    ['d-M-yyyy', '01-3-2027'],
    ['dd.MM.yyyy', '01x03x2027'],
    ['yyyyMMdd', '19790000'],
    ['yyyyMMdd', 19_790_000],
    ['yyyyMMdd', 1979.1231],
    ['yyyyMMdd', '00010101'],
    ['yyyyMMdd', '99991231'],
    ['epoch-days', 0.5],
    ['epoch-days', '1e3'],
    ['epoch-days', Number.MAX_SAFE_INTEGER],
    ['epoch-seconds', Number.NaN],
    ['epoch-milliseconds', Number.MAX_SAFE_INTEGER],
    ['moment', '2026-01-01T00:00:00'],
    ['moment', '2026-01-01'],
    ['moment', '2026-02-30T00:00:00Z'],
    ['moment', '2026-01-01T24:00:00Z'],
    ['moment', '2026-01-01T00:60:00Z'],
    ['moment', '2026-01-01T00:00:00+15:00'],
    ['moment', '2026-01-01T00:00:00-12:30'],
    ['moment', '2026-01-01T00:00:00+01:99'],
    ['moment', '2026-01-01T00:00:00 Europe/Amsterdam'],
    ['moment', 1_767_222_000],
    ['local-moment', '2026-01-01T00:00:00Z'],
    ['yyyy-MM-dd', true],
    ['yyyy-MM-dd', ['2026-01-01']],
    ['yyyy-MM-dd', {}],
  ] as const)('%s: %j is none', (date, value) => {
    expect(converted(value, { date })).toEqual(wrong);
  });

  test('in each form is the day that was written, and no text of chance is another', () => {
    const day = fc.date({ min: new Date('1800-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(day, fc.constantFrom('yyyyMMdd', 'dd-MM-yyyy', 'MM/dd/yyyy', 'd.M.yyyy', 'yyyy-M-d'), (at, form) => {
        const iso = at.toISOString().slice(0, 10);
        const [yyyy = '', MM = '', dd = ''] = iso.split('-');
        const parts: Record<string, string> = { yyyy, MM, dd, M: String(Number(MM)), d: String(Number(dd)) };
        const written = form.replace(/yyyy|MM|dd|M|d/g, (part) => parts[part] ?? '');
        expect(converted(written, { date: form })).toEqual(is(iso));
      }),
    );
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const read = converted(value, { date: 'dd-MM-yyyy' });
        if (read.found === 'value') expect(value).toMatch(/^\d\d-\d\d-\d{4}$/);
        else expect(read).toEqual(value === undefined || value === null ? nothing : wrong);
      }),
    );
  });
});

describe('a day of which only a part is known', () => {
  test.each([
    ['dd-MM-yyyy', '00-00-1968'],
    ['dd-MM-yyyy', '00-02-1968'],
    ['dd-MM-yyyy', '31-00-1968'],
    ['dd-MM-yyyy', '02-1968'],
    ['dd-MM-yyyy', '1968'],
    ['MM/dd/yyyy', '02/1968'],
    ['yyyy-MM-dd', '2026-11'],
    ['yyyy-MM-dd', '2027'],
    ['yyyy-M-d', '2026-9'],
    ['yyyyMMdd', '19790000'],
    ['yyyyMMdd', 19_790_000],
    ['yyyyMMdd', '197912'],
  ] as const)('%s: %j is absent where the connector says so, and else no day', (date, value) => {
    expect(converted(value, { date, partial: 'absent' })).toEqual(nothing);
    expect(converted(value, { date })).toEqual(wrong);
  });

  test.each([
    ['dd-MM-yyyy', '00-13-1968'],
    ['dd-MM-yyyy', '32-00-1968'],
    ['dd-MM-yyyy', '30-02-1968'],
    ['dd-MM-yyyy', '00-00-0000'],
    ['dd-MM-yyyy', '00-00-68'],
    ['dd-MM-yyyy', '1968-00-00'],
    ['dd-MM-yyyy', '13-1968'],
    ['yyyy-MM-dd', '2026-00'],
    ['yyyy-MM-dd', '2026-1'],
    ['yyyy-MM-dd', '9999'],
    ['yyyy-MM-dd', ''],
    ['yyyy-MM-dd', {}],
    ['yyyy-M-d', '2026-09'],
  ] as const)('%s: %j is none', (date, value) => {
    expect(converted(value, { date, partial: 'absent' })).toEqual(wrong);
  });

  test('takes nothing from a day that is whole', () => {
    expect(converted('31-12-1979', { date: 'dd-MM-yyyy', partial: 'absent' })).toEqual(is('1979-12-31'));
  });
});

describe('a text inside an object', () => {
  const prefixed = { inside: ['/@voor', '/$'] };

  test.each([
    ['Kolk', is('Kolk')],
    [{ $: 'Kolk', '@voor': 'van der' }, is('van der Kolk')],
    [{ $: 'Kolk' }, is('Kolk')],
    [{ $: 'Kolk', '@voor': '' }, is('Kolk')],
    [{ $: 'Kolk', '@voor': null }, is('Kolk')],
    [{ $: 'Kolk', '@voor': '-' }, is('Kolk')],
    [{ '@voor': 'van der' }, nothing],
    [{ $: '', '@voor': 'van der' }, nothing],
    [{ $: '-', '@voor': 'van der' }, nothing],
    [{ '@xsi:nil': 'true' }, nothing],
    [null, nothing],
    [{ $: 'Kolk', '@voor': 7 }, wrong],
    [{ $: 7, '@voor': 'van der' }, wrong],
    [{ $: ['Kolk'], '@voor': 'van der' }, wrong],
    [{ $: ['-'] }, wrong],
    [{ $: 'Kolk', '@voor': ['-'] }, wrong],
    [['Kolk'], wrong],
  ])('%j becomes %j', (value, expected) => {
    expect(converted(value, { ...prefixed, nothing: ['-'] })).toEqual(expected);
  });

  test('is converted as any other, in a list too', () => {
    const inside = '/$';
    expect(converted({ $: '31-12-1979' }, { inside, date: 'dd-MM-yyyy' })).toEqual(is('1979-12-31'));
    expect(converted({ $: 'x' }, { inside, codes: { y: 1 } })).toEqual({ found: 'unknown-code' });
    expect(converted(['a', { $: 'b' }, {}], { inside, each: '' })).toEqual(is(['a', 'b']));
  });
});

describe('a code', () => {
  const codes = { '01': 'prior', '2': 'current', true: true, '00': null, '': null };

  test.each([
    ['01', is('prior')],
    [2, is('current')],
    [true, is(true)],
    ['00', nothing],
    ['', nothing],
    [null, nothing],
    [undefined, nothing],
    ['1', { found: 'unknown-code' }],
    [1, { found: 'unknown-code' }],
    [' 01', { found: 'unknown-code' }],
    ['toString', { found: 'unknown-code' }],
    ['__proto__', { found: 'unknown-code' }],
    [false, { found: 'unknown-code' }],
    [2.5, wrong],
    [['01'], wrong],
    [{ '01': 'prior' }, wrong],
  ])('%j becomes %j', (value, expected) => {
    expect(converted(value, { codes })).toEqual(expected);
  });
});

describe('a type', () => {
  test.each([
    ['integer', '118740', is(118_740)],
    ['integer', -3, is(-3)],
    ['integer', '0', is(0)],
    ['integer', '007', wrong],
    ['integer', '-0', wrong],
    ['integer', '1.0', wrong],
    ['integer', '1 000', wrong],
    ['integer', '', wrong],
    ['integer', '99999999999999999999', wrong],
    ['integer', 1.5, wrong],
    ['integer', true, wrong],
    ['text', 12, is('12')],
    ['text', 'twaalf', is('twaalf')],
    ['text', 1.5, wrong],
    ['text', true, wrong],
    ['text', ['twaalf'], wrong],
    ['positive', '184250', is(true)],
    ['positive', 1, is(true)],
    ['positive', '0', is(false)],
    ['positive', -1, wrong],
    ['positive', '1.5', wrong],
    ['positive', true, wrong],
    ['boolean', 'true', is(true)],
    ['boolean', false, is(false)],
    ['boolean', 1, wrong],
    ['boolean', 'ja', wrong],
    ['boolean', 'True', wrong],
  ] as const)('%s: %j becomes %j', (type, value, expected) => {
    expect(converted(value, { type })).toEqual(expected);
  });

  test('is left as it is where nobody asks for another, for the catalogue to judge', () => {
    expect(converted(['a'], {})).toEqual(is(['a']));
    expect(converted('a', { nothing: ['-'] })).toEqual(is('a'));
    expect(converted('-', { nothing: ['-'] })).toEqual(nothing);
  });
});

describe('a list', () => {
  const each = '/naam/$';

  test('gives of each item what stands in it, and nothing for an item that holds nothing', () => {
    const items = [{ naam: { $: 'a' } }, { naam: {} }, { naam: { $: '-' } }, { naam: { $: 'b' } }];
    expect(converted(items, { each, nothing: ['-'] })).toEqual(is(['a', 'b']));
    expect(converted([], { each })).toEqual(is([]));
    expect(converted(undefined, { each })).toEqual(nothing);
  });

  test('with one item that is wrong is wrong', () => {
    expect(converted([{ c: '1' }, { c: '3' }], { each: '/c', codes: { '1': 'x' } })).toEqual({ found: 'unknown-code' });
    expect(converted([{ c: 1 }, { c: 1.5 }], { each: '/c', type: 'text' })).toEqual(wrong);
    expect(converted({ naam: { $: 'a' } }, { each })).toEqual(wrong);
  });

  test('of one item may be the item alone, where the connector says so', () => {
    expect(converted({ naam: { $: 'a' } }, { each }, true)).toEqual(is(['a']));
    expect(converted([{ naam: { $: 'a' } }, { naam: { $: 'b' } }], { each }, true)).toEqual(is(['a', 'b']));
    expect(converted('a', { each: '' }, true)).toEqual(is(['a']));
  });
});
