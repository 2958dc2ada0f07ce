import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldForm } from '../../../src/core/category/catalogue-files.ts';
import { boundProblem, fieldSchema } from '../../../src/core/category/field-schema.ts';
import { nearestWord, unknownWord } from '../../../src/core/category/known-word.ts';

const label = { nl: 'x', en: 'x' };

function form(type: FieldForm['type'], bounds: Partial<FieldForm> = {}): FieldForm {
  return { class: 'ordinary', label, plain: label, type, ...bounds };
}

describe('the door for a value', () => {
  test.each<readonly [FieldForm, unknown]>([
    [form('text', { maxLength: 5 }), 'abcde'],
    [form('text', { oneOf: ['prior', 'current'] }), 'prior'],
    [form('texts', { maxLength: 3, maxItems: 2 }), ['abc', 'd']],
    [form('texts', { maxLength: 3, maxItems: 2 }), []],
    [form('date'), '2028-02-29'],
    [form('boolean'), false],
    [form('integer', { min: 0, max: 10 }), 10],
    [form('bsn'), '900000053'],
    [form('skn'), '12345678'],
  ])('lets in %o', (field, value) => {
    expect(fieldSchema(field).safeParse(value)).toMatchObject({ success: true, data: value });
  });

  test.each<readonly [FieldForm, unknown]>([
    [form('text', { maxLength: 5 }), 'abcdef'],
    [form('text', { maxLength: 5 }), ''],
    [form('text', { maxLength: 5 }), 'a\u0000b'],
    [form('text', { maxLength: 5 }), 'a\ud800b'],
    [form('texts', { maxLength: 5, maxItems: 1 }), ['\udc00']],
    [form('text', { maxLength: 5 }), 5],
    [form('text', { oneOf: ['prior'] }), 'later'],
    [form('texts', { maxLength: 3, maxItems: 1 }), ['abc', 'd']],
    [form('texts', { maxLength: 3, maxItems: 1 }), 'abc'],
    [form('texts', { maxLength: 3, maxItems: 1 }), [{ a: 1 }]],
    [form('date'), '2027-02-29'],
    [form('date'), '2027-02-01T00:00:00Z'],
    [form('boolean'), 'true'],
    [form('integer', { min: 0, max: 10 }), 11],
    [form('integer', { min: 0, max: 10 }), 1.5],
    [form('integer', { min: 0, max: 10 }), Number.NaN],
    [form('bsn'), '900000012'],
    [form('bsn'), 900000011],
    [form('skn'), '12'],
    [form('boolean'), null],
  ])('keeps out of %o what is not of its form', (field, value) => {
    expect(fieldSchema(field).safeParse(value).success).toBe(false);
  });

  test('its complaint never repeats the value', () => {
    const forms = [
      form('text', { maxLength: 3 }),
      form('date'),
      form('bsn'),
      form('texts', { maxLength: 2, maxItems: 1 }),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...forms), fc.string({ minLength: 12 }), (field, value) => {
        const parsed = fieldSchema(field).safeParse(value);
        expect(parsed.success).toBe(false);
        expect(parsed.error?.issues.map((issue) => issue.message).join(' ')).not.toContain(value);
      }),
    );
  });
});

describe('bounds of a field', () => {
  test('must be there, for an unbounded text is a file', () => {
    expect(boundProblem(form('text'))).toBe('type text needs maxLength');
    expect(boundProblem(form('texts', { maxLength: 3 }))).toBe('type texts needs maxItems');
    expect(boundProblem(form('integer', { min: 1 }))).toBe('type integer needs max');
    expect(boundProblem(form('text', { oneOf: ['a'] }))).toBeNull();
    expect(boundProblem(form('date'))).toBeNull();
  });

  test('must belong to the type, or the author means something else', () => {
    expect(boundProblem(form('date', { maxLength: 3 }))).toBe('maxLength does not belong to type date');
  });
});

describe('the nearest known word', () => {
  test('is offered when it is near', () => {
    expect(nearestWord('prisn', ['probation', 'prison'])).toBe('prison');
    expect(nearestWord('housing.ned', ['housing.need', 'housing.neededFrom'])).toBe('housing.need');
    expect(unknownWord('field', 'x', ['housing.need'])).toBe('unknown field "x"');
    expect(unknownWord('kind', 'Prison', ['prison'])).toBe('unknown kind "Prison"; did you mean "prison"?');
  });

  test('is null when nothing is', () => {
    expect(nearestWord('signingKeys', ['signingKey', 'signingKeys'])).toBeNull();
    expect(unknownWord('member', 'signingKeys', ['signingKeys'])).toBe('unknown member "signingKeys"');
    expect(nearestWord('guild', ['prison', 'municipality'])).toBeNull();
  });
});
