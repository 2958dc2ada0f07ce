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

/** Of one life that is lived again by its path little may be asked. */
function unmet(expected: readonly RegExp[], met: readonly string[]): readonly RegExp[] {
  if (sameLives.path !== undefined) return [];
  return expected.filter((what) => !met.some((seen) => what.test(seen)));
}

describe.each([false, true])('what is asked in an emergency, clocks jumping: %s', (clocksJump) => {
  it(
    'is given on a valid basis alone, and somebody answers for it or it is revoked, once',
    async () => {
      const met: string[] = [];
      const lives = anyLife({ world: inMemory(), sources: 'connectors', clocksJump, emergencies: true, met });
      await fc.assert(lives, { numRuns, ...sameLives });
      expect(unmet(mustBeMetInEmergencies, met)).toEqual([]);
    },
    patienceMs,
  );
});

/** And these, where sources begin. */
const mustBeMetInOffers = [
  ...[/^source-offered$/, /^offer-accepted$/, /^offer-declined$/, /^approval$/, /^approval-declined$/, /^disclosure$/],
  ...[/^refusal$/, /^request-stopped$/, /^request-expired$/, /^offer: offered$/, /^offer: refused$/],
  ...[/^ask again: replayed$/, /^approve: may-not-approve$/, /^approve: invalid$/, /^collect: handed-over$/],
  ...[/^collect: not-found$/, /^collect: user-needed$/, /^collect: other-addressee$/, /^collect: refused$/],
  ...[
    /^correction-made$/,
    /^decline offer: not-found$/,
    /^answer-taken$/,
    /^collection-confirmed$/,
    / killed$/,
    /-unavailable$/,
  ],
];

/** And these, where doctors must be silent. */
const mustBeMetInSecrets = [
  ...[/^permit$/, /^refusal$/, /^approval$/, /^disclosure$/, /^consent-withdrawn$/, /^request-stopped$/],
  ...[/^approve: may-not-approve$/, /^collect: other-role$/, /^collect: refused$/, / killed$/, /-unavailable$/],
];
const mustBeMetOfConnectorsThatSeal = [/^collect: delivered$/, /^failed-attempt$/, /: basis-changed$/];
const mustBeMetOfPeopleWhoSeal = [
  ...[/^source-answered$/, /^answer: invalid$/, /^answer: other-person$/, /^answer: nothing to seal$/],
  ...[/^collect: handed-over$/, /^answer-taken$/],
];

describe.each([false, true])('what a source offers, clocks jumping: %s', (clocksJump) => {
  it(
    'is heard of once enough people agreed, and had on a valid basis by whom it is for, once',
    async () => {
      const met: string[] = [];
      const lives = anyLife({ world: inMemory(), sources: 'people', clocksJump, offers: true, met });
      await fc.assert(lives, { numRuns, ...sameLives });
      expect(unmet(mustBeMetInOffers, met)).toEqual([]);
    },
    patienceMs,
  );
});

describe.each([
  ['connectors that seal', false],
  ['people who seal', false],
  ['people who seal', true],
] as const)('what a doctor knows and %s, clocks jumping: %s', (sources, clocksJump) => {
  it(
    'is told while the secrecy is lifted or somebody joins in the treatment, and by nobody after that',
    async () => {
      const met: string[] = [];
      await fc.assert(anyLife({ world: inMemory(), sources, clocksJump, secrets: true, met }), {
        numRuns,
        ...sameLives,
      });
      const own = sources === 'people who seal' ? mustBeMetOfPeopleWhoSeal : mustBeMetOfConnectorsThatSeal;
      expect(unmet([...mustBeMetInSecrets, ...own], met)).toEqual([]);
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
      const own = sources === 'people' ? mustBeMetWithPeople : mustBeMetWithConnectors;
      expect(unmet([...mustBeMetOfAll, ...own], met)).toEqual([]);
    },
    patienceMs,
  );
});
