import { type Kysely, sql } from 'kysely';

/** What a source offers may wait for more of its people first: once they agreed it lies ready for its recipient. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE OR REPLACE FUNCTION request_may_move(was text, becomes text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT was || '>' || becomes = ANY (ARRAY[
      'received>refused', 'received>fetching', 'received>awaiting-approval', 'received>awaiting-source',
      'received>answered',
      'awaiting-approval>awaiting-approval', 'awaiting-approval>permitted', 'awaiting-approval>awaiting-source',
      'awaiting-approval>answered',
      'awaiting-approval>declined', 'awaiting-approval>withdrawn', 'awaiting-approval>expired',
      'awaiting-source>partly-answered', 'awaiting-source>answered', 'awaiting-source>awaiting-approval',
      'awaiting-source>declined', 'awaiting-source>withdrawn', 'awaiting-source>expired',
      'permitted>fetching', 'permitted>awaiting-approval', 'permitted>refused', 'permitted>withdrawn',
      'permitted>expired',
      'fetching>delivered', 'fetching>refused', 'fetching>failed', 'fetching>permitted',
      'partly-answered>partly-answered', 'partly-answered>answered', 'partly-answered>delivered',
      'partly-answered>withdrawn', 'partly-answered>expired',
      'answered>delivered', 'answered>declined', 'answered>withdrawn', 'answered>expired',
      'delivered>collected'
    ]) $$`,
];
