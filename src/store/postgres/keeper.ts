/**
 * A process of its own that owns the PostgreSQL server and ends it when the gateway ends, however
 * that happens: when the gateway is killed with -9 nobody else is left to do it. Its channel to the
 * gateway closes then, and that is what it listens to. It stands in a process group of its own, so
 * that Ctrl-C in a terminal reaches the gateway first and the gateway can still write.
 */
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterDirectory, makeCluster, makeDataDirectory } from './cluster.ts';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';
import type { FromKeeper, KeepOrder, ToKeeper } from './keeper-messages.ts';
import { nativeTree } from './native-tree.ts';
import { serverUser } from './run-as.ts';
import { ServerDidNotStart, type ServerPlace, type ServerProcess, startServer, stopOrphan } from './server-process.ts';

const maxRestarts = 8;
const healthyAfterMs = 60_000;
const portAttempts = 5;

const stop = new AbortController();
process.on('disconnect', () => stop.abort());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
process.on('message', (message: ToKeeper) => {
  if (message.type === 'stop') stop.abort();
  else void run(message);
});

async function run(order: KeepOrder): Promise<void> {
  let lock: DirectoryLock | null = null;
  try {
    await makeDataDirectory(order.dataDir);
    lock = await lockDirectory(order.dataDir);
    const place = await prepare(order);
    await keep(order, place, lock);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    await tell({ type: 'failed', name, message });
    process.exitCode = 1;
  } finally {
    if (order.ephemeral && lock !== null) await remove(order.dataDir);
    await lock?.release();
    if (process.connected) process.disconnect();
  }
}

async function remove(dataDir: string): Promise<void> {
  const cluster = await clusterDirectory(dataDir, serverUser());
  await rm(path.dirname(cluster), { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}

async function prepare(order: KeepOrder): Promise<ServerPlace> {
  const runAs = serverUser();
  const native = await nativeTree(runAs);
  const cluster = await clusterDirectory(order.dataDir, runAs);
  await makeCluster(native, order.dataDir, cluster, runAs);
  await stopOrphan(cluster);
  return { native, cluster, runAs, logFile: path.join(order.dataDir, 'server.log') };
}

/** Resolves when the gateway wants it no more; throws when the server does not stay up. */
async function keep(order: KeepOrder, place: ServerPlace, lock: DirectoryLock): Promise<void> {
  if (stop.signal.aborted) return;
  const first = await startSomewhere(place, order.port);
  await tell({ type: 'ready', port: first.port, pid: first.server.pid, cluster: place.cluster });
  let server = first.server;
  for (let failures = 0; ; ) {
    const upSince = performance.now();
    await Promise.race([server.ended, stopped()]);
    if (stop.signal.aborted) break;
    failures = performance.now() - upSince > healthyAfterMs ? 0 : failures;
    ({ server, failures } = await restart(place, first.port, failures));
    if (stop.signal.aborted) break;
    await tell({ type: 'restarted', pid: server.pid });
  }
  await lock.markStopping();
  await server.stop();
}

function stopped(): Promise<void> {
  if (stop.signal.aborted) return Promise.resolve();
  return new Promise((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function startSomewhere(place: ServerPlace, wanted: number): Promise<{ server: ServerProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = wanted === 0 ? await freePort() : wanted;
    try {
      return { server: await startServer(place, port), port };
    } catch (error) {
      // Between finding a free port and listening on it, another process may have taken it.
      const again = wanted === 0 && error instanceof ServerDidNotStart && error.portTaken && attempt < portAttempts;
      if (!again) throw error;
    }
  }
}

/** On the same port, where the gateway's pools look for it. The dead server's last children may still be leaving. */
async function restart(
  place: ServerPlace,
  port: number,
  failuresBefore: number,
): Promise<{ server: ServerProcess; failures: number }> {
  for (let failures = failuresBefore + 1; ; failures += 1) {
    await sleep(Math.min(50 * 2 ** failures, 5000));
    try {
      return { server: await startServer(place, port), failures };
    } catch (error) {
      if (!(error instanceof ServerDidNotStart) || failures >= maxRestarts || stop.signal.aborted) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return address.port;
}

async function tell(message: FromKeeper): Promise<void> {
  if (!process.connected) return;
  await new Promise((resolve) => process.send?.(message, undefined, undefined, resolve));
}
