import type { Server } from 'node:https';
import type { Socket } from 'node:net';

/** Far more than honest callers have under way at a time; each costs some 50 kB. */
const mostPending = 2_048;

/**
 * Keeps connections that do not finish their handshake from taking up the gateway: beyond so many the one that waits
 * longest is closed, so that whoever does speak TLS still gets in.
 */
export function boundPendingHandshakes(server: Pick<Server, 'on'>, most = mostPending): void {
  const pending = new Map<string, Socket>();
  server.on('connection', (socket: Socket) => {
    const key = endOf(socket);
    pending.set(key, socket);
    socket.once('close', () => {
      // the address may have been taken up again
      if (pending.get(key) === socket) pending.delete(key);
    });
    const [oldest] = pending.values();
    if (pending.size > most) oldest?.destroy();
  });
  server.on('secureConnection', (socket: Socket) => pending.delete(endOf(socket)));
}

function endOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
