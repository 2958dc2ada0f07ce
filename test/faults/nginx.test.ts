import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { asIfDirect, onlyForProxies } from './proxies/as-if-direct.ts';
import { describeWith } from './proxies/debian-program.ts';
import { deployed, placeFiles, useProxiedChain } from './proxies/proxied-chain.ts';
import { freePort, type RunningProgram, runProgram } from './proxies/running-program.ts';

describeWith('nginx', 'behind nginx, as it is delivered', (nginx) => {
  const proxied = useProxiedChain();
  let url = '';
  let running: RunningProgram | undefined;

  beforeAll(async () => {
    const { chain, entrance, proxy, server } = proxied();
    const folder = join(chain.world.directory, 'nginx');
    const port = await freePort();
    placeFiles(folder, {
      'server.crt.pem': server.certificate,
      'server.key.pem': server.key,
      'proxy.crt.pem': proxy.certificate,
      'proxy.key.pem': proxy.key,
      'gateway-ca.pem': chain.world.authority.ca,
      'client-cert-map.conf': { copy: new URL('../../deploy/nginx/client-cert-map.conf', import.meta.url).pathname },
    });
    const sluis = deployed('nginx/sluis.conf', folder, {
      '/etc/nginx/sluis': folder,
      'listen 443 ssl': `listen 127.0.0.1:${port} ssl`,
      '127.0.0.1:8445': entrance.host,
    });
    mkdirSync(join(folder, 'temp'));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/temp/${name};`,
    );
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr notice;
      events { worker_connections 512; }
      http { access_log off; ${temporary.join(' ')} include ${sluis}; }`,
    );
    running = await runProgram(nginx, ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], port);
    url = `https://localhost:${port}`;
  });
  afterAll(() => running?.stop());

  asIfDirect(proxied, () => url);
  onlyForProxies(proxied);
});
