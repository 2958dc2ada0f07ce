import { type Document, type Scalar, visit } from 'yaml';

const reserved: ReadonlySet<unknown> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Keys that every object of the language answers to already: what stands under one would be lost, or
 * be found where nothing was written.
 */
export function reservedKeys(document: Document.Parsed): { readonly offset: number; readonly message: string }[] {
  const found: Scalar[] = [];
  visit(document, {
    Scalar: (at, node) => {
      if (at === 'key' && reserved.has(node.value)) found.push(node);
    },
  });
  return found.map(({ value, range }) => ({
    offset: range?.[0] ?? 0,
    message: `"${value}" may not be used as a name: choose another word`,
  }));
}
