import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import type { MalformedRequests } from '../malformed-request.ts';
import { strictForm } from '../strict-form.ts';

/** A path at which no socket may be opened: a refusal to start, told in one line. */
class SocketPathError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SocketPathError';
  }
}

const limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 60_000,
  requireHostHeader: false,
};
/** A chain of large certificates in one header. */
const maxHeaderSize = 32_768;
const closeMs = 3_000;
const idleMs = 50;

type Handler = Parameters<typeof getRequestListener>[0];

/**
 * HTTP on a unix socket, for a proxy on this machine. INVARIANT: only the socket's owner and group can connect: mode
 * 0660 in a folder into which nobody else can look. Throws `SocketPathError` where that cannot be so.
 */
export async function socketListener(
  handle: Handler,
  path: string,
  malformed: MalformedRequests,
): Promise<{ close(): Promise<void> }> {
  insistOnPrivateFolder(dirname(path));
  await removeLeftover(path);
  const listener = getRequestListener(strictForm(handle, malformed), { errorHandler: malformed.errorHandler });
  const server = createServer({ ...limits, maxHeaderSize }, listener);
  malformed.watch(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // until here the folder alone kept others out
  chmodSync(path, 0o660);
  return {
    close: () =>
      new Promise((resolve) => {
        const insist = setTimeout(() => server.closeAllConnections(), closeMs);
        const idle = setInterval(() => server.closeIdleConnections(), idleMs);
        server.close(() => {
          clearTimeout(insist);
          clearInterval(idle);
          resolve();
        });
      }),
  };
}

function insistOnPrivateFolder(folder: string): void {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined || !found.isDirectory()) throw new SocketPathError(`${folder}: is not a folder`);
  if ((found.mode & 0o007) !== 0)
    throw new SocketPathError(`${folder}: is open to everybody; take that away (chmod o-rwx) and start again`);
  if (found.uid !== process.getuid?.() && found.uid !== 0)
    throw new SocketPathError(`${folder}: belongs to another user, who could put another socket in its place`);
}

/** What a gateway that was killed left; never one that somebody answers, nor anything that is not a socket. */
async function removeLeftover(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new SocketPathError(`${path}: is there already and is not a socket`);
  if (await answers(path)) throw new SocketPathError(`${path}: another process listens there`);
  unlinkSync(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}
