import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { decide } from '../../src/core/policy/decide.ts';
import { assembleContent, engineAnswer, engineQuestion } from './as-engine.ts';
import { differences } from './compare.ts';
import { everythingJoins } from './everything-joins.ts';
import { askOracle } from './oracle.ts';
import type { PolicyContent } from './policy-content.ts';
import type { OracleQuestion, RecordedConsent } from './question.ts';
import { type Draw, pick, seededDraw } from './random/draw.ts';
import { type EngineSet, type LoadedSet, randomFolder, randomLoadedSet } from './random/loaded-set.ts';
import { randomPolicies } from './random/random-policies.ts';
import { elsewhere, randomQuestion } from './random/random-question.ts';
import { readPolicyFolder } from './read-policy-folder.ts';

const folder = readPolicyFolder();
const answersOf = (set: EngineSet) => (question: OracleQuestion) => engineAnswer(decide(set, engineQuestion(question)));

let kept: LoadedSet | null = null;

function shippedSet(): LoadedSet {
  if (kept !== null) return kept;
  const { content } = folder;
  const assembled = assembleContent(folder, content);
  if (!assembled.ok) throw new Error(assembled.problems.map(({ message }) => message).join('\n'));
  kept = { content, set: assembled.set };
  return kept;
}

/** Seeds are drawn, not shrunk: a smaller seed is no smaller question. */
const seed = fc.noShrink(fc.nat());

/** Says of many questions whether something holds: over the shipped policies, and over random sets that load. */
function forManyQuestions(holds: (loaded: LoadedSet, question: OracleQuestion, draw: Draw) => void): void {
  const shipped = shippedSet();
  const overShipped = fc.property(seed, (drawn) => {
    const draw = seededDraw(drawn);
    holds(shipped, randomQuestion(draw, shipped.content), draw);
  });
  fc.assert(overShipped, { numRuns: 300 });
  const overRandom = fc.property(seed, (drawn) => {
    const draw = seededDraw(drawn);
    const random = randomLoadedSet(draw);
    fc.pre(random !== null);
    for (let asked = 0; asked < 20; asked += 1) holds(random, randomQuestion(draw, random.content), draw);
  });
  fc.assert(overRandom, { numRuns: 40, maxSkipsPerRun: 20 });
}

/** Whether each side has only words that may be said of its kind: what nobody may attest, no proof need foresee. */
function isPossible(content: PolicyContent, { facts, source, recipient }: OracleQuestion): boolean {
  return facts.every(({ type, unit, attributes }) =>
    Object.entries(attributes).every(([name, word]) => {
      const about = content.facts[type]?.attributes?.[name]?.[word]?.about;
      return [source, recipient].every((side) => side.unit !== unit || (about?.includes(side.kind) ?? true));
    }),
  );
}

/** The consent as it would count for the question. */
function wellGiven(consent: RecordedConsent, question: OracleQuestion): RecordedConsent {
  const { subject, purpose } = question;
  const units = { source: question.source.unit, recipient: question.recipient.unit };
  return { ...consent, ...units, subject, purpose, state: 'given' };
}

function permittedBy(set: EngineSet, question: OracleQuestion): string[] {
  const { fields } = answersOf(set)(question);
  return Object.keys(fields).filter((field) => fields[field]?.permitted === true);
}

describe('engine and oracle', { timeout: 240_000 }, () => {
  it('give the same verdicts, rules, reasons, class and obligations', () => {
    forManyQuestions(({ content, set }, question) => {
      expect(differences(content, [question], answersOf(set))).toEqual([]);
    });
  });

  it('agree that what is loaded lets no grant permit what a prohibition forbids', () => {
    forManyQuestions(({ content }, question) => {
      if (isPossible(content, question)) expect(askOracle(content, question).proofBroken).toBe(false);
    });
  });

  it('agree on which obligations join: the engine loads no set in which some do not', () => {
    const property = fc.property(seed, (drawn) => {
      const content = { ...randomPolicies(seededDraw(drawn), randomFolder), prohibitions: [] };
      const assembled = assembleContent(randomFolder, content);
      const problems = assembled.ok ? [] : assembled.problems.map(({ message }) => message);
      expect({ problems, loads: assembled.ok }).toMatchObject({ loads: everythingJoins(content) });
    });
    fc.assert(property, { numRuns: 150 });
  });
});

describe('consent, asked of the engine alone', { timeout: 240_000 }, () => {
  it('for another subject, source, recipient, purpose or category never counts', () => {
    forManyQuestions(({ set }, question, draw) => {
      const strange = question.consents.map((consent) => pick(draw, elsewhere(wellGiven(consent, question))));
      const answer = answersOf(set);
      expect(answer({ ...question, consents: strange })).toEqual(answer({ ...question, consents: [] }));
    });
  });

  it('of the one kind never counts for a rule that asks for the other', () => {
    forManyQuestions(({ content, set }, question, draw) => {
      const kind = pick(draw, ['consent', 'waiver'] as const);
      const consents = question.consents.map((consent) => ({ ...wellGiven(consent, question), kind }));
      const { fields } = answersOf(set)({ ...question, consents });
      const permitting = Object.values(fields).flatMap((answer) => (answer.permitted ? answer.rules : []));
      const rules = content.policies
        .filter(({ purpose }) => purpose === question.purpose)
        .flatMap((policy) => policy.rules);
      const roles = rules.filter(({ id }) => permitting.includes(id)).map(({ consent }) => consent);
      expect(roles).not.toContain(kind === 'consent' ? 'waiver' : 'required');
    });
  });

  it('that is withdrawn or refused never permits more', () => {
    forManyQuestions(({ set }, question, draw) => {
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

test('disputing a fact never permits more', { timeout: 240_000 }, () => {
  forManyQuestions(({ set }, question, draw) => {
    const standing = question.facts.filter(({ state }) => state === 'attested' || state === 'ended');
    if (standing.length === 0) return;
    const chosen = pick(draw, standing);
    const facts = question.facts.map((fact) => (fact === chosen ? { ...fact, state: 'disputed' as const } : fact));
    expect(permittedBy(set, question)).toEqual(expect.arrayContaining(permittedBy(set, { ...question, facts })));
  });
});
