import { en } from './en.ts';
import { nl } from './nl.ts';

/** The shape of the Dutch words with every text widened to `string`: a language that misses a key does not compile. */
export type Widened<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { readonly [K in keyof T]: Widened<T[K]> };

export type Words = Widened<typeof nl>;

/** BCP 47 tags of the languages that the pages speak, Dutch first. */
export const languages = ['nl', 'en'] as const;
export type Language = (typeof languages)[number];

const words: Readonly<Record<Language, Words>> = { nl, en };

export function wordsIn(language: Language): Words {
  return words[language];
}
