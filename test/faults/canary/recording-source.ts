import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Credentials, DemoAuthority } from '../../../src/demo/authority.ts';

/** Stands before a source and keeps how it was asked: all but the body, which has to name the person. */
export interface RecordingSource {
  readonly url: string;
  readonly thumbprint: string;
  /** Method, address and headers of every question, as text. */
  asked(): string;
  close(): void;
}

export async function recordingSource(
  authority: DemoAuthority,
  gateway: Credentials,
  source: { readonly unit: string; readonly url: string },
): Promise<RecordingSource> {
  const own = await authority.issueServer({ name: `kanarie-${source.unit}` });
  const heads: string[] = [];
  const tls = { cert: own.certificate, key: own.key, ca: authority.ca, requestCert: true, rejectUnauthorized: true };
  const upstream = { cert: gateway.certificate, key: gateway.key, ca: authority.ca, method: 'POST' };
  const server = createServer(tls, (incoming, outgoing) => {
    heads.push(`${incoming.method} ${incoming.url}\n${incoming.rawHeaders.join('\n')}\n`);
    const broken = () => outgoing.destroy();
    buffer(incoming).then((body) => {
      const passed = request(source.url, { ...upstream, headers: { 'content-type': 'application/json' } }, (answer) => {
        const { location, 'content-type': type, 'content-length': length } = answer.headers;
        const headers = { 'content-type': type, location, 'content-length': length };
        outgoing.writeHead(answer.statusCode ?? 502, withoutUndefined(headers));
        answer.on('error', broken).on('close', () => answer.complete || broken());
        answer.pipe(outgoing);
      });
      passed.on('error', broken).end(body);
    }, broken);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}${new URL(source.url).pathname}`,
    thumbprint: own.thumbprint,
    asked: () => heads.join('\n'),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function withoutUndefined(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
