import { expect } from 'vitest';
import type { Reply } from '../../src/demo/partner-client.ts';

/** Numbers that count up with every entry of the ledger, whoever it is about. */
const counters: ReadonlySet<string> = new Set(['sequence', 'number', 'first']);

/** Values of 32, 64 and 16 random or derived bytes in base64url: hashes, signatures, salts. */
const bytes: readonly (readonly [RegExp, string])[] = [
  [/^[A-Za-z0-9_-]{43}$/, '(32 bytes)'],
  [/^[A-Za-z0-9_-]{86}$/, '(64 bytes)'],
  [/^[A-Za-z0-9_-]{22}$/, '(16 bytes)'],
];
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;
const instant = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;
const trace = /\b[0-9a-f]{32}\b/g;
/** Hash of the token by which the asker itself said for whom it asks: new with each. */
const userToken = /"token":"[A-Za-z0-9_-]{43}"/g;

/**
 * A whole answer with nothing left out but what differs between any two answers: ids, times, salts,
 * hashes, signatures and counters keep their place and form and lose their value, as does what the
 * asker itself wrote. Leaves of receipts are opened, so that every member of theirs counts.
 */
export function plainAnswer({ status, headers, body }: Reply, written: readonly string[] = []): unknown {
  const { date, traceparent, 'content-length': length, ...others } = headers;
  expect(date).toEqual(expect.any(String));
  expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  // Counters grow a digit now and then; the body itself is compared below.
  if (length !== undefined) expect(Number(length)).toBe(Buffer.byteLength(JSON.stringify(body)));
  return { status, headers: plain(others, written), body: plain(body, written) };
}

function plain(value: unknown, written: readonly string[], name = ''): unknown {
  if (typeof value === 'string') return plainText(value, written, name);
  if (typeof value === 'number' && counters.has(name)) return '(counter)';
  if (Array.isArray(value)) return value.map((item) => plain(item, written));
  if (typeof value !== 'object' || value === null) return value;
  // As a list: the order of members is part of the answer.
  return Object.entries(value).map(([key, member]) => [key, plain(member, written, key)]);
}

function plainText(text: string, written: readonly string[], name: string): unknown {
  if (name === 'leaf') return plain(JSON.parse(text), written);
  const form = bytes.find(([pattern]) => pattern.test(text));
  if (form !== undefined) return form[1];
  const unwritten = written.reduce((rest, own) => rest.replaceAll(own, '(asked)'), text);
  return unwritten
    .replaceAll(uuid, '(id)')
    .replaceAll(instant, '(time)')
    .replaceAll(trace, '(trace)')
    .replaceAll(userToken, '"token":"(32 bytes)"');
}
