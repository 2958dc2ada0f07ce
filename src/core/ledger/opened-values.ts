import { z } from 'zod';
import { commitment, saltBytes } from './commitment.ts';
import { fromBase64Url } from './encoding.ts';
import type { Leaf, Opening } from './entry.ts';

/** Openings as receipts carry them. */
export const openingsForm = z.array(
  z.strictObject({
    name: z.string(),
    salt: z.string().refine((text) => fromBase64Url(text, saltBytes) !== null),
    value: z.string(),
  }),
);

/** Whether each opening is named once and is what the leaf commits to under its name; they may be fewer than the leaf has. */
export function areOpened(leaf: Leaf, openings: readonly Opening[]): boolean {
  const names = new Set(openings.map(({ name }) => name));
  return names.size === openings.length && openings.every((opening) => isOpened(leaf, opening));
}

function isOpened(leaf: Leaf, opening: Opening): boolean {
  const salt = fromBase64Url(opening.salt, saltBytes);
  if (salt === null || !opening.value.isWellFormed() || !Object.hasOwn(leaf.commitments, opening.name)) return false;
  return leaf.commitments[opening.name] === commitment(opening.name, salt, opening.value);
}
