import type { Catalogue } from '../category/catalogue.ts';
import type { Evidence } from './evidence.ts';
import { attributeOf } from './fact-pattern.ts';

/** Fact type → attributes with the words that are marked. */
export type MarkedWords = ReadonlyMap<
  string,
  readonly { readonly attribute: string; readonly words: ReadonlySet<string> }[]
>;

/**
 * Whether somebody else decides on the person's consent, or that cannot be ruled out. Which facts
 * say so is a mark on words of the catalogue: an age group, a guardianship.
 * @law UAVG 5; BW 1:378, 1:450
 */
export function isRepresented(evidence: Evidence, marked: MarkedWords): boolean {
  return evidence.facts.some(({ fact, reading }) => {
    if (reading !== 'stands' && reading !== 'disputed' && reading !== 'unreadable') return false;
    return marked.get(fact.type)?.some(({ attribute, words }) => words.has(attributeOf(fact, attribute))) ?? false;
  });
}

/** Fact type → attributes with the words that are marked `representativeDecides`. */
export function markedWords(catalogue: Catalogue): MarkedWords {
  const marked = [...catalogue.factTypes.values()].map(({ id, words }) => {
    const attributes = [...words].map(([attribute, named]) => ({
      attribute,
      words: new Set([...named].flatMap(([word, mark]) => (mark.representativeDecides ? [word] : []))),
    }));
    return [id, attributes.filter((one) => one.words.size > 0)] as const;
  });
  return new Map(marked.filter(([, attributes]) => attributes.length > 0));
}
