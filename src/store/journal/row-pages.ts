import type pg from 'pg';
import type { z } from 'zod';
import { databaseError } from '../database-fault.ts';

/** Cursors of one transaction need names of their own. */
const numbers = new WeakMap<pg.PoolClient, number>();

/**
 * The rows of a query in pages, through a cursor of the transaction that the connection is in: each row once,
 * in whatever order the query says, and no more than a page in memory. Throws `Fault('database-unavailable')`.
 */
export async function* rowPages<Row>(
  client: pg.PoolClient,
  text: string,
  values: readonly unknown[],
  form: z.ZodType<Row>,
  size: number,
): AsyncGenerator<readonly Row[]> {
  const number = (numbers.get(client) ?? 0) + 1;
  numbers.set(client, number);
  const name = `page_${number}`;
  await run(client, `DECLARE ${name} NO SCROLL CURSOR FOR ${text}`, values);
  for (;;) {
    const rows = await run(client, `FETCH ${size} FROM ${name}`);
    if (rows.length > 0) yield rows.map((row) => form.parse(row));
    if (rows.length === size) continue;
    // One that is left early ends with its transaction.
    await run(client, `CLOSE ${name}`);
    return;
  }
}

async function run(client: pg.PoolClient, text: string, values: readonly unknown[] = []): Promise<readonly unknown[]> {
  try {
    return (await client.query(text, [...values])).rows;
  } catch (error) {
    throw databaseError(error, 'ledger-pages');
  }
}
