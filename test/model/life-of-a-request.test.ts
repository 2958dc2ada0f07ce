import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyLife } from './live.ts';
import { inMemory } from './memory-gateways.ts';
import { numRuns, patienceMs, sameLives } from './number-of-runs.ts';

/** Lives in which these never happened have shown nothing. */
const mustBeMetOfAll = [
  ...[/^permit$/, /^refusal$/, /^approval$/, /^disclosure$/, /^consent-withdrawn$/, /^request-stopped$/],
  ...[/^request-expired$/, /^collect: refused$/, /^ask again: replayed$/, / killed$/, /-unavailable$/],
];
const mustBeMetWithConnectors = [
  ...[/^ask: delivered$/, /^collect: delivered$/, /^collect: waiting$/, /^failed-attempt$/, /: basis-changed$/],
  ...[/^abandon: 1$/],
];
/** And these, where people answer. */
const mustBeMetWithPeople = [
  ...[/^source-asked$/, /^source-answered$/, /^answer: recorded$/, /^answer: other-person$/, /^answer: invalid$/],
  ...[/^collect: handed-over$/, /^request-questioned$/, /^collection-confirmed$/, /^source-declined$/],
];

/** And these, where life or limb is at stake. */
const mustBeMetInEmergencies = [
  ...[/^break-glass$/, /^break-glass-confirmed$/, /^break-glass-revoked$/, /^review$/, /^disclosure$/, /^refusal$/],
  ...[/^break glass: delivered$/, /^break glass: refused$/, /^break glass: not-possible$/, /^ask again: replayed$/],
  ...[
    /^stand behind: may-not-confirm$/,
    /^stand behind: wrong-state$/,
    /^review: false$/,
    /^failed-attempt$/,
    / killed$/,
  ],
];

describe.each([false, true])('what is asked in an emergency, clocks jumping: %s', (clocksJump) => {
  it(
    'is given on a valid basis alone, and somebody answers for it or it is revoked, once',
    async () => {
      const met: string[] = [];
      const lives = anyLife({ world: inMemory(), sources: 'connectors', clocksJump, emergencies: true, met });
      await fc.assert(lives, { numRuns, ...sameLives });
      if (sameLives.path !== undefined) return;
      expect(mustBeMetInEmergencies.filter((what) => !met.some((seen) => what.test(seen)))).toEqual([]);
    },
    patienceMs,
  );
});

describe.each([
  ['connectors', false],
  ['connectors', true],
  ['people', false],
  ['people', true],
] as const)('the life of requests that %s answer, clocks jumping: %s', (sources, clocksJump) => {
  it(
    'gives nothing without a valid basis, nothing twice, and loses nothing',
    async () => {
      const met: string[] = [];
      await fc.assert(anyLife({ world: inMemory(), sources, clocksJump, met }), { numRuns, ...sameLives });
      // Of one life that is lived again by its path little may be asked.
      if (sameLives.path !== undefined) return;
      const unmet = (
        sources === 'people'
          ? [...mustBeMetOfAll, ...mustBeMetWithPeople]
          : [...mustBeMetOfAll, ...mustBeMetWithConnectors]
      ).filter((what) => !met.some((seen) => what.test(seen)));
      expect(unmet).toEqual([]);
    },
    patienceMs,
  );
});
