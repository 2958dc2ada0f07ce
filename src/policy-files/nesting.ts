import { type CST, Parser } from 'yaml';

/** A policy nests about eight levels deep; a file beyond this is made to exhaust who reads it. */
export const maxNesting = 32;

/**
 * Where a text first nests deeper than `maxNesting`, or null. Works on tokens, with a stack of its
 * own: the tree is only built after this, for that takes a stack as deep as the text.
 */
export function tooDeep(text: string): number | null {
  const open: (readonly [token: CST.Token, depth: number])[] = [];
  for (const token of new Parser().parse(text)) {
    if (token.type === 'document' && token.value !== undefined) open.push([token.value, 1]);
  }
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [token, depth] = next;
    if (!('items' in token)) continue;
    if (depth > maxNesting) return token.offset;
    for (const { key, value } of token.items) {
      if (key) open.push([key, depth + 1]);
      if (value) open.push([value, depth + 1]);
    }
  }
  return null;
}
