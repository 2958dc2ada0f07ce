import { z } from 'zod';
import { withValueAt } from './pointer.ts';
import { pointer } from './pointer-form.ts';

const purposeOrOwn = z.string().min(1).max(64);

/** The body of a question in the source's own shape: what always stands in it, and where the rest goes. */
export const queryForm = z
  .strictObject({
    body: z.record(z.string(), z.json()).default({}),
    put: z.strictObject({
      /** The person's number, as `subject.as` writes it. */
      number: pointer,
      /** The fields that are permitted: their names there, or else their pointers. */
      fields: pointer.optional(),
      purpose: pointer.optional(),
      /** Id of the request. */
      request: pointer.optional(),
      /** Name → under which purposes the source may have got the field. */
      obtained: pointer.optional(),
    }),
    /** Under what the source got all that it holds, where a question cannot ask; left out: `own`. */
    obtained: z.array(purposeOrOwn).min(1).max(32).optional(),
  })
  .refine(
    ({ put, obtained }) => put.obtained === undefined || obtained === undefined,
    'asks by `put.obtained` or states `obtained`, not both',
  );

export type Query = z.infer<typeof queryForm>;

const standardBody = { request: '', purpose: '', subject: '', fields: '', obtained: '' };

/**
 * The member of a connector that puts something where something stands already, or inside it; null: a question can be
 * put together.
 */
export function misplaced(query: Query | undefined, page: string | undefined): readonly string[] | null {
  const puts = Object.entries(query?.put ?? {}).map(([name, place]) => ({ path: ['query', 'put', name], place }));
  let body: unknown = query?.body ?? standardBody;
  for (const { path, place } of [...puts, { path: ['pages', 'put'], place: page }]) {
    if (place === undefined) continue;
    body = withValueAt(body, place, 'taken');
    if (body === null) return path;
  }
  return null;
}
