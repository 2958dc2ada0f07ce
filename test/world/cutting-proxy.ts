import { connect, createServer, type Socket } from 'node:net';

export type Cut =
  | 'none'
  /** COMMIT never reaches the server. */
  | 'before-commit'
  /** COMMIT reaches the server, its answer never comes back. */
  | 'after-commit'
  /** As `after-commit`, but the connection stays open and silent. */
  | 'silent-commit'
  /** Nobody listens: connections are refused at once. */
  | 'away';

/** Stands between a journal and its database, and breaks the next COMMIT in one of the ways that networks do. */
export interface CuttingProxy {
  readonly url: string;
  cut: Cut;
  /** Told when a COMMIT was cut, which is once each time that `cut` is set. */
  onCut: () => void;
  /** Ends every open connection. */
  sever(): void;
  close(): Promise<void>;
}

const commitMessage = Buffer.from('COMMIT\0');

export async function cuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (proxy.cut === 'away') return void client.destroy();
    const upstream = connect(Number(target.port || 5432), target.hostname);
    let isSilent = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    upstream.on('data', (data) => isSilent || client.write(data));
    client.on('data', (data) => {
      const { cut } = proxy;
      if (cut === 'none' || !data.includes(commitMessage)) return void upstream.write(data);
      proxy.cut = 'none';
      proxy.onCut();
      if (cut === 'before-commit') return void client.destroy();
      isSilent = true;
      upstream.write(data, () => {
        if (cut === 'after-commit') client.destroy();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  const sever = () => {
    for (const socket of sockets) socket.destroy();
  };
  const proxy: CuttingProxy = {
    url: url.href,
    cut: 'none',
    onCut: () => undefined,
    sever,
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      sever();
      return closed;
    },
  };
  return proxy;
}
