import { expect, test } from 'vitest';
import { Problems } from '../../../src/core/category/file-problem.ts';
import { remindersAt, remindersOf } from '../../../src/core/policy/reminder.ts';
import { shippedSet } from '../../world/shipped-set.ts';

test('whoever approves and whoever consents are both told what no rule can check, with its law', () => {
  const { reminders } = shippedSet();
  for (const place of ['approval', 'consent'] as const) {
    const said = remindersAt(reminders, place);
    expect(said.length).toBeGreaterThanOrEqual(2);
    expect(said.every(({ nl, en }) => nl.length > 20 && en.length > 20)).toBe(true);
  }
  expect(reminders.every(({ law }) => law.length > 0)).toBe(true);
});

test('a reminder is told only where it says', () => {
  const notes = new Problems('reminders.yaml');
  const text = { nl: 'Denk na.', en: 'Think.' };
  const law = [{ act: 'AVG', article: '7' }];
  const reminders = remindersOf([{ id: 'think', shown: ['approval'], text, law }], notes);
  expect(remindersAt(reminders, 'approval')).toEqual([text]);
  expect(remindersAt(reminders, 'consent')).toEqual([]);
  expect(notes.found).toEqual([]);
});

test.each([
  ['twice the same', [0, 1], '"think" is used twice'],
  ['nowhere shown', [2], 'must not be empty'],
  ['without its law', [3], 'must not be empty'],
  ['shown in a place that does not exist', [4], 'must be one of approval, consent'],
])('a file with a reminder %s is an error', (_, which, message) => {
  const text = { nl: 'Denk na.', en: 'Think.' };
  const law = [{ act: 'AVG', article: '7' }];
  const written = [
    { id: 'think', shown: ['approval'], text, law },
    { id: 'think', shown: ['consent'], text, law },
    { id: 'nowhere', shown: [], text, law },
    { id: 'lawless', shown: ['approval'], text, law: [] },
    { id: 'elsewhere', shown: ['dream'], text, law },
  ];
  const notes = new Problems('reminders.yaml');
  remindersOf(
    which.map((index) => written[index]),
    notes,
  );
  expect(notes.found.map((problem) => problem.message)).toEqual([expect.stringContaining(message)]);
});
