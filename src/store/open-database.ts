import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DatabaseUrls } from './logins.ts';
import { clusterDirectory, ownerPassword, ownerRole } from './postgres/cluster.ts';
import { DataDirectoryInUse } from './postgres/directory-lock.ts';
import { serverUser } from './postgres/run-as.ts';
import { databaseName, startPostgres } from './postgres/start-postgres.ts';
import { type LoginSource, prepareDatabase, type VaultSource } from './prepare-database.ts';

export interface DatabaseSettings {
  readonly dataDir: string;
  /** null: a PostgreSQL of the gateway's own, in the data directory. */
  readonly urls: {
    readonly owner: string;
    readonly serve: string | null;
    readonly sequencer: string | null;
    readonly eraser: string | null;
  } | null;
  /** null: a second database beside that one, on the same server. */
  readonly vault: VaultSource | null;
}

export interface OpenDatabase {
  readonly urls: DatabaseUrls;
  /** Ends the server if it was started here. */
  stop(): Promise<void>;
}

/**
 * The database and its vault, migrated and with their logins: those that the settings name, or some of the
 * gateway's own. `attach` lets a command use the server that a running gateway keeps in the same
 * data directory; a second gateway is refused with `DataDirectoryInUse`.
 */
export async function openDatabase(settings: DatabaseSettings, attach: boolean): Promise<OpenDatabase> {
  if (settings.urls !== null) {
    const logins = loginSource(settings.dataDir, settings.urls);
    const urls = await prepareDatabase(settings.urls.owner, logins, settings.vault);
    return { urls, stop: async () => undefined };
  }
  const dataDir = path.join(settings.dataDir, 'postgres');
  const server = await startOrAttach(dataDir, attach);
  try {
    return { urls: await prepareDatabase(server.ownerUrl, loginSource(settings.dataDir, null)), stop: server.stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function startOrAttach(
  dataDir: string,
  attach: boolean,
): Promise<{ readonly ownerUrl: string; stop(): Promise<void> }> {
  try {
    return await startPostgres({ dataDir });
  } catch (error) {
    if (!attach || !(error instanceof DataDirectoryInUse)) throw error;
    const cluster = await clusterDirectory(dataDir, serverUser());
    // PostgreSQL writes its port on the fourth line.
    const port = (await readFile(path.join(cluster, 'postmaster.pid'), 'utf8')).split('\n')[3];
    const password = encodeURIComponent(await ownerPassword(dataDir));
    return {
      ownerUrl: `postgres://${ownerRole}:${password}@127.0.0.1:${port}/${databaseName}`,
      stop: async () => undefined,
    };
  }
}

function loginSource(dataDir: string, urls: DatabaseSettings['urls']): LoginSource {
  const { serve, sequencer, eraser } = urls ?? { serve: null, sequencer: null, eraser: null };
  if (serve !== null && sequencer !== null && eraser !== null) return { urls: { serve, sequencer, eraser } };
  return { loginsFile: path.join(dataDir, 'database-logins.json') };
}
