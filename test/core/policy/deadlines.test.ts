import { describe, expect, it } from 'vitest';
import type { PurposeId } from '../../../src/core/brand.ts';
import { Problems } from '../../../src/core/category/file-problem.ts';
import { deadlinesFor, deadlinesOf, rolesToTurnTo } from '../../../src/core/policy/deadlines.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const { catalogue, deadlines, policies } = shippedSet();
const housing = 'housing-placement' as PurposeId;
const short = {
  respond: { within: 'P2D', remindBefore: [], escalate: null },
  collect: { within: 'P1D', remindBefore: [], escalate: null },
};

function read(content: unknown) {
  const notes = new Problems('deadlines.yaml');
  const table = deadlinesOf(content, catalogue, notes);
  return {
    of: (purpose: PurposeId) => deadlinesFor(table, purpose),
    problems: notes.found.map(({ path }) => path.join('.')),
  };
}

describe('deadlines', () => {
  it.each([{}, { default: {} }, { purposes: { income: { respond: { within: 'P9D' } } } }])(
    'are short where nothing is said: %j',
    (content) => {
      const { of, problems } = read(content);
      expect(problems).toEqual([]);
      expect(of(housing)).toEqual(short);
    },
  );

  it('are those of the purpose, then those of all', () => {
    const { of } = read({
      default: { respond: { within: 'P2W', remindBefore: ['P1W'] } },
      purposes: { [housing]: { collect: { within: 'P5D' } } },
    });
    expect(of(housing)).toEqual({
      respond: { within: 'P2W', remindBefore: ['P1W'], escalate: null },
      collect: { within: 'P5D', remindBefore: [], escalate: null },
    });
    expect(of('income' as PurposeId).collect).toEqual(short.collect);
  });

  it('that are shipped name every purpose by default, and remind before they end', () => {
    for (const purpose of catalogue.purposes.keys()) {
      const { respond, collect } = deadlinesFor(deadlines, purpose);
      for (const term of [respond, collect]) expect(term.remindBefore.length).toBeGreaterThan(0);
      expect(respond.escalate?.to.length).toBeGreaterThan(0);
    }
  });

  it.each([...policies.values()])(
    'that are shipped turn to somebody at every source of $purpose',
    ({ purpose, grants }) => {
      const { respond } = deadlinesFor(deadlines, purpose);
      const reached = (kind: string) => rolesToTurnTo(respond, catalogue, kind);
      const kinds = [...new Set(grants.map(({ source }) => source))];
      expect(kinds.filter((kind) => reached(kind).length === 0)).toEqual([]);
    },
  );

  it.each([
    ['a purpose nobody knows', { purposes: { weather: { respond: { within: 'P1D' } } } }, 'purposes.weather'],
    ['a role nobody has', term({ escalate: { before: 'P1D', to: ['boss'] } }), 'default.respond.escalate.to.0'],
    ['nobody to turn to', term({ escalate: { before: 'P1D', to: [] } }), 'default.respond.escalate.to'],
    ['a reminder from before it began', term({ remindBefore: ['P9D'] }), 'default.respond.remindBefore.0'],
    [
      'a word to others at its beginning',
      term({ escalate: { before: 'P9D', to: ['director'] } }),
      'default.respond.escalate.before',
    ],
    ['a period in months', term({ within: 'P1M' }), 'default.respond.within'],
    ['a period of nothing', term({ within: 'P0D' }), 'default.respond.within'],
    ['a member nobody knows', { default: { answer: {} } }, 'default.answer'],
  ])('with %s are an error', (_, content, place) => {
    expect(read(content).problems).toContain(place);
  });
});

function term(more: object) {
  return { default: { respond: { within: 'P9D', ...more } } };
}
