import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import type { Result } from '../../src/core/result.ts';
import { type CertificateRefusal, type VerifiedCertificate, verifyPeer } from '../../src/crypto/certificate.ts';
import { loadIdentity, partnerListenerTls } from '../../src/crypto/tls.ts';
import { loadTrust, type Trust } from '../../src/crypto/trust.ts';
import type { Credentials, DemoAuthority } from '../../src/demo/authority.ts';

export type Verdict = Result<VerifiedCertificate, CertificateRefusal>;

export interface Listener {
  readonly port: number;
  /** The instant that the next requests are judged at. */
  now: Date;
  acceptTestOins: boolean;
  trust: Trust;
  close(): Promise<void>;
}

export function temporaryDirectory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'sluis-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A real listener for partners that answers each request with its verdict about the peer. */
export async function listen(authority: DemoAuthority): Promise<Listener> {
  const now = new Date();
  const trust = loadTrust({ caFiles: [authority.caFile], crlFiles: [authority.crlFile] }, { environment: 'demo', now });
  const identity = loadIdentity(await authority.issueServer({ name: 'gateway' }), { environment: 'demo', now });
  const listener = { now, acceptTestOins: true, trust };
  const server = createServer(partnerListenerTls(identity, trust), (incoming, response) => {
    if (!(incoming.socket instanceof TLSSocket)) throw new Error('not a TLS connection');
    const { acceptTestOins, now, trust } = listener;
    response.end(JSON.stringify(verifyPeer(incoming.socket, { acceptTestOins, now, trust })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(listener, {
    port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

export function call(
  listener: Listener,
  authority: DemoAuthority,
  credentials: Credentials | null,
  options: Parameters<typeof request>[1] & object = {},
): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    const identity = credentials === null ? {} : { cert: credentials.certificate, key: credentials.key };
    const url = `https://localhost:${listener.port}/`;
    const outgoing = request(url, { agent: false, ca: authority.ca, ...identity, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve(JSON.parse(body) as Verdict)).on('error', reject);
    });
    outgoing.on('error', reject).end();
  });
}
