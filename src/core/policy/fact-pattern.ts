import type { Catalogue } from '../category/catalogue.ts';
import type { Fact } from '../fact/fact.ts';
import type { Side } from './decision.ts';

/**
 * Which facts a condition speaks of. All conditions have theirs in this one form and no function of their own: a
 * question tries every pattern on every fact, and calls that can go anywhere cost more than the comparing.
 */
export interface FactPattern {
  readonly type: string;
  /** Side whose unit the fact is about; null: whatever unit. */
  readonly about: 'source' | 'recipient' | null;
  /** For each attribute that matters, the words of which it must have one. Words are few: walking them beats a set. */
  readonly narrowed: readonly { readonly attribute: string; readonly words: readonly string[] }[];
}

/** Source and recipient of a question. */
interface Sides {
  readonly source: Side;
  readonly recipient: Side;
}

export function fits(fact: Fact, { type, about, narrowed }: FactPattern, sides: Sides): boolean {
  if (fact.type !== type) return false;
  if (about !== null && fact.unit !== (about === 'source' ? sides.source : sides.recipient).unit) return false;
  for (let index = 0; index < narrowed.length; index++) {
    const asked = narrowed[index];
    if (asked !== undefined && !isOneOf(attributeOf(fact, asked.attribute), asked.words)) return false;
  }
  return true;
}

function isOneOf(word: string, words: readonly string[]): boolean {
  for (let index = 0; index < words.length; index++) if (words[index] === word) return true;
  return false;
}

const patternsOf = new WeakMap<Catalogue, Map<string, FactPattern>>();

/** The one pattern of this content under the catalogue: thousands of rules ask for the same few, which stay at hand. */
export function patternUnder(catalogue: Catalogue, { type, about, narrowed }: FactPattern): FactPattern {
  const patterns = patternsOf.get(catalogue) ?? new Map<string, FactPattern>();
  patternsOf.set(catalogue, patterns);
  const key = JSON.stringify([type, about, narrowed.map(({ attribute, words }) => [attribute, words])]);
  const known = patterns.get(key);
  if (known !== undefined) return known;
  const pattern = { type, about, narrowed };
  patterns.set(key, pattern);
  return pattern;
}

/** The empty text where the fact has no such attribute; no word is empty, and what objects inherit is no text. */
export function attributeOf(fact: Fact, name: string): string {
  const word: unknown = fact.attributes[name];
  return typeof word === 'string' ? word : '';
}
