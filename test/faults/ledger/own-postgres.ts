import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DatabaseUrls } from '../../../src/store/logins.ts';
import { type RunningPostgres, startPostgres } from '../../../src/store/postgres/start-postgres.ts';
import { prepareDatabase } from '../../../src/store/prepare-database.ts';
import { withChildren } from '../../world/process-table.ts';

/** A server of the test's own, with a migrated database and its vault. */
export interface OwnPostgres {
  readonly urls: DatabaseUrls;
  /** kill -9 of the first process and all of its children; resolves when the next server takes connections. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Its keeper starts a server again after ever longer waits, since one that dies over and over is not well.
 * After this many a new keeper has the directory, which waits shortly again.
 */
const livesOfOneKeeper = 3;

export async function ownPostgres(): Promise<OwnPostgres> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'sluis-kills-'));
  // PostgreSQL's user must be able to pass through, also when the tests run as root.
  await chmod(directory, 0o711);
  const dataDir = path.join(directory, 'postgres');
  let restarted: () => void = () => undefined;
  const onRestart = (): void => restarted();
  let server: RunningPostgres = await startPostgres({ dataDir, onRestart });
  const urls = await prepareDatabase(server.ownerUrl, { loginsFile: path.join(directory, 'logins.json') });
  const port = Number(new URL(server.ownerUrl).port);
  let lives = 1;

  const killAll = (): void => {
    for (const pid of withChildren(server.pid)) process.kill(pid, 'SIGKILL');
  };
  return {
    urls,
    async kill() {
      const isBack = new Promise<void>((resolve) => {
        restarted = resolve;
      });
      killAll();
      await isBack;
      lives += 1;
      if (lives <= livesOfOneKeeper) return;
      lives = 1;
      await server.stop();
      server = await startPostgres({ dataDir, port, onRestart });
    },
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
