import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { languageOf } from '../../src/api/language.ts';
import { accepts } from '../../src/api/negotiate.ts';
import { traceOf, traceparent } from '../../src/api/trace-context.ts';
import type { TraceId } from '../../src/core/brand.ts';

describe('languageOf', () => {
  it.each([
    [undefined, 'nl'],
    ['', 'nl'],
    ['*', 'nl'],
    ['de', 'nl'],
    ['en', 'en'],
    ['EN-gb', 'en'],
    ['nl, en', 'nl'],
    ['en;q=0.5, nl;q=0.4', 'en'],
    ['en;q=0', 'nl'],
    ['nl;q=0.2, en;q=0.9', 'en'],
    ['en;q=7', 'nl'],
    ['english', 'nl'],
  ])('%s is %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });

  it('is Dutch or English, whatever is sent', () => {
    fc.assert(fc.property(fc.string(), (header) => ['nl', 'en'].includes(languageOf(header))));
  });
});

describe('accepts', () => {
  it.each([
    [undefined, true],
    [' ', true],
    ['*/*', true],
    ['application/json', true],
    ['APPLICATION/JSON; charset=utf-8', true],
    ['application/*;q=0.1', true],
    ['application/json;q=0, */*', false],
    ['*/*;q=0', false],
    ['text/plain', false],
    ['application/json;q=x', false],
    ['nonsense', false],
  ])('%s: %s', (header, expected) => {
    expect(accepts(header, ['application/json'])).toBe(expected);
  });
});

describe('trace context', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

  it.each([
    [`00-${trace}-00f067aa0ba902b7-01`, trace],
    [`cc-${trace}-00f067aa0ba902b7-01-what-comes-later`, trace],
    [`00-${trace}-00f067aa0ba902b7-01-more`, null],
    [`ff-${trace}-00f067aa0ba902b7-01`, null],
    [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, null],
    [`00-${trace}-${'0'.repeat(16)}-01`, null],
    [`00-${trace.toUpperCase()}-00f067aa0ba902b7-01`, null],
    [trace, null],
    [undefined, null],
  ])('%s', (header, expected) => {
    expect(traceOf(header)).toBe(expected);
  });

  it('what is answered is itself a valid header of the same trace, with a span of its own', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9a-f]{32}$/),
        (seed) => traceOf(traceparent(trace as TraceId, seed)) === trace,
      ),
    );
    expect(traceOf(traceparent(trace as TraceId, '0'.repeat(32)))).toBe(trace);
  });
});
