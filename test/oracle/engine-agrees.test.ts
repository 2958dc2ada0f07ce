import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { decide } from '../../src/core/policy/decide.ts';
import { assembleContent, engineAnswer, engineQuestion } from './as-engine.ts';
import { differences } from './compare.ts';
import { everythingJoins } from './everything-joins.ts';
import { askOracle } from './oracle.ts';
import type { OracleQuestion } from './question.ts';
import { drawOf, pick } from './random/draw.ts';
import { type EngineSet, type LoadedSet, randomFolder, randomLoadedSet } from './random/loaded-set.ts';
import { randomPolicies } from './random/random-policies.ts';
import { elsewhere, randomQuestion } from './random/random-question.ts';
import { readPolicyFolder } from './read-policy-folder.ts';

const folder = readPolicyFolder();
const answersOf = (set: EngineSet) => (question: OracleQuestion) => engineAnswer(decide(set, engineQuestion(question)));

function shippedSet(): LoadedSet {
  const { content } = folder;
  const assembled = assembleContent(folder, content);
  if (!assembled.ok) throw new Error(assembled.problems.map(({ message }) => message).join('\n'));
  return { content, set: assembled.set };
}

/** Says of many questions whether something holds: over the shipped policies, and over random sets that load. */
function forManyQuestions(holds: (loaded: LoadedSet, question: OracleQuestion, gen: fc.GeneratorValue) => void): void {
  const shipped = shippedSet();
  const overShipped = fc.property(fc.gen(), (gen) => {
    holds(shipped, randomQuestion(drawOf(gen), shipped.content), gen);
  });
  fc.assert(overShipped, { numRuns: 400 });
  const overRandom = fc.property(fc.gen(), (gen) => {
    const draw = drawOf(gen);
    const random = randomLoadedSet(draw);
    fc.pre(random !== null);
    for (let asked = 0; asked < 8; asked += 1) holds(random, randomQuestion(draw, random.content), gen);
  });
  fc.assert(overRandom, { numRuns: 150, maxSkipsPerRun: 20 });
}

function permittedBy(set: EngineSet, question: OracleQuestion): string[] {
  const { fields } = answersOf(set)(question);
  return Object.keys(fields).filter((field) => fields[field]?.permitted === true);
}

describe('engine and oracle', () => {
  it('give the same verdicts, rules, reasons, class and obligations', () => {
    forManyQuestions(({ content, set }, question) => {
      expect(differences(content, [question], answersOf(set))).toEqual([]);
    });
  });

  it('agree that what is loaded lets no grant permit what a prohibition forbids', () => {
    forManyQuestions(({ content }, question) => {
      expect(askOracle(content, question).proofBroken).toBe(false);
    });
  });

  it('agree on which obligations join: the engine loads no set in which some do not', () => {
    const property = fc.property(fc.gen(), (gen) => {
      const content = { ...randomPolicies(drawOf(gen), randomFolder), prohibitions: [] };
      const assembled = assembleContent(randomFolder, content);
      const problems = assembled.ok ? [] : assembled.problems.map(({ message }) => message);
      expect({ problems, loads: assembled.ok }).toMatchObject({ loads: everythingJoins(content) });
    });
    fc.assert(property, { numRuns: 150 });
  });
});

describe('consent, asked of the engine alone', () => {
  it('for another kind, subject, source, recipient, purpose or category never counts', () => {
    forManyQuestions(({ set }, question, gen) => {
      const draw = drawOf(gen);
      const given = question.consents.map((consent) => ({ ...consent, state: 'given' as const }));
      const strange = { ...question, consents: given.map((consent) => pick(draw, elsewhere(consent))) };
      expect(answersOf(set)(strange)).toEqual(answersOf(set)({ ...question, consents: [] }));
    });
  });

  it('that is withdrawn or refused never permits more', () => {
    forManyQuestions(({ set }, question, gen) => {
      const draw = drawOf(gen);
      if (question.consents.length === 0) return;
      const chosen = pick(draw, question.consents);
      const state = pick(draw, ['withdrawn', 'refused'] as const);
      const undone = { ...chosen, state, decidedAt: pick(draw, [chosen.decidedAt, question.now]) };
      const before = permittedBy(set, question);
      for (const consents of [
        [...question.consents, undone],
        question.consents.map((consent) => (consent === chosen ? undone : consent)),
      ]) {
        expect(before).toEqual(expect.arrayContaining(permittedBy(set, { ...question, consents })));
      }
    });
  });
});

test('disputing a fact never permits more', () => {
  forManyQuestions(({ set }, question, gen) => {
    const standing = question.facts.filter(({ state }) => state === 'attested' || state === 'ended');
    if (standing.length === 0) return;
    const chosen = pick(drawOf(gen), standing);
    const facts = question.facts.map((fact) => (fact === chosen ? { ...fact, state: 'disputed' as const } : fact));
    expect(permittedBy(set, question)).toEqual(expect.arrayContaining(permittedBy(set, { ...question, facts })));
  });
});
