import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import { z } from 'zod';

export interface ReceiverFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly caFile: string;
}

/** One event as it came in. */
export interface ReceivedEvent {
  readonly event: z.infer<typeof cloudEvent>;
  /** As it was sent, for what was signed over it. */
  readonly body: string;
  readonly signature: string;
  readonly contentType: string;
}

export interface WebhookReceiver {
  readonly url: string;
  /** `localhost:port`, as a partners file has it. */
  readonly host: string;
  /** In the order in which they came. */
  readonly received: readonly ReceivedEvent[];
  close(): Promise<void>;
}

/** Strict: anything more than the members of the profile is a broken promise. */
const cloudEvent = z.strictObject({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string(),
  type: z.string(),
  time: z.iso.datetime(),
  dataref: z.string(),
});

/** How a receiver answers; taken at once unless told otherwise. */
export type Answer = (outgoing: ServerResponse, received: ReceivedEvent) => void;

/** A partner's own receiver of events: HTTPS that lets in one client certificate alone, that of the gateway. */
export async function startWebhookReceiver(
  files: ReceiverFiles,
  gatewayThumbprint: string,
  answer: Answer = (outgoing) => outgoing.writeHead(204).end(),
): Promise<WebhookReceiver> {
  const received: ReceivedEvent[] = [];
  const server = createServer(
    {
      minVersion: 'TLSv1.2',
      cert: readFileSync(files.certificateFile),
      key: readFileSync(files.keyFile),
      ca: readFileSync(files.caFile),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (incoming, outgoing) => {
      const take = async (): Promise<void> => {
        if (thumbprintOf(incoming.socket) !== gatewayThumbprint) throw new Error('not the gateway');
        const body = await text(incoming);
        const taken = {
          event: cloudEvent.parse(JSON.parse(body)),
          body,
          signature: String(incoming.headers['sluis-signature']),
          contentType: String(incoming.headers['content-type']),
        };
        received.push(taken);
        answer(outgoing, taken);
      };
      take().catch(() => outgoing.writeHead(400).end());
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, 'localhost', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no address'));
      else resolve(address.port);
    });
  });
  return {
    url: `https://localhost:${port}/meldingen`,
    host: `localhost:${port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function thumbprintOf(socket: unknown): string | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  return socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase();
}
