import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { asIfDirect } from './proxies/as-if-direct.ts';
import { describeWith } from './proxies/debian-program.ts';
import { deployed, placeFiles, useProxiedChain } from './proxies/proxied-chain.ts';
import { freePort, type RunningProgram, runProgram } from './proxies/running-program.ts';

describeWith('haproxy', 'behind HAProxy, as it is delivered', (haproxy) => {
  const proxied = useProxiedChain();
  let url = '';
  let running: RunningProgram | undefined;

  beforeAll(async () => {
    const { chain, entrance, proxy, server } = proxied();
    const folder = join(chain.world.directory, 'haproxy');
    const port = await freePort();
    placeFiles(folder, {
      'server.pem': server.certificate + server.key,
      'proxy.pem': proxy.certificate + proxy.key,
      'client-ca.pem': chain.world.authority.ca,
      'gateway-ca.pem': chain.world.authority.ca,
      'client-cert-chain.lua': {
        copy: new URL('../../deploy/haproxy/client-cert-chain.lua', import.meta.url).pathname,
      },
    });
    const configuration = deployed('haproxy/haproxy.cfg', folder, {
      '/etc/haproxy/sluis': folder,
      'bind :443': `bind 127.0.0.1:${port}`,
      '127.0.0.1:8445': entrance.host,
    });
    running = await runProgram(haproxy, ['-db', '-f', configuration], port);
    url = `https://localhost:${port}`;
  });
  afterAll(() => running?.stop());

  asIfDirect(proxied, () => url);
});
