import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readForwardedPath } from '../../src/api/fronts/proxy-headers.ts';
import { roles } from '../../src/demo/story/scene.ts';
import { rawCall } from '../world/raw-call.ts';
import { asClientCert, asIfDirect } from './proxies/as-if-direct.ts';
import { describeWith } from './proxies/debian-program.ts';
import { deployed, placeFiles, useProxiedChain } from './proxies/proxied-chain.ts';
import { freePort, type RunningProgram, runProgram } from './proxies/running-program.ts';

describeWith('haproxy', 'behind HAProxy, as it is delivered', (haproxy) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluis-haproxy-'));
  chmodSync(folder, 0o700);
  const socket = join(folder, 'proxy.sock');
  const proxied = useProxiedChain(socket);
  const running: RunningProgram[] = [];
  const urls = { tls: '', socket: '' };

  async function start(more: Readonly<Record<string, string>>): Promise<string> {
    const { chain, proxy, server } = proxied();
    const port = await freePort();
    const place = join(folder, `at-${port}`);
    placeFiles(place, {
      'server.pem': server.certificate + server.key,
      'proxy.pem': proxy.certificate + proxy.key,
      'client-ca.pem': chain.world.authority.ca,
      'gateway-ca.pem': chain.world.authority.ca,
      'client-cert-chain.lua': {
        copy: new URL('../../deploy/haproxy/client-cert-chain.lua', import.meta.url).pathname,
      },
    });
    const configuration = deployed('haproxy/haproxy.cfg', place, {
      ...more,
      '/etc/haproxy/sluis': place,
      'bind :443': `bind 127.0.0.1:${port}`,
    });
    running.push(await runProgram(haproxy, ['-db', '-f', configuration], port));
    return `https://localhost:${port}`;
  }

  beforeAll(async () => {
    urls.tls = await start({ '127.0.0.1:8445': proxied().entrance.host });
    urls.socket = await start({ [lineOf(serverLine)]: `server sluis unix@${socket}` });
  });
  afterAll(async () => {
    for (const program of running) await program.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  asIfDirect(proxied, () => urls.tls);

  it('hands on what a caller sent above its own certificate, in the form of RFC 9440', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const echo = createServer((incoming, outgoing) => {
      seen.push(incoming.headers);
      outgoing.end();
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const { port } = echo.address() as AddressInfo;
    const url = await start({ [lineOf(serverLine)]: `server sluis 127.0.0.1:${port}` });
    const { authority, credentials } = proxied().chain.world;
    const own = credentials.get(roles.municipality);
    await rawCall({ url, ca: authority.ca, credentials: own, headers: { 'Client-Cert-Chain': 'forged' } });
    await rawCall({ url, ca: authority.ca, headers: { 'Client-Cert-Chain': 'forged' } });
    echo.close();
    const [withChain, without] = seen;
    const headers = Object.entries(withChain ?? {}).map(([name, value]) => [name, [String(value)]] as const);
    const path = readForwardedPath(new Map(headers));
    const sent = (own?.certificate ?? '').match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
    const [leaf, ...above] = sent.map((pem) => new X509Certificate(pem).raw);
    expect(above.length).toBe(1);
    expect(path).toEqual({ ok: true, value: { certificate: leaf, chain: above } });
    expect(without).not.toHaveProperty('client-cert-chain');
    expect(without).not.toHaveProperty('client-cert');
  });

  describe('over a unix socket', () => {
    const call = (who: string | null, headers: Record<string, string> = {}) => {
      const { credentials, authority } = proxied().chain.world;
      const own = who === null ? undefined : (credentials.get(who) ?? proxied().strangers.get(who));
      return rawCall({ url: `${urls.socket}/v1/events`, ca: authority.ca, credentials: own, headers });
    };

    it('a partner comes in, and who may not does not', async () => {
      expect((await call(roles.municipality)).status).toBe(200);
      expect((await call(null)).text).toContain('/problems/no-certificate');
      expect((await call('revoked')).text).toContain('/problems/certificate-revoked');
      const prison = proxied().chain.world.credentials.get(roles.prison);
      const forged = { 'Client-Cert': prison === undefined ? '' : asClientCert(prison) };
      expect((await call(null, forged)).text).toContain('/problems/no-certificate');
    });
  });
});

const serverLine = /server sluis 127\.0\.0\.1:8445 .*/;

/** The line of the delivered configuration that names the gateway's address. */
function lineOf(form: RegExp): string {
  const text = readFileSync(new URL('../../deploy/haproxy/haproxy.cfg', import.meta.url), 'utf8');
  return form.exec(text.replaceAll(/^\s*#.*$/gm, ''))?.[0] ?? '';
}
