import type { IncomingMessage } from 'node:http';
import { type getRequestListener, type HttpBindings, RequestError } from '@hono/node-server';
import type { MalformedRequests } from './malformed-request.ts';

type Handler = Parameters<typeof getRequestListener>[0];

/**
 * Refuses what Node's parser lets pass and another reader on the way may read otherwise, and closes the connection:
 * HTTP before 1.1 (its bodies in chunks, requests without a version), two hosts, and an address in the request line
 * (RFC 9112 lets a client send one; it is for proxies, and this is none).
 */
export function strictForm(handle: Handler, malformed: Pick<MalformedRequests, 'errorHandler'>): Handler {
  return (request, env) => {
    if (isStrict((env as HttpBindings).incoming)) return handle(request, env);
    const refusal = malformed.errorHandler(new RequestError('the request has no single reading'));
    refusal.headers.set('Connection', 'close');
    return refusal;
  };
}

function isStrict({ httpVersion, url = '', rawHeaders }: IncomingMessage): boolean {
  if (httpVersion !== '1.1' || !url.startsWith('/')) return false;
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === 'host') hosts += 1;
  }
  return hosts <= 1;
}
