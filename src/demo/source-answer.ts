import { z } from 'zod';
import { valueAt } from '../core/partner/pointer.ts';
import type { Person } from './population.ts';
import type { SourceView } from './source-views.ts';

const question = z.strictObject({
  request: z.uuid(),
  purpose: z.string(),
  subject: z.strictObject({ scheme: z.enum(['bsn', 'skn']), value: z.string() }),
  fields: z.array(z.string()).min(1),
  /** By place: what it may have been got under. The demo's partners hold only what they registered themselves. */
  obtained: z.record(z.string(), z.array(z.string())),
});

export interface SourceAnswer {
  readonly status: 200 | 400 | 404;
  readonly body: object;
}

/** What a partner's system holds about its people, asked by number; built once. */
export function sourceAnswers(people: readonly Person[], view: SourceView): (body: string) => SourceAnswer {
  const held = new Map(people.filter(view.holds).map((person) => [person[view.subject.scheme], person]));
  const own = new Set(Object.values(view.fields));
  return (body) => {
    const asked = question.safeParse(jsonOf(body));
    if (
      !asked.success ||
      asked.data.subject.scheme !== view.subject.scheme ||
      !asked.data.fields.every((f) => own.has(f))
    )
      return { status: 400, body: { fout: 'De vraag is niet te lezen.' } };
    const person = held.get(asked.data.subject.value);
    if (person === undefined) return { status: 404, body: { fout: 'Niet bekend.' } };
    return { status: 200, body: only(view.document(person), [view.subject.pointer, ...asked.data.fields]) };
  };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** A copy that holds nothing but what the pointers name. */
function only(document: object, pointers: readonly string[]): object {
  const copy: Record<string, unknown> = {};
  for (const pointer of pointers) place(copy, pointer.slice(1).split('/'), valueAt(document, pointer));
  return copy;
}

function place(target: Record<string, unknown>, [name, ...deeper]: readonly string[], value: unknown): void {
  if (name === undefined) return;
  if (deeper.length === 0) {
    target[name] = value;
    return;
  }
  const existing = target[name];
  const inner = isRecord(existing) ? existing : {};
  target[name] = inner;
  place(inner, deeper, value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
