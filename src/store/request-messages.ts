import type pg from 'pg';
import { z } from 'zod';
import type { EntryId, Instant, RequestId } from '../core/brand.ts';
import { type Messages, said } from '../core/disclosure/said-on-request.ts';
import type { IdentifierSecrets } from '../core/subject/ports.ts';
import { query } from './pool.ts';
import { saidContext } from './said-text.ts';

const ofRequest = {
  name: 'request_message_of_request',
  text: 'SELECT id, said, at, entry_id FROM request_message WHERE request_id = $1 ORDER BY at, id',
};

const row = z.strictObject({
  id: z.uuid(),
  said: z.instanceof(Buffer),
  at: z.string(),
  entry_id: z.uuid(),
});

/** Throws `Fault('database-unavailable')`. */
export function createMessages(pool: pg.Pool, secrets: Pick<IdentifierSecrets, 'decrypt'>): Messages {
  return {
    async of(request: RequestId) {
      return (await query(pool, ofRequest, [request])).map((found) => {
        const { id, said: sealed, at, entry_id } = row.parse(found);
        const text = secrets.decrypt(sealed, saidContext('request_message.said', id));
        return { id, request, said: said.parse(JSON.parse(text)), at: at as Instant, entry: entry_id as EntryId };
      });
    },
  };
}
