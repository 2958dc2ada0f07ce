import type { IncomingMessage } from 'node:http';
import { type getRequestListener, type HttpBindings, RequestError } from '@hono/node-server';
import type { MalformedRequests } from './malformed-request.ts';

type Handler = Parameters<typeof getRequestListener>[0];

/**
 * Refuses what Node's parser lets pass and another reader on the way may read otherwise, and closes the connection:
 * HTTP before 1.1 (its bodies in chunks, requests without a version), two hosts, an address in the request line
 * (RFC 9112 lets a client send one; it is for proxies, and this is none), any transfer coding but `chunked` alone, and
 * a body where none means anything.
 */
export function strictForm(handle: Handler, malformed: Pick<MalformedRequests, 'errorHandler'>): Handler {
  return (request, env) => {
    if (isStrict((env as HttpBindings).incoming)) return handle(request, env);
    const refusal = malformed.errorHandler(new RequestError('the request has no single reading'));
    refusal.headers.set('Connection', 'close');
    return refusal;
  };
}

/** Methods whose bodies some readers pass over, so that the body would be the next request to them. */
const bodiless: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD']);

function isStrict({ httpVersion, method, url = '', rawHeaders }: IncomingMessage): boolean {
  if (httpVersion !== '1.1' || !url.startsWith('/')) return false;
  const hosts = valuesOf(rawHeaders, 'host');
  const codings = valuesOf(rawHeaders, 'transfer-encoding');
  const lengths = valuesOf(rawHeaders, 'content-length');
  if (hosts.length > 1 || codings.length > 1) return false;
  if (codings.some((coding) => coding.toLowerCase() !== 'chunked')) return false;
  return !bodiless.has(method) || (codings.length === 0 && lengths.every((length) => /^0+$/.test(length)));
}

function valuesOf(rawHeaders: readonly string[], wanted: string): readonly string[] {
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === wanted.length && name.toLowerCase() === wanted) values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
}
