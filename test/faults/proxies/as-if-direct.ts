import { type ConnectionOptions, connect } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Credentials } from '../../../src/demo/authority.ts';
import { partnerClient } from '../../../src/demo/partner-client.ts';
import { roles } from '../../../src/demo/story/scene.ts';
import { gatewayOin } from '../../../src/demo/world.ts';
import { detain, eventually, expectProblem, personOf, planRequest } from '../../world/chain.ts';
import { type RawCall, type RawReply, rawCall } from '../../world/raw-call.ts';
import type { ProxiedChain } from './proxied-chain.ts';

const delivered = z.looseObject({ data: z.record(z.string(), z.unknown()) });

/** A certificate as a caller could write it into a header itself. */
export function asClientCert({ certificate }: Credentials): string {
  return `:${/-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(certificate)?.[1]?.replaceAll(/\s/g, '')}:`;
}

function credentialsOf({ chain }: ProxiedChain, unit: string): Credentials {
  const credentials = chain.world.credentials.get(unit);
  if (credentials === undefined) throw new RangeError(unit);
  return credentials;
}

/** What must hold behind every proxy, and before the entrance that it uses. `url`: where the proxy listens. */
export function asIfDirect(proxied: () => ProxiedChain, url: () => string): void {
  const call = (more: Partial<RawCall>): Promise<RawReply> =>
    rawCall({ url: `${url()}/v1/events`, ca: proxied().chain.world.authority.ca, ...more });
  const refused = (reply: RawReply, status: number, kind: string) =>
    expectProblem({ ...reply, body: JSON.parse(reply.text) }, status, kind);

  describe('a partner behind it', () => {
    beforeAll(async () => {
      await detain(proxied().chain, personOf(proxied().chain, 0));
    });

    it('has the rights that it has without it', async () => {
      const { world } = proxied().chain;
      const unit = roles.municipality;
      const signer = world.signers.units.get(unit);
      if (signer === undefined) throw new RangeError(unit);
      const files = { ...credentialsOf(proxied(), unit), caFile: world.authority.caFile };
      const client = partnerClient(url(), files, { unit, gatewayOin, privateJwk: signer.privateJwk });
      const question = planRequest(personOf(proxied().chain, 0));
      const behind = await client.post('/v1/requests', question);
      const direct = await proxied().chain.client(unit).post('/v1/requests', question);
      expect([behind.status, direct.status]).toEqual([200, 200]);
      expect(delivered.parse(behind.body).data).toEqual(delivered.parse(direct.body).data);
      client.close();
    });

    it('keeps its trace', async () => {
      const trace = 'ab'.repeat(16);
      const reply = await call({
        credentials: credentialsOf(proxied(), roles.municipality),
        headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` },
      });
      expect(reply.status).toBe(200);
      expect(String(reply.headers.traceparent)).toContain(trace);
    });

    it('is let in again on a session that is resumed', async () => {
      const { host, port } = hostOf(url());
      const { certificate: cert, key } = credentialsOf(proxied(), roles.municipality);
      const options = { host, port, cert, key, ca: proxied().chain.world.authority.ca, servername: 'localhost' };
      const first = await answerOn({ ...options });
      const second = await answerOn({ ...options, ...(first.session ? { session: first.session } : {}) });
      expect([first.status, second.status]).toEqual([200, 200]);
    });
  });

  describe('whoever may not come in does not come in behind it either', () => {
    it('without a certificate', async () => {
      refused(await call({}), 401, 'no-certificate');
    });

    it.each([
      ['unregistered', 403, 'unregistered-partner'],
      ['revoked', 401, 'certificate-revoked'],
      ['withoutOin', 401, 'certificate-refused'],
      ['foreign', 401, 'unknown-authority'],
    ] as const)('%s: %i %s', async (name, status, kind) => {
      refused(await call({ credentials: proxied().strangers.get(name) }), status, kind);
    });

    it('expired, whoever says so', async () => {
      const reply = await call({ credentials: proxied().strangers.get('expired') });
      expect(reply.status).toBe(401);
      expect(JSON.parse(reply.text).type).toMatch(/^\/problems\/certificate-(expired|refused)$/);
    });

    it('revoked while its connection to the proxy stays open', async () => {
      const { authority } = proxied().chain.world;
      const credentials = await authority.issueClient({ name: 'soon-revoked', oin: '00000099000000777000' });
      refused(await call({ credentials }), 403, 'unregistered-partner');
      await authority.revoke(credentials);
      const after = await eventually(async () => {
        const reply = await call({ credentials });
        return reply.status === 401 ? reply : null;
      });
      refused(after, 401, 'certificate-revoked');
    });
  });

  describe('what a caller says of certificates itself does not count', () => {
    const forged = () => asClientCert(credentialsOf(proxied(), roles.prison));
    const names = ['Client-Cert', 'client-cert', 'CLIENT-CERT', 'Client_Cert', 'X-SSL-Client-Cert'];

    it.each(names)('%s, without a certificate of its own', async (name) => {
      const reply = await call({ headers: { [name]: forged() } });
      // HAProxy itself refuses names with an underscore
      expect([400, 401, 403]).toContain(reply.status);
    });

    it.each(names)('%s, with the certificate of a stranger', async (name) => {
      const credentials = proxied().strangers.get('unregistered');
      const reply = await call({ credentials, headers: { [name]: forged() } });
      expect([400, 403]).toContain(reply.status);
      expect(reply.text).not.toContain('"events"');
    });

    it('a chain of its own', async () => {
      const credentials = proxied().strangers.get('foreign');
      refused(await call({ credentials, headers: { 'Client-Cert-Chain': forged() } }), 401, 'unknown-authority');
    });

    it('headers of an Inway', async () => {
      const reply = await call({
        credentials: proxied().strangers.get('unregistered'),
        headers: { 'Fsc-Authorization': 'Bearer a.b.c', 'Fsc-Transaction-Id': 'x' },
      });
      refused(reply, 403, 'unregistered-partner');
    });
  });

  it('too much in headers or body is refused, and others are served', async () => {
    const credentials = credentialsOf(proxied(), roles.municipality);
    const long = await call({ credentials, headers: { 'x-long': 'a'.repeat(100_000) } }).catch(() => null);
    if (long !== null) expect([400, 413, 414, 431]).toContain(long.status);
    // The proxy lets it through, since an answer to the inbox may be as long; to this route it is too much.
    const headers = { 'content-type': 'application/json' };
    const large = {
      credentials,
      headers,
      method: 'POST',
      url: `${url()}/v1/requests`,
      body: Buffer.alloc(300_000, ' '),
    };
    const reply = await call(large).catch(() => null);
    if (reply !== null) expect(reply.status).toBe(413);
    expect((await call({ credentials })).status).toBe(200);
  });
}

/** The entrance itself, asked without a proxy that it knows. */
export function onlyForProxies(proxied: () => ProxiedChain): void {
  const knock = (credentials: Credentials | undefined, headers: Record<string, string> = {}) => {
    const url = new URL('/v1/events', proxied().entrance).href;
    return rawCall({ url, ca: proxied().chain.world.authority.ca, credentials, headers });
  };
  const forged = () => ({ 'Client-Cert': asClientCert(credentialsOf(proxied(), roles.prison)) });

  describe('the entrance for proxies, without a proxy that it knows', () => {
    it('is closed for whoever has no certificate', async () => {
      await expect(knock(undefined, forged())).rejects.toThrow();
    });

    it('is closed for a partner: its authority is not the proxies’', async () => {
      await expect(knock(credentialsOf(proxied(), roles.municipality), forged())).rejects.toThrow();
    });

    it('refuses a certificate of the proxies’ authority that is not listed', async () => {
      const reply = await knock(proxied().unlisted, forged());
      expectProblem({ ...reply, body: JSON.parse(reply.text) }, 401, 'proxy-not-known');
    });

    it('believes the one that is listed, and strict headers alone', async () => {
      expect((await knock(proxied().proxy, forged())).status).toBe(200);
      const none = await knock(proxied().proxy);
      expectProblem({ ...none, body: JSON.parse(none.text) }, 401, 'no-certificate');
      const loose = await knock(proxied().proxy, { 'Client-Cert': `${forged()['Client-Cert']};a=1` });
      expectProblem({ ...loose, body: JSON.parse(loose.text) }, 400, 'proxy-header-malformed');
    });
  });

  it('the listener for partners takes the headers away, counts them, and tells it once', async () => {
    const { partnerUrl, publicUrl, metricsUrl } = proxied().chain.world.gateways[0]?.ready ?? {};
    const { ca } = proxied().chain.world.authority;
    for (let again = 0; again < 5; again++) {
      const reply = await rawCall({ url: `${partnerUrl}/v1/events`, ca, headers: forged() });
      expectProblem({ ...reply, body: JSON.parse(reply.text) }, 401, 'no-certificate');
    }
    await rawCall({ url: `${publicUrl}/v1/openapi.json`, ca, headers: forged() });
    const metrics = await (await fetch(String(metricsUrl))).text();
    expect(Number(/^sluis_forwarded_certificates_removed_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThanOrEqual(6);
    expect(proxied().chain.log().split('only a proxy or an Inway may send').length).toBe(2);
  });
}

function hostOf(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

/** One request on a connection of its own, with the session that it leaves. */
function answerOn(options: ConnectionOptions): Promise<{ status: number; session: Buffer | null }> {
  return new Promise((resolve, reject) => {
    let session: Buffer | null = null;
    let text = '';
    const socket = connect(options, () => {
      socket.write('GET /v1/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    });
    socket.on('session', (one) => {
      session = one;
    });
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve({ status: Number(text.slice(9, 12)), session }));
  });
}
