import type { Label } from '../../category/catalogue.ts';
import type { Fact } from '../../fact/fact.ts';
import type { ConditionScope } from '../condition.ts';

/** Which facts of a type a condition speaks of: attribute → words, one of which each. */
export interface Matching {
  readonly matches: (fact: Fact) => boolean;
  /** Part of the key: `type, attribute: word | word`. */
  readonly key: string;
  readonly label: Label;
}

type Is = Readonly<Record<string, readonly string[]>>;

/** Compiles type and attributes; words that no fact can have are noted. */
export function matching(type: string, is: Is | undefined, scope: ConditionScope): Matching {
  const { problems, path, catalogue } = scope;
  const known = catalogue.factTypes.get(type);
  if (problems.known([...path, 'type'], 'fact type', type, catalogue.factTypes)) {
    for (const [attribute, words] of Object.entries(is ?? {})) {
      const at = [...path, 'is', attribute];
      const attributes = known?.words ?? new Map<string, never>();
      if (!problems.known(at, 'attribute', attribute, attributes)) continue;
      for (const [index, word] of words.entries())
        problems.known([...at, index], 'word', word, known?.words.get(attribute) ?? new Map());
    }
  }
  const narrowed = Object.entries(is ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const sets = narrowed.map(([attribute, words]) => ({ attribute, words: new Set(words) }));
  const said = (language: keyof Label, or: string): string => {
    const words = narrowed.map(([attribute, named]) =>
      named.map((word) => known?.words.get(attribute)?.get(word)?.label[language] ?? word).join(or),
    );
    const name = known?.label[language] ?? type;
    return words.length === 0 ? name : `${name} (${words.join(', ')})`;
  };
  return {
    matches: (fact) => fact.type === type && sets.every((set) => set.words.has(attributeOf(fact, set.attribute))),
    key: [type, ...narrowed.map(([attribute, words]) => `${attribute}: ${words.join(' | ')}`)].join(', '),
    label: { nl: said('nl', ' of '), en: said('en', ' or ') },
  };
}

/** The empty text where the fact has no such attribute; no word is empty, and what objects inherit is no text. */
export function attributeOf(fact: Fact, name: string): string {
  const word: unknown = fact.attributes[name];
  return typeof word === 'string' ? word : '';
}
