import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Instant, instant } from '../../src/core/brand.ts';
import { instantAfter, isInstant } from '../../src/core/calendar.ts';
import { decide } from '../../src/core/policy/decide.ts';
import { nextTurn } from '../../src/core/policy/next-turn.ts';
import { assembleContent, engineQuestion } from './as-engine.ts';
import type { OracleQuestion } from './question.ts';
import { type Draw, seededDraw } from './random/draw.ts';
import { type EngineSet, type LoadedSet, randomLoadedSet } from './random/loaded-set.ts';
import { randomQuestion } from './random/random-question.ts';
import { readPolicyFolder } from './read-policy-folder.ts';

const folder = readPolicyFolder();
const seed = fc.noShrink(fc.nat());

function shipped(): LoadedSet {
  const assembled = assembleContent(folder, folder.content);
  if (!assembled.ok) throw new Error('the shipped policies do not load');
  return { content: folder.content, set: assembled.set };
}

/** What a decision says, without the moment at which it was made. */
function verdictAt(set: EngineSet, question: OracleQuestion, now: Instant): string {
  const decision = decide(set, { ...engineQuestion(question), now });
  return decision.outcome === 'permit'
    ? JSON.stringify([decision.permitted, decision.obligations, decision.consents])
    : JSON.stringify(decision.class);
}

/** Moments at which to look: drawn ones, every edge of a fact or consent, and a moment before each turn. */
function moments(draw: Draw, question: OracleQuestion, from: Instant, until: Instant): readonly Instant[] {
  const [first, last] = [Date.parse(from), Date.parse(until)];
  const drawn = Array.from({ length: 40 }, () => first + draw.upTo(Math.max(0, last - first - 1)));
  const edges = [
    ...question.facts.flatMap((fact) => [fact.from, fact.until ?? '']),
    ...question.consents.map(({ validUntil }) => validUntil),
  ]
    .filter((edge) => isInstant(edge))
    .map((edge) => Date.parse(edge));
  const near = [...drawn, ...edges, last - 1].filter((moment) => moment >= first && moment < last);
  return near.map((moment) => instant(new Date(moment)));
}

interface Seen {
  asked: number;
  turned: number;
}

/** Asks at many moments before the turn that was foretold; `blind` foretells none, to see that it would be found. */
function lookBefore(loaded: LoadedSet, question: OracleQuestion, draw: Draw, seen: Seen, blind: boolean): boolean {
  const { now, snapshot, purpose } = engineQuestion(question);
  if (!isInstant(now)) return true;
  const until = instantAfter(now, 'P400D');
  const turn = blind ? null : nextTurn(loaded.set, purpose, snapshot, now, until);
  const before = verdictAt(loaded.set, question, now);
  seen.asked += 1;
  if (turn !== null && verdictAt(loaded.set, question, turn) !== before) seen.turned += 1;
  return moments(draw, question, now, turn ?? until).every((at) => verdictAt(loaded.set, question, at) === before);
}

const lasting = {
  id: 'f1',
  subject: 'somebody',
  type: 'detention',
  from: '2020-01-01T00:00:00.000Z',
  unit: null,
  reference: null,
  attributes: {},
  state: 'attested',
} as const;
const nobodyAsked = randomQuestion(seededDraw(1), folder.content);

describe('the next turn of a decision', { timeout: 240_000 }, () => {
  it('is foretold: until then every moment decides the same, over shipped and over random policies', () => {
    const seen: Seen = { asked: 0, turned: 0 };
    const known = shipped();
    const overShipped = fc.property(seed, (drawn) => {
      const draw = seededDraw(drawn);
      expect(lookBefore(known, randomQuestion(draw, known.content), draw, seen, false)).toBe(true);
    });
    fc.assert(overShipped, { numRuns: 300 });
    const overRandom = fc.property(seed, (drawn) => {
      const draw = seededDraw(drawn);
      const random = randomLoadedSet(draw);
      fc.pre(random !== null);
      for (let asked = 0; asked < 15; asked += 1) {
        expect(lookBefore(random, randomQuestion(draw, random.content), draw, seen, false)).toBe(true);
      }
    });
    fc.assert(overRandom, { numRuns: 30, maxSkipsPerRun: 20 });
    // Enough of them did turn there that the others would have shown it.
    expect(seen.asked).toBeGreaterThan(500);
    expect(seen.turned).toBeGreaterThan(30);
  });

  it('would have been missed by nobody who looks: without it decisions turn unforeseen', () => {
    const seen: Seen = { asked: 0, turned: 0 };
    const known = shipped();
    const same = Array.from({ length: 200 }, (_, drawn) => {
      const draw = seededDraw(drawn);
      return lookBefore(known, randomQuestion(draw, known.content), draw, seen, true);
    });
    expect(same.filter((each) => !each).length).toBeGreaterThan(5);
  });

  it('is none where nothing ends, and never later than was asked', () => {
    const { set } = shipped();
    const now = '2026-03-10T09:00:00.000Z' as Instant;
    const [purpose] = set.policies.keys();
    if (purpose === undefined) throw new Error('no policy');
    const fact = engineQuestion({ ...nobodyAsked, now, facts: [{ ...lasting, until: '2026-03-12T09:00:00.000Z' }] });
    const { facts } = fact.snapshot;
    expect(nextTurn(set, purpose, { facts: [], consents: [] }, now, instantAfter(now, 'P1D'))).toBe(null);
    expect(nextTurn(set, purpose, { facts, consents: [] }, now, instantAfter(now, 'P1D'))).toBe(null);
    expect(nextTurn(set, purpose, { facts, consents: [] }, now, instantAfter(now, 'P2D'))).toBe(facts[0]?.until);
  });
});
