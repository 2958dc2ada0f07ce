import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { choiceForm } from '../../src/core/partner/choice.ts';
import { choose } from '../../src/source/choose.ts';

type Steps = z.input<typeof choiceForm>;

/** As an operator writes it: through the form, so that no test chooses by what could not be written. */
function chosen(list: unknown, steps: Steps, loneItems = false) {
  return choose([{ list }], { pointer: '/list', choose: choiceForm.parse(steps) }, loneItems);
}

const one = (value: unknown) => ({ found: 'one', value });
const nothing = { found: 'nothing' };
const ambiguous = { found: 'ambiguous' };
const wrong = { found: 'wrong-type' };

describe('a member by what stands in it', () => {
  const list = [
    { soort: '1', waarde: 'a', einde: null },
    { soort: '2', waarde: 'b', einde: '2026', open: true },
    { soort: '3', waarde: 'c', nr: 3 },
  ];

  test.each<[Steps[number]['where'], unknown]>([
    [{ '/soort': '1' }, one('a')],
    [{ '/soort': ['1', '9'] }, one('a')],
    [{ '/soort': ['1', '2'] }, ambiguous],
    [{ '/soort': ['1', '2'], '/einde': '2026' }, one('b')],
    [{ '/soort': '9' }, nothing],
    // Of the same type: a number is no text, nor is `true`.
    [{ '/soort': 1 }, nothing],
    [{ '/nr': '3' }, nothing],
    [{ '/nr': 3 }, one('c')],
    [{ '/open': true }, one('b')],
    [{ '/open': 'true' }, nothing],
    // Absent and null are the same, and neither is another word.
    [{ '/einde': null }, ambiguous],
    [{ '/einde': null, '/soort': '3' }, one('c')],
    [{ '/einde': [null, '2026'], '/soort': '2' }, one('b')],
    [{ '/einde': '' }, nothing],
    [{ '/toString': [null, 'x'], '/soort': '1' }, one('a')],
  ])('%j gives %j', (where, expected) => {
    expect(chosen(list, [{ ...(where && { where }), at: '/waarde' }])).toEqual(expected);
  });

  test('is the member itself without a place in it, and of a list of texts the text', () => {
    expect(chosen(list, [{ where: { '/soort': '3' } }])).toEqual(one(list[2]));
    expect(chosen(['a', 'b'], [{ where: { '': 'b' } }])).toEqual(one('b'));
    expect(chosen(list, [{ where: { '/soort': '3' }, at: '/nergens' }])).toEqual(one(undefined));
  });

  test('is the only one where nothing is asked of it', () => {
    expect(chosen(['a'], [{}])).toEqual(one('a'));
    expect(chosen(['a', 'a'], [{}])).toEqual(ambiguous);
    expect(chosen([], [{}])).toEqual(nothing);
    expect(chosen(undefined, [{}])).toEqual(nothing);
    expect(chosen(null, [{}])).toEqual(nothing);
  });

  test('is of a list, or of one alone where the connector says so', () => {
    const alone = { soort: '1', waarde: 'a' };
    expect(chosen(alone, [{ where: { '/soort': '1' }, at: '/waarde' }])).toEqual(wrong);
    expect(chosen(alone, [{ where: { '/soort': '1' }, at: '/waarde' }], true)).toEqual(one('a'));
    expect(chosen(alone, [{ where: { '/soort': '2' }, at: '/waarde' }], true)).toEqual(nothing);
    expect(chosen('a', [{}])).toEqual(wrong);
  });
});

describe('the highest', () => {
  const highest = { at: '/n', as: 'integer' } as const;
  const moment = { at: '/n', as: 'moment' } as const;
  const of = (...values: unknown[]) => values.map((n, index) => ({ n, index }));

  test('is found in numbers, in texts of numbers and in moments of any offset', () => {
    expect(chosen(of(-3, -1, -2), [{ highest, at: '/index' }])).toEqual(one(1));
    expect(chosen(of('9', '10'), [{ highest, at: '/index' }])).toEqual(one(1));
    expect(
      chosen(of('2026-01-01T00:30:00+02:00', '2025-12-31T23:00:00Z'), [{ highest: moment, at: '/index' }]),
    ).toEqual(one(1));
    expect(chosen(of('2026-01-01T00:00:00.25Z', '2026-01-01T00:00:00Z'), [{ highest: moment, at: '/index' }])).toEqual(
      one(0),
    );
  });

  test.each([
    ['twice the same', highest, of(1, 2, 2), ambiguous],
    ['the same moment in two ways', moment, of('2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00Z'), ambiguous],
    ['one that does not say', highest, of(1, null), wrong],
    ['one that says no number', highest, of(1, 'veel'), wrong],
    ['one that says half a number', highest, of(1, 2.5), wrong],
    ['a moment without an offset', moment, of('2026-01-01T00:00:00'), wrong],
    ['a day', moment, of('2026-01-01'), wrong],
    ['none', highest, [], nothing],
  ] as const)('of %s is none', (_, by, list, expected) => {
    expect(chosen(list, [{ highest: by }])).toEqual(expected);
  });

  test('is of those that fit alone, and what is asked afterwards is asked of it alone', () => {
    const list = [
      { n: 3, weg: 'J' },
      { n: 2, weg: 'N', staat: 'UIT' },
      { n: 1, weg: 'N', staat: 'AAN' },
    ];
    expect(chosen(list, [{ where: { '/weg': 'N' }, highest, at: '/staat' }])).toEqual(one('UIT'));
    expect(chosen(list, [{ where: { '/weg': 'N' }, highest }, { where: { '/staat': 'AAN' } }])).toEqual(nothing);
    expect(
      chosen(list, [
        { where: { '/weg': 'N' }, highest },
        { where: { '/staat': 'UIT' }, at: '/n' },
      ]),
    ).toEqual(one(2));
  });
});

test('a step goes on in what the step before gave', () => {
  const list = [{ over: null, einden: [{ leidend: 'false' }, { leidend: 'true', dag: 'x' }] }, { over: 'ja' }];
  const steps = [
    { where: { '/over': null }, at: '/einden' },
    { where: { '/leidend': 'true' }, at: '/dag' },
  ];
  expect(chosen(list, steps)).toEqual(one('x'));
  expect(chosen([{ einden: { leidend: 'true', dag: 'y' } }], steps)).toEqual(wrong);
  expect(chosen([{ einden: { leidend: 'true', dag: 'y' } }], steps, true)).toEqual(one('y'));
  expect(chosen([{}], steps)).toEqual(nothing);
});

describe('the same as another place', () => {
  const page = (owner: unknown, ...items: unknown[]) => ({ owner, list: items });
  const by = (sameAs: object) => choiceForm.parse([{ where: { '/of': { sameAs } }, at: '/v' }]);

  test('is looked for on the page of the list, with what is written before it', () => {
    const place = { pointer: '/list', choose: by({ pointer: '/owner' }) };
    expect(choose([page(1, { of: 1, v: 'a' }, { of: 2, v: 'b' })], place, false)).toEqual(one('a'));
    expect(choose([page(1, { of: 2, v: 'b' }), page(2, { of: 1, v: 'a' })], place, false)).toEqual(nothing);
    expect(choose([page(1, { of: '1', v: 'a' })], place, false)).toEqual(nothing);
    const after = { pointer: '/list', choose: by({ pointer: '/owner', after: 'Patient/' }) };
    expect(choose([page(1, { of: 'Patient/1', v: 'a' }, { of: 'Patient/2' })], after, false)).toEqual(one('a'));
  });

  test.each([[undefined], [null], [{}], [['x']], [true]])('fits nothing where %j stands', (owner) => {
    const place = { pointer: '/list', choose: by({ pointer: '/owner' }) };
    expect(choose([page(owner, { of: owner, v: 'a' }, { v: 'b' })], place, false)).toEqual(nothing);
  });

  test('may be chosen itself, and fits nothing where two could be it', () => {
    const choosing = { pointer: '/list', choose: [{ where: { '/type': 'P' }, at: '/id' }] };
    const place = { pointer: '/list', choose: by(choosing) };
    const patient = { type: 'P', id: 'p' };
    expect(choose([page(0, patient, { of: 'p', v: 'a' }, { of: 'q', v: 'b' })], place, false)).toEqual(one('a'));
    expect(choose([page(0, patient, patient, { of: 'p', v: 'a' })], place, false)).toEqual(nothing);
  });
});

describe('whatever the list', () => {
  const scalar = fc.oneof(fc.constantFrom('a', 'b', null, 1, true), fc.string({ maxLength: 2 }));
  const member = fc.record({ k: scalar, n: fc.integer({ min: -3, max: 3 }) }, { requiredKeys: [] });
  const members = fc.array(member, { maxLength: 6 });
  const where = fc.oneof(scalar, fc.array(scalar, { minLength: 1, maxLength: 3 }));

  test('what is chosen meets the condition and is the only one that does', () => {
    fc.assert(
      fc.property(members, where, (list, words) => {
        const meets = ({ k = null }: { k?: unknown }) => [words].flat().includes(k as never);
        const fitting = list.filter(meets);
        const result = chosen(list, [{ where: { '/k': words } }]);
        if (fitting.length === 1) expect(result).toEqual(one(fitting[0]));
        else expect(result).toEqual(fitting.length === 0 ? nothing : ambiguous);
      }),
    );
  });

  test('its order and the pages over which it lies change nothing', () => {
    const steps = choiceForm.parse([{ where: { '/k': ['a', null] }, highest: { at: '/n', as: 'integer' } }]);
    const place = { pointer: '/list', choose: steps };
    const shuffled = members.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }), fc.nat(list.length)),
    );
    fc.assert(
      fc.property(shuffled, ([list, other, cut]) => {
        const pages = [{ list: other.slice(0, cut) }, {}, { list: other.slice(cut) }];
        expect(choose(pages, place, false)).toEqual(choose([{ list }], place, false));
      }),
    );
  });

  test('the highest is as high as any, or there is none', () => {
    fc.assert(
      fc.property(members, (list) => {
        const result = chosen(list, [{ highest: { at: '/n', as: 'integer' }, at: '/n' }]);
        const numbers = list.map(({ n }) => n ?? Number.NaN);
        const top = Math.max(...numbers);
        if (result.found === 'one') expect(result.value).toBe(top);
        else if (list.length === 0) expect(result).toEqual(nothing);
        else if (Number.isNaN(top)) expect(result).toEqual(wrong);
        else expect(numbers.filter((n) => n === top).length).toBeGreaterThan(1);
      }),
    );
  });

  test('nothing that is no list is chosen from', () => {
    const noList = fc.anything().filter((value) => !Array.isArray(value));
    fc.assert(
      fc.property(noList, (value) => {
        expect(chosen(value, [{}])).toEqual(value === undefined || value === null ? nothing : wrong);
      }),
    );
  });
});
