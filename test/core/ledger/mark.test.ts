import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FlushHead, flushHeadText, noPreviousHead, readFlushHead } from '../../../src/core/ledger/flush-head.ts';
import { markBytes, markText, readMark } from '../../../src/core/ledger/mark.ts';

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
const count = fc.integer({ min: 2, max: Number.MAX_SAFE_INTEGER });
const laterHead = fc.record({ instance: fc.uuid(), number: count, first: count, count, root: hash, previous: hash });
const firstHead = laterHead.map((head) => ({ ...head, number: 1, first: 1, previous: noPreviousHead }));
const anyHead: fc.Arbitrary<FlushHead> = fc.oneof(laterHead, firstHead).filter(({ number, previous }) => {
  return number === 1 || !previous.equals(noPreviousHead);
});
const anyMark = fc.record({
  head: anyHead,
  key: hash.map((bytes) => bytes.toString('base64url')),
  signature: fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
});

const example = {
  head: {
    instance: '01890a5d-ac96-774b-bcce-b302099a8057',
    number: 7,
    first: 101,
    count: 12,
    root: Buffer.alloc(32, 1),
    previous: Buffer.alloc(32, 2),
  },
  key: 'A'.repeat(43),
  signature: Buffer.alloc(64, 3),
};

test('a mark is the signed text, an empty line, and who signed it', () => {
  expect(markText(example)).toBe(
    [
      'sluis-flush-v1',
      '01890a5d-ac96-774b-bcce-b302099a8057',
      '7',
      '101',
      '12',
      'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE',
      'AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI',
      '',
      `— ${'A'.repeat(43)} ${example.signature.toString('base64url')}`,
      '',
    ].join('\n'),
  );
});

test('heads and marks are read as they were written', () => {
  fc.assert(
    fc.property(anyMark, (mark) => {
      expect(readFlushHead(flushHeadText(mark.head).toString())).toEqual(mark.head);
      expect(readMark(markText(mark))).toEqual(mark);
    }),
  );
});

test('a mark is padded to one sector with newlines', () => {
  // The line of the signature begins with a character of three bytes.
  expect(readMark(markText(example).padEnd(markBytes - 2, '\n'))).toEqual(example);
});

test('a mark with any character left out, put in or changed is another mark or none', () => {
  const text = markText(example);
  for (let at = 0; at < text.length; at += 1) {
    for (const put of ['', ` ${text[at]}`, '0', '\n', '=']) {
      const changed = text.slice(0, at) + put + text.slice(at + 1);
      const read = readMark(changed);
      if (read !== null) expect(markText(read)).toBe(changed.replace(/\n+$/, '\n'));
    }
  }
});

describe('no mark', () => {
  const text = markText(example);
  test.each([
    ['nothing', ''],
    ['another format', text.replace('v1', 'v2')],
    ['an instance in capitals', text.replace('ac96', 'AC96')],
    ['a number with a zero before it', text.replace('\n7\n', '\n07\n')],
    ['number 0', text.replace('\n7\n', '\n0\n')],
    ['no count', text.replace('\n12\n', '\n\n')],
    ['a number that is not safe', text.replace('\n12\n', '\n9007199254740992\n')],
    ['first 1 in a later flush', text.replace('\n101\n', '\n1\n')],
    ['a first flush with something before it', text.replace('\n7\n101\n', '\n1\n1\n')],
    ['a later flush with nothing before it', text.replace(/Ag\w{41}/, 'A'.repeat(43))],
    ['a short hash', text.replace(/AQ\w{41}/, 'AQ')],
    ['a second spelling of a hash', text.replace(/AgI\n\n/, 'AgJ\n\n')],
    ['no signature', text.slice(0, text.indexOf('—'))],
    ['two signatures', text + text.slice(text.indexOf('—'))],
    ['windows line ends', text.replaceAll('\n', '\r\n')],
    ['no newline at the end', text.slice(0, -1)],
    ['something after it', `${text}.`],
    ['a space after it', `${text} \n`],
    ['more than a sector', text.padEnd(markBytes - 1, '\n')],
  ])('is %s', (_, wrong) => {
    expect(wrong).not.toBe(text);
    expect(readMark(wrong)).toBeNull();
  });
});
