import { expect, test } from 'vitest';
import { isWrongVerdict } from './against-oracle.ts';
import { conditionKinds } from './bench-conditions.ts';
import { benchQuestions } from './bench-questions.ts';
import { benchSet } from './bench-set.ts';
import { measureEngines } from './measure-engines.ts';
import { measureSize, type SizeFigures } from './measure-size.ts';
import { parsePolicyOptions } from './policy-options.ts';
import { goalsOf, renderPolicyReport } from './policy-report.ts';
import { reloadGrowth } from './reload-growth.ts';

const said: string[] = [];
const tiny = {
  questions: 60,
  seed: 3,
  repetitions: 2,
  repetitionMs: 5,
  checkMs: 60_000,
  say: (line: string) => said.push(line),
};

test('every engine agrees with the oracle on every verdict of a small set', async () => {
  const { engines, ourDifferences } = await measureSize(40, tiny);
  expect(ourDifferences).toBe(0);
  expect(said).toContain('40 rules: loading');
  expect(engines.map(({ engine, checked, wrong }) => ({ engine, checked, wrong }))).toEqual(
    ['ours', 'Cedar', 'Cedar, asked by rule', 'CASL', 'CASL, flows as types', 'casbin'].map((engine) => ({
      engine,
      checked: 60,
      wrong: 0,
    })),
  );
  for (const { perCpuSecond, repetitions } of engines) {
    expect(perCpuSecond).toBeGreaterThan(0);
    expect(repetitions).toHaveLength(2);
  }
});

test('the questions are permitted and refused, and the rules name every kind of condition', () => {
  const set = benchSet(200, 3);
  const questions = benchQuestions(set, 100, 4);
  const isWrong = isWrongVerdict(set.content);
  const refused = questions.filter((question) => !isWrong(question, []));
  expect(refused.length).toBeGreaterThan(20);
  expect(refused.length).toBeLessThan(80);
  expect(questions.every(({ fields }) => new Set(fields).size === 6)).toBe(true);
  expect(conditionKinds).toHaveLength(14);
  const text = JSON.stringify(set.content.policies);
  for (const member of [
    'involved',
    'member',
    'holds',
    'phase',
    'window',
    'lasted',
    'user',
    'any',
    'all',
    'about',
    'is',
  ])
    expect(text).toContain(`"${member}":`);
  expect(benchQuestions(benchSet(200, 3), 100, 4)).toEqual(questions);
});

test('an engine that permits what it is asked is found wrong', () => {
  const set = benchSet(30, 3);
  const questions = benchQuestions(set, 40, 4);
  const generous = { name: 'generous', permitted: (place: number) => questions[place]?.fields ?? [] };
  const [figures] = measureEngines([generous], { ...tiny, questions, isWrong: isWrongVerdict(set.content) });
  expect(figures?.wrong).toBeGreaterThan(20);
});

const figures = (rules: number, ours: number, wrong: number): SizeFigures => ({
  rules,
  questions: 2_000,
  ourDifferences: 0,
  engines: [
    { engine: 'ours', checked: 2_000, wrong: 0, repetitions: [ours], perCpuSecond: ours },
    { engine: 'Cedar', checked: 50, wrong, repetitions: [100], perCpuSecond: 100 },
    { engine: 'CASL', checked: 2_000, wrong: 0, repetitions: [10_000], perCpuSecond: 10_000 },
  ],
  load: { oursMs: 50, cedarMs: 100 },
});
const flat = { reloads: 100, early: 1_000, late: 1_001 };

test('a goal is met or missed by its figure, and nobody is compared with who is wrong', () => {
  const goals = goalsOf([figures(200, 40_000, 0), figures(5_000, 30_000, 3)], flat);
  expect(goals.map(({ figure, met }) => [figure, met])).toEqual([
    [400, true],
    [4, true],
    [Number.NaN, false],
    [3, false],
    [40_000 / 30_000, true],
    [0.5, true],
    [1.001, true],
  ]);
  const conditions = { node: 'v24', processor: 'test', cores: 2, at: '2026-01-01T00:00:00.000Z', conditionKinds };
  const sizes = [figures(200, 40_000, 0), figures(5_000, 30_000, 3)];
  const text = renderPolicyReport({ conditions, sizes, reloads: flat, goals }, 120);
  expect(text).toMatch(/Cedar +200 +100 +400 +50 +0/);
  expect(text).toMatch(/Cedar +5000 +wrong +– +50 +3/);
  expect(text).toMatch(/ours ÷ CASL, 5000 rules +3\.00 +≥ 19 \(aim 25\) +missed/);
});

test('reloading keeps no earlier set', () => {
  const set = benchSet(40, 3);
  const { early, late } = reloadGrowth(set, benchQuestions(set, 20, 4), 20);
  // One set of this size takes over a hundred kilobytes: eighteen of them would show.
  expect(late - early).toBeLessThan(1_000_000);
});

test('options of the policy bench are read, and named where they are wrong', () => {
  expect(parsePolicyOptions([])).toEqual({ kind: 'run', repetitions: 7, json: false });
  expect(parsePolicyOptions(['--repetitions', '3', '--json'])).toMatchObject({ repetitions: 3, json: true });
  expect(parsePolicyOptions(['--help'])).toEqual({ kind: 'help' });
  for (const wrong of [['--repetitions', '0'], ['--repetitions', '26'], ['--fast'], ['stray']])
    expect(parsePolicyOptions(wrong)).toMatchObject({ kind: 'invalid', problem: expect.stringMatching(/\S/) });
});
