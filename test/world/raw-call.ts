import { Agent, request } from 'node:https';

/** What a caller that keeps to no rule may send. */
export interface RawCall {
  readonly url: string;
  readonly ca: string;
  /** Absent: no client certificate at all. */
  readonly credentials?: { readonly certificate: string; readonly key: string } | undefined;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** One exchange on a connection of its own; rejects where TLS or HTTP itself refuses. */
export function rawCall(call: RawCall): Promise<RawReply> {
  const { credentials, body } = call;
  const identity = credentials === undefined ? {} : { cert: credentials.certificate, key: credentials.key };
  const agent = new Agent({ keepAlive: false, ca: call.ca, ...identity });
  const announced = body !== undefined && call.headers?.['transfer-encoding'] === undefined;
  const length = announced ? { 'content-length': String(Buffer.byteLength(body)) } : {};
  const headers = { ...length, ...call.headers };
  return new Promise((resolve, reject) => {
    let answered = false;
    const outgoing = request(call.url, { agent, method: call.method ?? 'GET', headers }, (incoming) => {
      answered = true;
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        agent.destroy();
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
      });
    });
    // A server that refuses early closes while the rest is still being sent: its answer counts.
    outgoing.on('error', (error) => {
      if (!answered) reject(error);
    });
    outgoing.setTimeout(10_000, () => outgoing.destroy(new Error('no answer in time')));
    outgoing.end(body);
  });
}
