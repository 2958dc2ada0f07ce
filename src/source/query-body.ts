import type { SealedQuestion, SourceQuestion } from '../core/disclosure/ports.ts';
import type { HttpConnector } from '../core/partner/connector.ts';
import { withValueAt } from '../core/partner/pointer.ts';
import type { MappedField } from './mapping.ts';
import { provenance } from './provenance.ts';

/** What is asked of one source, before it is put into a body. */
export interface Asked {
  readonly question: SourceQuestion;
  readonly connector: HttpConnector;
  /** The person's number as the source writes it. */
  readonly number: string | number;
  readonly mapped: readonly MappedField[];
}

/** The JSON of one question. `marker`: what the page before said of the next one; left out: the first page. */
export function bodyOf({ question, connector, number, mapped }: Asked, marker?: string | number): string {
  const { query, pages, subject } = connector;
  const names = mapped.map(({ name }) => name);
  const obtained = provenance(question.obtained, mapped);
  const { request, purpose } = question;
  let body: unknown =
    query === undefined
      ? { request, purpose, subject: { scheme: subject.scheme, value: number }, fields: names, obtained }
      : query.body;
  const put = (place: string | undefined, value: unknown): void => {
    if (place !== undefined) body = withValueAt(body, place, value);
  };
  put(query?.put.number, number);
  put(query?.put.fields, names);
  put(query?.put.purpose, purpose);
  put(query?.put.request, request);
  put(query?.put.obtained, obtained);
  if (marker !== undefined) put(pages?.put, marker);
  // INVARIANT: a connector whose places exclude each other does not load, so that this cannot leave out the person.
  if (body === null) throw new RangeError('a question of a connector cannot be put together');
  return JSON.stringify(body);
}

/**
 * The JSON of a question that the source seals the answer to: by catalogue field, with the permit and the recipient's key
 * and proof, so that the source can check both itself.
 */
export function sealedBodyOf(question: SealedQuestion, scheme: string, number: string | number): string {
  const { request, purpose, fields, permit, recipientKey } = question;
  const obtained = Object.fromEntries(fields.map((field) => [field, question.obtained[field] ?? []]));
  const subject = { scheme, value: number };
  return JSON.stringify({ request, purpose, subject, fields, obtained, permit: permit.jws, recipientKey });
}
