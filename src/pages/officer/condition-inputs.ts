import type { Instant } from '../../core/brand.ts';
import { formatDay } from '../format.ts';
import type { ShownCondition } from './explain.ts';
import type { OfficerWords } from './list-page.ts';

/** What a fact says stands before how it stands, and since when. */
const last = ['given', 'by', 'notice', 'state', 'from', 'until'];

/** What a condition was read from, in words; a word that the catalogue has no more stands as it was recorded. */
export function inputsText(words: OfficerWords, inputs: ShownCondition['inputs']): string {
  const placed = Object.entries(inputs).filter(([, value]) => value !== '');
  return placed
    .sort(([one], [other]) => last.indexOf(one) - last.indexOf(other))
    .map(([name, value]) => inputText(words, name, value))
    .join(' · ');
}

function inputText({ language, w, names }: OfficerWords, name: string, value: string): string {
  const { inputOf, factStateOf, decidedByOf, noEnd } = w.entry;
  const labels: Readonly<Record<string, string>> = inputOf;
  const words: Readonly<Record<string, string>> = name === 'by' ? decidedByOf : factStateOf;
  if (name === 'until' && value === 'open') return noEnd;
  if (name === 'state' || name === 'by') return words[value] ?? value;
  const text = names.factWord(name, value) ?? dayText(language, value) ?? value;
  return `${labels[name] ?? name} ${text}`;
}

function dayText(language: OfficerWords['language'], value: string): string | null {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? formatDay(language, `${value}T12:00:00.000Z` as Instant) : null;
}
