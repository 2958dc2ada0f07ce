import { lstat } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import type { DatabaseSettings } from './open-database.ts';
import { hasCode } from './postgres/errno.ts';

/** Whether a gateway ever prepared the database of these settings; makes nothing. Throws what the server refused. */
export function isDatabaseMade({ dataDir, urls }: DatabaseSettings): Promise<boolean> {
  return urls === null ? isThere(path.join(dataDir, 'postgres', 'cluster')) : hasLedger(urls.owner);
}

/** A folder, or a link to where it had to be made; one that leads nowhere is told of by whoever opens it. */
async function isThere(cluster: string): Promise<boolean> {
  try {
    await lstat(cluster);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}

async function hasLedger(ownerUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 5000 });
  client.on('error', () => {
    // A lost connection rejects the statement under way, which is where it is told.
  });
  await client.connect();
  try {
    const { rows } = await client.query(`SELECT to_regclass('public.ledger_entry') IS NOT NULL AS there`);
    return rows[0]?.there === true;
  } finally {
    await client.end();
  }
}
