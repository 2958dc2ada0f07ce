import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decide } from '../../../src/core/policy/decide.ts';
import type { Question } from '../../../src/core/policy/decision.ts';
import type { Text } from '../../../src/core/policy/explain/text.ts';
import { explain } from '../../../src/core/policy/explain.ts';
import { basisWord, consentRole } from '../../../src/core/policy/policy-file.ts';
import { readQuestion } from '../../../src/policy-files/read-question.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { shippedQuestions } from '../../world/varied-decisions.ts';

const set = shippedSet();

function asked(file: string, name: string): Question {
  const read = readQuestion(set, resolve(import.meta.dirname, '../../../policies', file), name);
  if (!read.ok) throw new Error(read.errors.map(({ message }) => message).join('\n'));
  return read.question;
}

function told(question: Question) {
  return explain(set, question, decide(set, question));
}

function words({ title, paragraphs }: Text, language: 'nl' | 'en' = 'nl'): string {
  return [title, ...paragraphs.flatMap(({ text, items }) => [text, ...items])]
    .map((label) => label[language])
    .join('\n');
}

const housing = 'housing-placement.cases.yaml';
const unknown = asked(housing, 'nobody by that reference');
const permitted = asked('detention-notice.cases.yaml', 'the municipality of residence asks the prison');

describe('a refusal', () => {
  test('tells the partner what would allow it, by the policy alone', () => {
    const text = words(told(unknown).texts.partner);
    expect(text).toContain('Geweigerd: niet beschikbaar voor u');
    expect(text).toContain('Mogelijk als:');
    expect(text).not.toMatch(/2026|attested|corporatie\b.*unit/);
  });

  test('reads the same to the partner whether nobody is known or somebody did not consent', () => {
    const known: Question = {
      ...unknown,
      snapshot: { ...asked(housing, 'a restriction freezes, consent or not').snapshot },
    };
    expect(told(known).texts.partner).toEqual(told(unknown).texts.partner);
    expect(told(known).texts.detainee).toEqual(told(unknown).texts.detainee);
  });

  test('tells the person that nothing was shared, and that it rests on a yes', () => {
    const text = words(told(unknown).texts.detainee);
    expect(text).toContain('Er is niets over u gedeeld');
    expect(text).toContain('Dit mag alleen als u ja heeft gezegd.');
  });
});

describe('what an officer reads', () => {
  // Words that the engine and the forms of policies use; as parts of ids they may stand, and "invalid" is Dutch too.
  const foreign = [
    ...['not-permitted', 'prohibited', 'not-available', 'condition-not-met', 'undecidable', 'declined'],
    ...['permit', 'pull', 'push', ...basisWord.options, ...consentRole.options.filter((role) => role !== 'invalid')],
    ...[
      'attested',
      'disputed',
      'corrected',
      'ended',
      'unreadable',
      'failed',
      'from',
      'until',
      'state',
      'by',
      'subject',
    ],
  ].join('|');
  const dutch = 'toegestaan|geweigerd|verboden|vastgesteld|betwist|vanaf|tot|toestemming|taak|beschikbaar|verzoek|door';
  const holds = (any: string) => new RegExp(`(?<![-.\\w(])(?:${any})(?![-.\\w])`, 'i');

  test('is in one language, whatever was decided, ids and citations aside', () => {
    const questions = shippedQuestions(set);
    const outcomes = new Set<string>();
    for (const question of questions) {
      const decision = decide(set, question);
      outcomes.add(decision.outcome === 'permit' ? 'permit' : decision.class);
      const { officer } = explain(set, question, decision).texts;
      expect(words(officer)).not.toMatch(holds(foreign));
      expect(own(officer)).not.toMatch(holds(dutch));
    }
    expect(outcomes.size).toBe(6);
  });

  /** The English text without the law, the units and the grounds, which are called what they are called. */
  function own({ title, paragraphs }: Text): string {
    const told = paragraphs.slice(2).flatMap(({ text, items }) => [text, ...items.filter(({ nl, en }) => nl !== en)]);
    return [title, ...told]
      .map(({ en }) => en)
      .filter((line) => !line.startsWith('ground: '))
      .join('\n');
  }
});

describe('a permit', () => {
  const { texts, shown } = told(permitted);

  test('tells the partner what it gets and what comes with it', () => {
    expect(words(texts.partner)).toMatch(/^Toegestaan: \d+ van \d+/);
    expect(words(texts.partner)).toContain('Bewaren tot');
    expect(words(texts.partner, 'en')).toContain('Keep until');
  });

  test('tells the officer rule, law, and each condition with its value and the facts it rested on', () => {
    const text = words(texts.officer);
    expect(text).toContain('prison-to-own-municipality');
    expect(text).toContain('Wjsg 51c');
    expect(text).toMatch(/ja – .*\[inrichting van verblijf, vastgesteld, vanaf: 2026-\d\d-\d\d, einde open\]/);
    expect(text).toContain('taak van algemeen belang (Wjsg) → taak van algemeen belang (AVG)');
    expect(text).toContain('toestemming speelt geen rol');
    expect(text).toContain('ja – er geldt geen beperking');
  });

  test('tells the person in the second person, without ids of rules, fields or conditions', () => {
    const text = words(texts.detainee);
    expect(text).toContain('Uw achternaam');
    expect(text).toContain('Hiervoor was uw toestemming niet nodig.');
    expect(text).not.toMatch(/prison-to|identity\.|involved\(|attested/);
    expect(shown.nl).toBe('De betrokkene ziet dit meteen.');
  });

  test('uses short sentences for the person', () => {
    const own = texts.detainee.paragraphs.flatMap(({ text }) => text.nl.split(/[.!?:;]\s/));
    const long = own.filter((sentence) => sentence.split(' ').length > 20);
    expect(long).toEqual([]);
  });
});
