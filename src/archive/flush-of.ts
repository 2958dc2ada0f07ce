import { fromBase64Url } from '../core/ledger/encoding.ts';
import type { FlushRow } from '../core/ledger/ledger-rows.ts';

const memberCount = 8;

/** A flush of an export out of its line; null when it is none. By hand, since a ledger has as many as requests. */
export function flushOf(instance: string, line: string): FlushRow | null {
  const said = jsonObject(line);
  if (said === null || Object.keys(said).length !== memberCount) return null;
  const { count, first, key, number } = said;
  if (!isPosition(count) || !isPosition(first) || !isPosition(number) || typeof key !== 'string') return null;
  const [head, previous, root] = [bytesOf(said.head, 32), bytesOf(said.previous, 32), bytesOf(said.root, 32)];
  // A stored signature of another length is a wrong one, and told as such.
  const signature = typeof said.signature === 'string' ? Buffer.from(said.signature, 'base64url') : null;
  if (head === null || previous === null || root === null || signature === null) return null;
  return { instance, number, first, count, root, previous, head, key, signature };
}

function bytesOf(text: unknown, length: number): Buffer | null {
  return typeof text === 'string' ? fromBase64Url(text, length) : null;
}

function isPosition(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function jsonObject(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
