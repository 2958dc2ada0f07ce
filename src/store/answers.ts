import type pg from 'pg';
import { z } from 'zod';
import type { EntryId, FieldId, Instant, RequestId } from '../core/brand.ts';
import type { Answers } from '../core/disclosure/kept-answer.ts';
import { query } from './pool.ts';

const ofRequest = {
  name: 'answer_of_request',
  text: `SELECT id, category, fields, jwe, permit, digest, received_at, entry_id FROM answer
    WHERE request_id = $1 ORDER BY received_at, id`,
};

const outlineOf = {
  name: 'answer_outline',
  text: 'SELECT fields, permit FROM answer WHERE request_id = $1',
};

const takersOf = {
  name: 'answer_takers',
  text: 'SELECT taker FROM request, unnest(takers) AS taker WHERE id = $1',
};

const row = z.strictObject({
  id: z.uuid(),
  category: z.string().nullable(),
  fields: z.array(z.string()),
  jwe: z.string(),
  permit: z.string().nullable(),
  digest: z.string(),
  received_at: z.string(),
  entry_id: z.uuid(),
});

const outlineRow = row.pick({ fields: true, permit: true });

/** Throws `Fault('database-unavailable')`. */
export function createAnswers(pool: pg.Pool): Answers {
  return {
    async of(request: RequestId) {
      return (await query(pool, ofRequest, [request])).map((found) => {
        const { id, category, fields, jwe, permit, digest, received_at, entry_id } = row.parse(found);
        return {
          ...{ id, request, category, jwe, permit, digest },
          fields: fields as FieldId[],
          receivedAt: received_at as Instant,
          entry: entry_id as EntryId,
        };
      });
    },
    async outline(request: RequestId) {
      return (await query(pool, outlineOf, [request])).map((found) => {
        const { fields, permit } = outlineRow.parse(found);
        return { fields: fields as FieldId[], permit };
      });
    },
    async takers(request: RequestId) {
      return (await query<{ taker: string }>(pool, takersOf, [request])).map(({ taker }) => taker);
    },
  };
}
