import type { Label } from '../../category/catalogue.ts';
import type { ConditionScope } from '../condition.ts';
import type { FactsForm } from '../condition-form.ts';
import { type FactPattern, patternUnder } from '../fact-pattern.ts';

/** Which facts of a type a condition speaks of: attribute → words, one of which each. */
export interface Matching {
  readonly pattern: FactPattern;
  /** Part of the key: `type, attribute: word | word, about: source`. */
  readonly key: string;
  readonly label: Label;
}

/** Compiles which facts are meant; words that no fact can have are noted, and a unit that is meant and not said. */
export function matching({ type, is, about }: FactsForm, scope: ConditionScope): Matching {
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
  if (known?.unit === 'required' && about === undefined)
    problems.add(path, `${type} is about a unit: say about which side (about)`);
  if (known?.unit === 'none' && about !== undefined) problems.add(path, `${type} is not about a unit`);
  const narrowed = Object.entries(is ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const said = (language: keyof Label, or: string): string => {
    const words = narrowed.map(([attribute, named]) =>
      named.map((word) => known?.words.get(attribute)?.get(word)?.label[language] ?? word).join(or),
    );
    const name = `${known?.label[language] ?? type}${about === undefined ? '' : aboutWords[language][about]}`;
    return words.length === 0 ? name : `${name} (${words.join(', ')})`;
  };
  return {
    pattern: patternUnder(catalogue, {
      type,
      about: about ?? null,
      narrowed: narrowed.map(([attribute, words]) => ({ attribute, words: [...words] })),
    }),
    key: [
      type,
      ...narrowed.map(([attribute, words]) => `${attribute}: ${words.join(' | ')}`),
      ...(about === undefined ? [] : [`about: ${about}`]),
    ].join(', '),
    label: { nl: said('nl', ' of '), en: said('en', ' or ') },
  };
}

const aboutWords = {
  nl: { source: ' van de bron', recipient: ' van de ontvanger' },
  en: { source: ' of the source', recipient: ' of the recipient' },
} as const;
