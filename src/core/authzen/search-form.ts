import { z } from 'zod';

const word = z.string().min(1).max(64);
const identifier = z.string().min(1).max(128);

const page = z.object({
  token: z.string().max(200).optional(),
  limit: z.int().min(1).max(500).optional(),
});

/** Who may see this field for this purpose: the id of the subject is what is looked for. */
export const subjectSearch = z.object({
  subject: z.object({ type: word }),
  action: z.object({ name: word }),
  resource: z.object({
    type: word,
    id: identifier,
    properties: z.object({ sourceKind: word.optional() }).optional(),
  }),
  page: page.optional(),
});

/** Which fields may be asked: the id of the resource is what is looked for. */
export const resourceSearch = z.object({
  subject: z.object({ type: word, id: identifier }),
  action: z.object({ name: word }),
  resource: z.object({ type: word, properties: z.object({ sourceKind: word.optional() }).optional() }),
  page: page.optional(),
});

/** For which purposes a field may be asked. */
export const actionSearch = z.object({
  subject: z.object({ type: word, id: identifier }),
  resource: subjectSearch.shape.resource,
  page: page.optional(),
});

export type SubjectSearch = z.output<typeof subjectSearch>;
export type ResourceSearch = z.output<typeof resourceSearch>;
export type ActionSearch = z.output<typeof actionSearch>;
export type PageAsked = z.output<typeof page>;
