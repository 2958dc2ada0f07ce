import type pg from 'pg';
import { z } from 'zod';

/** The server may forget what it acknowledged: no promise about the ledger can rest on it. */
export class NotDurable extends Error {
  constructor(setting: string) {
    super(`the database server runs with ${setting} off: it may lose what it acknowledged`);
    this.name = 'NotDurable';
  }
}

/** As a session sees them: from the server's file, or set for its role, its database or itself. */
export const durabilityStatement = {
  name: 'durability',
  text: `SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
    current_setting('synchronous_commit') AS synchronous_commit`,
};

const settingsRow = z.strictObject({ fsync: z.string(), full_page_writes: z.string(), synchronous_commit: z.string() });

/**
 * Throws `NotDurable` unless a commit that this session is told of survives a crash of the server. Killing
 * processes shows nothing of it: only these settings say whether the disk is waited for.
 */
export function refuseForgetful(row: unknown): void {
  // `local` flushes here but waits for no standby; `remote_*` and `on` both flush here.
  const forgotten = Object.entries(settingsRow.parse(row)).find(([, value]) => value === 'off');
  if (forgotten !== undefined) throw new NotDurable(forgotten[0]);
}

/** Throws `NotDurable` unless an acknowledged commit survives a crash of the server. */
export async function assertDurable(client: pg.Client): Promise<void> {
  const { rows } = await client.query(durabilityStatement.text);
  refuseForgetful(rows[0]);
}
