import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './ports.ts';

const form = /^[\x21-\x7e]{1,128}$/;

/** Gives back the caller's own number of its request on whatever is answered, as AuthZEN asks; no other text. */
export const echoRequestId: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  const given = c.req.header('x-request-id');
  if (given !== undefined && form.test(given)) c.res.headers.set('X-Request-ID', given);
};
