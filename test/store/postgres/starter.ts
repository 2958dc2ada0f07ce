/** A gateway reduced to its database: starts it, tells what it got, and lives until it is killed. */
import { startPostgres } from '../../../src/store/postgres/start-postgres.ts';

const [dataDir = '', ephemeral = ''] = process.argv.slice(2);
try {
  const { pid, keeperPid, ownerUrl } = await startPostgres({ dataDir, ephemeral: ephemeral === 'ephemeral' });
  process.send?.({ pid, keeperPid, ownerUrl });
} catch (error) {
  process.send?.({ refused: error instanceof Error ? error.name : 'unknown' });
}
setInterval(() => undefined, 1000);
