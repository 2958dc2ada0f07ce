import { describe, expect, it } from 'vitest';
import { Problems } from '../../../src/core/category/file-problem.ts';
import { timerRulesOf } from '../../../src/core/timer/timer-rule.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const { catalogue, timers } = shippedSet();
const good = {
  label: { nl: 'termijn', en: 'deadline' },
  starts: { type: 'detention', edge: 'start' },
  after: 'P10D',
  reminds: ['P7D'],
  to: ['detaining-prison'],
  stops: { type: 'phase', is: { phase: ['plan-execution'] } },
  law: [{ act: 'Pbw', article: '18a' }],
};

function problemsOf(timer: object): readonly string[] {
  const notes = new Problems('timers.yaml');
  timerRulesOf({ deadline: timer }, catalogue, notes);
  return notes.found.map(({ path }) => path.join('.'));
}

describe('a timer', () => {
  it('is read with all that it says', () => {
    const notes = new Problems('timers.yaml');
    const rule = timerRulesOf({ deadline: good }, catalogue, notes).get('deadline');
    expect(notes.found).toEqual([]);
    expect(rule).toMatchObject({ after: 'P10D', reminds: ['P7D'], to: ['detaining-prison'] });
    expect(rule?.stops?.is.get('phase')).toEqual(new Set(['plan-execution']));
  });

  it.each([
    ['a fact nobody knows', { starts: { type: 'weather', edge: 'start' } }, 'deadline.starts.type'],
    ['an edge that is none', { starts: { type: 'detention', edge: 'middle' } }, 'deadline.starts.edge'],
    ['a role nobody has', { to: ['boss'] }, 'deadline.to.0'],
    ['nobody to tell', { to: [] }, 'deadline.to'],
    ['a period of nothing', { after: 'P0D' }, 'deadline.after'],
    ['a period of two units', { reminds: ['P1M2D'] }, 'deadline.reminds.0'],
    ['an attribute nobody knows', { stops: { type: 'phase', is: { mood: ['x'] } } }, 'deadline.stops.is.mood'],
    ['a word nobody knows', { stops: { type: 'phase', is: { phase: ['x'] } } }, 'deadline.stops.is.phase.0'],
    ['no law', { law: [] }, 'deadline.law'],
  ])('with %s is refused at its place', (_, wrong, place) => {
    expect(problemsOf({ ...good, ...wrong })).toEqual([place]);
  });
});

it('the shipped timers are those of the first scenario of the law catalogue', () => {
  expect([...timers.keys()]).toEqual(['trajectory-conference', 'reintegration-plan']);
});
