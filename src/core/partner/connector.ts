import { z } from 'zod';
import { plainChoiceForm } from './choice.ts';
import { conversionForm } from './conversion.ts';
import { pointer, pointerOrWhole } from './pointer-form.ts';
import { misplaced, queryForm } from './query-form.ts';

/** A certificate by its DER. */
export const thumbprintForm = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 thumbprint in lower-case hexadecimal');

/** The name of files with a certificate and its key. */
const certificateName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be a name of small letters, digits and dashes');

/**
 * How the source writes the number: as it is, as a JSON number, or with zeros before it to so many positions. `digits`:
 * its numbers have so many, so that zeros before them are no doubt. `checkLetters`: after it comes the one of these
 * letters that stands at the remainder when the number is divided by how many they are.
 */
const writing = z.union([
  z.enum(['text', 'number']),
  z.strictObject({
    padded: z.int().min(2).max(32),
    digits: z.int().min(7).max(15).optional(),
    checkLetters: z
      .string()
      .regex(/^[A-Z]{2,26}$/, 'must be capitals')
      .refine((letters) => new Set(letters).size === letters.length, 'must have each letter once')
      .optional(),
  }),
]);

/**
 * How the gateway asks a unit's own system over HTTPS. Pure configuration; `docs/connectors.md` says it in whole. What
 * is left out is left out on record too, so that a connector means the same under every version of the gateway.
 */
const httpConnector = z
  .strictObject({
    type: z.literal('http'),
    url: z.url({ protocol: /^https$/ }).refine(hasNoQuestion, 'must not carry credentials, a query or a fragment'),
    /** Server certificates that are accepted at this address; none listed means any that is valid for it. */
    certificates: z.array(thumbprintForm).max(8).default([]),
    /** The client certificate to show there, by name; left out: the one that the gateway shows everywhere. */
    certificate: certificateName.optional(),
    /** Where a whole answer names the person; it may be left out where `record` says it of each record. */
    subject: z.strictObject({
      scheme: z.enum(['bsn', 'skn', 'caseReference']),
      pointer: pointer.optional(),
      /** A list stands at the pointer, and one of its members names the person. */
      choose: plainChoiceForm.optional(),
      as: writing.optional(),
    }),
    /** What the source says that its answers are; left out: `application/json`. */
    mediaType: z
      .string()
      .regex(/^application\/(?:[a-z0-9][a-z0-9.-]{0,60}\+)?json$/, 'must be application/json or application/…+json')
      .optional(),
    query: queryForm.optional(),
    /** Several people in one answer: lists in lists, from the outside in, and where each of the innermost says who. */
    record: z.strictObject({ each: z.array(pointerOrWhole).min(1).max(4), subject: pointer }).optional(),
    /** Where an answer says by what the next part is asked, and where the question then holds it. */
    pages: z.strictObject({ next: pointer, put: pointer, atMost: z.int().min(2).max(50) }).optional(),
    /** Where a list is expected, anything else is a list of one, as when XML was turned into JSON. */
    loneItems: z.literal(true).optional(),
    /** Catalogue field → where it stands in the source's answer, or in the person's record, and how it is written. */
    fields: z.record(z.string().regex(/^[a-zA-Z]+\.[a-zA-Z]+$/), z.union([pointer, conversionForm])),
    /**
     * `sealed`: where the policy says that the gateway may not see the answer, the source seals it itself, and is asked
     * in the usual question. Left out: it cannot, and is then not asked.
     */
    answers: z.literal('sealed').optional(),
    /** Being asked twice changes nothing there: a question that got no answer at all may be asked again. */
    safe: z.literal(true).optional(),
    /** So many questions in a row without an answer, and for so long it is asked nothing. */
    breaker: z.strictObject({ after: z.int().min(1).max(1_000), forMs: z.int().min(100).max(3_600_000) }).optional(),
    timeoutMs: z.int().min(1).max(60_000).default(2_000),
    maxBytes: z.int().min(1).max(16_777_216).default(1_048_576),
  })
  .refine(
    ({ subject, record }) => subject.pointer !== undefined || record !== undefined,
    'must say where an answer names the person: subject.pointer, or record',
  )
  .refine(
    ({ subject }) => subject.choose === undefined || subject.pointer !== undefined,
    'has subject.choose: say with subject.pointer where the list stands',
  )
  .refine(
    ({ subject: { scheme, as = 'text' } }) => scheme !== 'caseReference' || as === 'text',
    'writes a case reference as it is: leave out subject.as',
  )
  .refine(
    ({ answers, query, record, pages }) =>
      answers === undefined || (query === undefined && record === undefined && pages === undefined),
    'cannot have answers: sealed beside query, record or pages: what a source seals has one form',
  )
  .superRefine(({ query, pages }, check) => {
    const path = misplaced(query, pages?.put);
    const message = 'names a place of the question where something stands already, or one inside that';
    if (path !== null) check.addIssue({ code: 'custom', message, path: [...path] });
  });

/** Its people are asked, or its own software that fetches what waits for it: `docs/inbox.md`. */
const inboxConnector = z.strictObject({ type: z.literal('inbox') });

/** How a source is reached, by type. Every type has a member of its own here. */
export const connectorForm = z.discriminatedUnion('type', [httpConnector, inboxConnector]);

export type HttpConnector = Readonly<Omit<z.infer<typeof httpConnector>, 'certificates'>> & {
  readonly certificates: readonly string[];
};
export type ConnectorConfig = HttpConnector | Readonly<z.infer<typeof inboxConnector>>;

/** How the gateway itself asks a source; null: it has nothing to ask there. */
export function httpOf(connector: ConnectorConfig | null): HttpConnector | null {
  return connector?.type === 'http' ? connector : null;
}

/** Whether a source answers in its own time, to what it finds in its inbox. */
export function answersThroughPeople({ connector }: { readonly connector: ConnectorConfig | null }): boolean {
  return connector?.type === 'inbox';
}

export function hasNoQuestion(text: string): boolean {
  const url = new URL(text);
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}
