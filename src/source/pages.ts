import { Fault } from '../core/fault.ts';
import type { HttpConnector } from '../core/partner/connector.ts';
import { valueAt } from '../core/partner/pointer.ts';

/** Sends one question and gives the bytes of its answer, at most so many. `marker`: which page; left out: the first. */
export type Send = (marker: string | number | undefined, maxBytes: number) => Promise<Buffer>;

/**
 * Every page of an answer, in order. The size that the connector allows is over all of them together. Throws
 * `source-too-large`, also where there are more pages than it allows, and `source-invalid`.
 */
export async function allPages(connector: HttpConnector, send: Send): Promise<readonly unknown[]> {
  const { pages, maxBytes } = connector;
  const read: unknown[] = [];
  const seen = new Set<string | number>();
  let left = maxBytes;
  let marker: string | number | undefined;
  for (;;) {
    const bytes = await send(marker, left);
    left -= bytes.length;
    const page = parsed(bytes, connector);
    read.push(page);
    const next = pages === undefined ? null : markerIn(page, pages.next);
    if (next === null || pages === undefined) return read;
    if (seen.has(next)) throw new Fault('source-invalid', 'the source names the same next page twice');
    if (read.length === pages.atMost)
      throw new Fault('source-too-large', 'the answer of the source has too many pages');
    seen.add(next);
    marker = next;
  }
}

/** null: it was the last page. */
function markerIn(page: unknown, pointer: string): string | number | null {
  const next = valueAt(page, pointer);
  if (next === undefined || next === null || next === false || next === '') return null;
  if (typeof next === 'string' && next.length <= 2_000) return next;
  if (typeof next === 'number' && Number.isSafeInteger(next)) return next;
  throw new Fault('source-invalid', 'the source names the next page in a form that is not understood');
}

/** A list as a whole answer is one of records, or else there is nothing in it to find. */
function parsed(bytes: Buffer, { record }: HttpConnector): unknown {
  let answer: unknown;
  try {
    answer = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // INVARIANT: without its cause, because a SyntaxError quotes the text that it could not read.
    throw new Fault('source-invalid', 'the answer of the source is not JSON');
  }
  if (typeof answer !== 'object' || answer === null || (Array.isArray(answer) && record === undefined))
    throw new Fault('source-invalid', 'the answer of the source is not a JSON object');
  return answer;
}
