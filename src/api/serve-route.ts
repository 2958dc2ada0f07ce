import type { Context, Hono } from 'hono';
import { refuseWith } from './exchange.ts';
import { languageOf } from './language.ts';
import { accepts } from './negotiate.ts';
import type { ApiEnv } from './ports.ts';
import { problem } from './problem.ts';
import { readBody } from './read-body.ts';
import type { Caller, Route } from './route.ts';

/**
 * Mounts declared routes, and for each path the refusal of every other method.
 * The steps of one exchange, in order: form of the answer, size and type of the body, JSON, schema,
 * idempotency key, handler.
 */
export function serveRoutes<Deps, Who extends Caller>(
  app: Hono<ApiEnv>,
  routes: readonly Route<Deps, Who>[],
  deps: Deps,
  callerOf: (c: Context<ApiEnv>) => Who,
): void {
  for (const route of routes) {
    app.on(route.method.toUpperCase(), honoPath(route.path), (c) => answer(c, route, deps, callerOf(c)));
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const allowed = routes.filter((route) => route.path === path).map((route) => route.method.toUpperCase());
    refuseOtherMethods(app, path, allowed);
  }
}

/** 405 with the methods that there are. A GET answers HEAD as well. */
export function refuseOtherMethods(app: Hono<ApiEnv>, path: string, allowed: readonly string[]): void {
  const allow = allowed.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  app.all(honoPath(path), (c) => {
    c.set('route', path);
    return refuseWith(c, problem('method-not-allowed', { headers: { Allow: allow } }));
  });
}

async function answer<Deps, Who extends Caller>(
  c: Context<ApiEnv>,
  route: Route<Deps, Who>,
  deps: Deps,
  caller: Who,
): Promise<Response> {
  c.set('route', route.path);
  const medias = Object.values(route.ok).map((ok) => ok?.media ?? 'application/json');
  if (!accepts(c.req.header('accept'), medias)) return refuseWith(c, problem('not-acceptable'));
  const read = await readBody(c.req.raw);
  if (!read.ok) return refuseWith(c, read.problem);
  const language = languageOf(c.req.header('accept-language'));
  const reply = await route.run(deps, {
    caller,
    trace: c.get('trace'),
    transaction: c.get('transaction') ?? null,
    language,
    path: c.req.path,
    params: c.req.param(),
    query: queryOf(c),
    body: read.body,
    idempotencyKey: c.req.header('idempotency-key'),
  });
  if ('problem' in reply) return refuseWith(c, reply);
  const media = route.ok[reply.status]?.media ?? 'application/json';
  const body = media === 'text/plain' ? String(reply.body) : JSON.stringify(reply.body);
  const type = media === 'text/plain' ? 'text/plain; charset=utf-8' : media;
  return new Response(body, {
    status: reply.status,
    headers: {
      ...reply.headers,
      'Content-Type': type,
      ...(media === 'text/plain' ? {} : { 'Content-Language': language }),
    },
  });
}

/** A key that is repeated stays a list, so that its schema refuses it. */
function queryOf(c: Context<ApiEnv>): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([key, values]) => [key, values.length === 1 ? (values[0] ?? '') : values]),
  );
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
