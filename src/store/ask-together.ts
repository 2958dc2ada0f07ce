import { setImmediate as restOfTurn } from 'node:timers/promises';
import { StatementFailed } from './database-fault.ts';

/** Answers in the order of the questions, by one statement. */
type AskAll<Question, Answer> = (questions: readonly Question[]) => Promise<readonly Answer[]>;

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Measured: with more statements at once each holds fewer questions, and the database does no more. */
const statementsAtOnce = 2;
const mostTogether = 64;

/**
 * Asks the database in one statement what is asked at about the same time: round trips cost more than rows. Nothing
 * waits longer than for statements that are under way. INVARIANT: a statement begins after each of its questions came,
 * so that whatever was durable by then is seen. One that the database refuses is asked again question by question, so
 * that nobody gets an error because of somebody else; where the database is away, it is away for each.
 */
export function askTogether<Question, Answer>(
  askAll: AskAll<Question, Answer>,
): (question: Question) => Promise<Answer> {
  const waiting: Waiting<Question, Answer>[] = [];
  let running = 0;
  async function run(): Promise<void> {
    running += 1;
    await restOfTurn();
    while (waiting.length > 0) {
      const failure = await answer(askAll, waiting.splice(0, mostTogether));
      if (failure !== null) for (const each of waiting.splice(0)) each.reject(failure.error);
    }
    running -= 1;
  }
  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      if (running < statementsAtOnce) void run();
    });
}

/** null: each has its answer, or an error of its own. */
async function answer<Question, Answer>(
  askAll: AskAll<Question, Answer>,
  together: readonly Waiting<Question, Answer>[],
): Promise<{ readonly error: unknown } | null> {
  try {
    const answers = await askAll(together.map(({ question }) => question));
    if (answers.length !== together.length) throw new RangeError('each question has one answer');
    for (const [index, { resolve }] of together.entries()) resolve(answers[index] as Answer);
    return null;
  } catch (error) {
    const isRefused = error instanceof StatementFailed;
    if (isRefused && together.length > 1) return oneByOne(askAll, together);
    for (const { reject } of together) reject(error);
    return isRefused ? null : { error };
  }
}

async function oneByOne<Question, Answer>(
  askAll: AskAll<Question, Answer>,
  [first, ...rest]: readonly Waiting<Question, Answer>[],
): Promise<{ readonly error: unknown } | null> {
  if (first === undefined) return null;
  const failure = await answer(askAll, [first]);
  if (failure === null) return oneByOne(askAll, rest);
  for (const { reject } of rest) reject(failure.error);
  return failure;
}
