import { z } from 'zod';
import { tokensOf } from './pointer.ts';

/** The whole answer is `''`. */
export const pointerOrWhole = z
  .string()
  .refine((text) => isPointer(text), 'must be a JSON pointer (RFC 6901), or empty for the whole');

export const pointer = z
  .string()
  .refine((text) => text !== '' && isPointer(text), 'must be a JSON pointer (RFC 6901), not the whole answer');

function isPointer(text: string): boolean {
  return tokensOf(text) !== null && !/~(?![01])/.test(text);
}
