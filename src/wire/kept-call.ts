import type { Call } from '../core/disclosure/operations.ts';

/** Marks what could be guessed, under a key that stands outside the database. */
export type CallMark = (text: string) => string;

/**
 * A call as it is kept: marks of its key and of what was asked with it. A partner should make its keys of chance, and
 * one that makes them of a person's number must not put that on record; nor does what it asks about a person go there.
 */
export function keptCall(mark: CallMark, call: Call): Call {
  const { key, digest } = call.idempotency;
  const { id } = call.partner.unit;
  return { ...call, idempotency: { key: mark(`key\n${id}\n${key}`), digest: mark(`digest\n${id}\n${digest}`) } };
}
