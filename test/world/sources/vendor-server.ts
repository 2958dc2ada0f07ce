import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import type { Credentials, DemoAuthority } from '../../../src/demo/authority.ts';

export interface VendorReply {
  readonly status: number;
  readonly type?: string;
  readonly body: unknown;
}

/** What a vendor's product does with one call: the path, and the body as JSON. */
export type Product = (path: string, question: unknown) => VendorReply;

export interface Vendor {
  readonly origin: string;
  readonly thumbprint: string;
  /** Bodies of the questions so far, in order. */
  readonly asked: readonly unknown[];
  /** Puts another behaviour in the place of the product's; null: its own again. */
  behave(instead: Product | null): void;
  close(): Promise<void>;
}

/** A product behind HTTPS on loopback that talks to holders of the given client certificates, and to nobody else. */
export async function startVendor(
  authority: DemoAuthority,
  { name, clients, product }: { readonly name: string; readonly clients: readonly string[]; readonly product: Product },
): Promise<Vendor> {
  const own: Credentials = await authority.issueServer({ name });
  const asked: unknown[] = [];
  let instead: Product | null = null;
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const question: unknown = JSON.parse(await text(incoming));
    if (!clients.includes(thumbprintOf(incoming))) return reply(outgoing, { status: 401, body: { melding: 'wie?' } });
    asked.push(question);
    reply(outgoing, (instead ?? product)(incoming.url ?? '', question));
  };
  const server = createServer(
    { cert: own.certificate, key: own.key, ca: authority.ca, requestCert: true, rejectUnauthorized: true },
    (incoming, outgoing) => {
      serve(incoming, outgoing).catch(() => outgoing.destroy());
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `https://localhost:${port}`,
    thumbprint: own.thumbprint,
    asked,
    behave(other) {
      instead = other;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function thumbprintOf({ socket }: IncomingMessage): string {
  if (!(socket instanceof TLSSocket)) return '';
  return socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase() ?? '';
}

function reply(outgoing: ServerResponse, { status, type, body }: VendorReply): void {
  const bytes = Buffer.from(JSON.stringify(body));
  outgoing.writeHead(status, { 'content-type': type ?? 'application/json', 'content-length': bytes.length });
  outgoing.end(bytes);
}
