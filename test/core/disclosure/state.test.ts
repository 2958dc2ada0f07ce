import { describe, expect, test } from 'vitest';
import {
  mayMove,
  type RequestState,
  requestStates,
  transitions,
  waitingStates,
} from '../../../src/core/disclosure/state.ts';
import { read } from '../../tidy/source-text.ts';
import { wayTo } from '../../world/requests-on-record.ts';

const final = ['refused', 'declined', 'collected', 'withdrawn', 'expired', 'failed'];
const pairs = requestStates.flatMap((from) => requestStates.map((to) => [from, to] as const));

describe('the steps of a request', () => {
  test('lead to every state, away from each that is not final, and never back to the beginning', () => {
    for (const state of requestStates.slice(1)) expect(wayTo(state).at(-1)).toBe(state);
    expect(() => wayTo('received')).toThrow(RangeError);
    expect(requestStates.filter((state) => transitions[state].length === 0)).toEqual(
      requestStates.filter((state) => final.includes(state)),
    );
    expect(pairs.filter(([, to]) => to === 'received').some(([from, to]) => mayMove(from, to))).toBe(false);
  });

  test('reach what was given only from where an answer was', () => {
    const leadingTo = (state: RequestState) => requestStates.filter((from) => mayMove(from, state));
    expect(leadingTo('delivered')).toEqual(['fetching', 'answered', 'partly-answered']);
    expect(leadingTo('collected')).toEqual(['delivered']);
    expect(leadingTo('failed')).toEqual(['fetching']);
  });

  test('stop or end for all that waits, and for nothing that is being fetched', () => {
    expect(waitingStates).toEqual(['permitted', 'awaiting-source', 'awaiting-approval', 'answered', 'partly-answered']);
    expect(requestStates.filter((state) => mayMove(state, 'expired'))).toEqual(waitingStates);
  });

  test('are those of the page that others build against', () => {
    const rows = [...read('docs/formats.md').matchAll(/^\| (`[^|]+) \| ([^|]+) \| ([^|]*)\|$/gm)];
    const told = new Map<string, string[]>();
    for (const [, states = '', meaning = '', goesTo = ''] of rows) {
      for (const state of namesIn(states)) {
        if (!requestStates.some((known) => known === state)) continue;
        const itself = goesTo.startsWith('itself') ? [state] : [];
        told.set(state, [...itself, ...namesIn(goesTo)].toSorted());
      }
      if (meaning === 'final') for (const state of namesIn(states)) told.set(state, []);
    }
    const known = requestStates.map((state) => [state, [...transitions[state]].toSorted()] as const);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(known));
  });
});

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name ?? '');
}
