import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import { askTogether } from '../../src/store/ask-together.ts';
import { StatementFailed } from '../../src/store/database-fault.ts';

/** A database that answers when it is told to, and remembers what it was asked in one go. */
function slowDatabase(refuses: (question: string) => boolean = () => false) {
  const asked: (readonly string[])[] = [];
  const running: (() => void)[] = [];
  const ask = askTogether(async (questions: readonly string[]) => {
    asked.push(questions);
    await new Promise<void>((resolve) => running.push(resolve));
    if (questions.some(refuses)) throw new StatementFailed('slow', '21000', null);
    return questions.map((question) => question.toUpperCase());
  });
  /** Lets one statement end, and whatever it sets off begin. */
  const answerOne = async () => {
    while (running.length === 0) await turn();
    running.shift()?.();
    await turn();
  };
  return { ask, asked, answerOne };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('what is asked together', () => {
  it('is one statement, and each gets its own answer', async () => {
    const { ask, asked, answerOne } = slowDatabase();
    const answers = Promise.all(['a', 'b', 'c'].map(ask));
    await answerOne();
    expect(await answers).toEqual(['A', 'B', 'C']);
    expect(asked).toEqual([['a', 'b', 'c']]);
  });

  it('is asked by a statement that begins after it came, never by one that is under way', async () => {
    const { ask, asked, answerOne } = slowDatabase();
    const answers = [ask('a')];
    await turn();
    answers.push(ask('b'));
    await turn();
    answers.push(ask('c'), ask('d'));
    await turn();
    expect(asked).toEqual([['a'], ['b']]);
    await answerOne();
    expect(asked).toEqual([['a'], ['b'], ['c', 'd']]);
    await answerOne();
    await answerOne();
    expect(await Promise.all(answers)).toEqual(['A', 'B', 'C', 'D']);
  });
});

describe('a statement that the database refuses', () => {
  it('is asked question by question, so that only the guilty one gets an error', async () => {
    const { ask, asked, answerOne } = slowDatabase((question) => question === 'b');
    const answers = Promise.allSettled(['a', 'b', 'c'].map(ask));
    for (let statements = 0; statements < 4; statements++) await answerOne();
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(asked).toEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']]);
  });
});

describe('a database that is away', () => {
  const away = new Fault('database-unavailable', 'away');
  const reasons = (settled: readonly PromiseSettledResult<unknown>[]) =>
    settled.map((each) => each.status === 'rejected' && each.reason);

  it('is away for each that asked or waits, is asked no more for them, and is asked again by whoever comes', async () => {
    const asked: (readonly string[])[] = [];
    let lose = (): void => undefined;
    const ask = askTogether(async (questions: readonly string[]) => {
      asked.push(questions);
      if (asked.length > 2) return questions;
      await new Promise<void>((resolve) => {
        const before = lose;
        lose = () => [before(), resolve()];
      });
      throw away;
    });
    const lost = [ask('a'), ask('b')];
    await turn();
    lost.push(ask('c'));
    await turn();
    lost.push(ask('d'), ask('e'));
    await turn();
    lose();
    expect(reasons(await Promise.allSettled(lost))).toEqual(Array(5).fill(away));
    expect(asked).toEqual([['a', 'b'], ['c']]);
    expect(await ask('f')).toBe('f');
  });

  it('is away for the rest where it goes while it is asked question by question', async () => {
    const asked: (readonly string[])[] = [];
    const ask = askTogether(async (questions: readonly string[]) => {
      asked.push(questions);
      if (questions.length > 1) throw new StatementFailed('slow', '21000', null);
      throw away;
    });
    expect(reasons(await Promise.allSettled(['a', 'b', 'c'].map(ask)))).toEqual([away, away, away]);
    expect(asked).toEqual([['a', 'b', 'c'], ['a']]);
  });
});

it('gives nobody an answer where the answers are not as many as the questions', async () => {
  const ask = askTogether(async () => ['one']);
  const answers = await Promise.allSettled(['a', 'b'].map(ask));
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
