import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { createAuthority } from '../../src/demo/authority.ts';
import type { pagesApp } from '../../src/pages/pages-app.ts';

export interface PagesServer {
  readonly origin: string;
  stop(): Promise<void>;
}

/** The pages over real TLS on a free port of loopback: `__Host-` cookies and HSTS need it. */
export async function servePages(app: ReturnType<typeof pagesApp>): Promise<PagesServer> {
  const directory = mkdtempSync(join(tmpdir(), 'sluis-pages-'));
  const authority = await createAuthority(directory);
  const { certificate, key } = await authority.issueServer({ name: 'pages' });
  const server = createServer({ cert: certificate, key }, getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `https://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
