import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { v7 } from 'uuid';
import { type UserSigner, withUserToken } from './sign-user-token.ts';

/** Files with which a partner's system presents itself. */
export interface ClientFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly caFile: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON, or the text of anything else. */
  readonly body: unknown;
}

export interface PartnerClient {
  get(path: string): Promise<Reply>;
  /** Every POST has its own `Idempotency-Key` unless one is given; whom it names is signed for by the unit. */
  post(path: string, body: unknown, key?: string): Promise<Reply>;
  delete(path: string): Promise<Reply>;
  close(): void;
}

/** A partner's system as the gateway sees it: HTTPS with a client certificate on a kept connection. */
export function partnerClient(baseUrl: string, files: ClientFiles, signer: UserSigner): PartnerClient {
  const agent = new Agent({
    keepAlive: true,
    cert: readFileSync(files.certificateFile),
    key: readFileSync(files.keyFile),
    ca: readFileSync(files.caFile),
    minVersion: 'TLSv1.2',
  });
  return {
    get: (path) => exchange(agent, new URL(path, baseUrl), 'GET', {}, null),
    post: async (path, body, key = v7()) =>
      exchange(
        agent,
        new URL(path, baseUrl),
        'POST',
        { 'content-type': 'application/json', 'idempotency-key': key },
        JSON.stringify(await withUserToken(signer, path, body)),
      ),
    delete: (path) => exchange(agent, new URL(path, baseUrl), 'DELETE', {}, null),
    close: () => agent.destroy(),
  };
}

const timeoutMs = 15_000;

function exchange(
  agent: Agent,
  url: URL,
  method: string,
  headers: Record<string, string>,
  payload: string | null,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const length = payload === null ? {} : { 'content-length': Buffer.byteLength(payload) };
    const options = { agent, method, headers: { accept: '*/*', ...headers, ...length }, timeout: timeoutMs };
    const call = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const json = /\bjson\b/.test(response.headers['content-type'] ?? '');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: json && text !== '' ? JSON.parse(text) : text,
        });
      });
    });
    call.on('timeout', () => call.destroy(new Error(`${method} ${url.pathname} took over ${timeoutMs} ms`)));
    call.on('error', reject);
    call.end(payload ?? undefined);
  });
}
