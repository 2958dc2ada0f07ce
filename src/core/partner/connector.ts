import { z } from 'zod';
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

/** How the source writes the number: as it is, as a JSON number, or with zeros before it to so many positions. */
const writing = z.union([z.enum(['text', 'number']), z.strictObject({ padded: z.int().min(2).max(32) })]);

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
      as: writing.optional(),
    }),
    query: queryForm.optional(),
    /** Several people in one answer: lists in lists, from the outside in, and where each of the innermost says who. */
    record: z.strictObject({ each: z.array(pointerOrWhole).min(1).max(4), subject: pointer }).optional(),
    /** Where an answer says by what the next part is asked, and where the question then holds it. */
    pages: z.strictObject({ next: pointer, put: pointer, atMost: z.int().min(2).max(50) }).optional(),
    /** Where a list is expected, anything else is a list of one, as when XML was turned into JSON. */
    loneItems: z.literal(true).optional(),
    /** Catalogue field → where it stands in the source's answer, or in the person's record, and how it is written. */
    fields: z.record(z.string().regex(/^[a-zA-Z]+\.[a-zA-Z]+$/), z.union([pointer, conversionForm])),
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
    ({ subject: { scheme, as = 'text' } }) => scheme !== 'caseReference' || as === 'text',
    'writes a case reference as it is: leave out subject.as',
  )
  .superRefine(({ query, pages }, check) => {
    const path = misplaced(query, pages?.put);
    const message = 'names a place of the question where something stands already, or one inside that';
    if (path !== null) check.addIssue({ code: 'custom', message, path: [...path] });
  });

/** How a source is reached, by type. Every type has a member of its own here. */
export const connectorForm = z.discriminatedUnion('type', [httpConnector]);

export type ConnectorConfig = Readonly<Omit<z.infer<typeof connectorForm>, 'certificates'>> & {
  readonly certificates: readonly string[];
};
export type Writing = z.infer<typeof writing>;

export function hasNoQuestion(text: string): boolean {
  const url = new URL(text);
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}
