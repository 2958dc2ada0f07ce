import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { exchange, onFault, refuseWith } from './exchange.ts';
import { buildOpenApi } from './openapi.ts';
import type { ApiEnv, PublicDeps } from './ports.ts';
import { problem } from './problem.ts';
import { serveProblemPages } from './problem-page.ts';
import { authzenMetadataRoute } from './routes/authzen-metadata.ts';
import { checkpointRoute, proofRoute } from './routes/ledger.ts';
import { consistencyRoute, tileRoute } from './routes/tiles.ts';
import { refuseOtherMethods, serveRoutes } from './serve-route.ts';

const paths = [
  '/v1/openapi.json',
  '/.well-known/jwks.json',
  '/.well-known/authzen-configuration',
  '/health',
  '/ledger/*',
  '/problems/*',
] as const;

/**
 * What anybody may read without a certificate. Its middleware is bound to its own paths, so that the
 * pages can be mounted beside it and keep their own headers.
 */
export function publicApp(deps: PublicDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>({ strict: true });
  for (const path of paths) app.use(path, exchange(deps), openToAllOrigins);
  const description = JSON.stringify(buildOpenApi(deps.site));
  serveJson(app, '/v1/openapi.json', () => description);
  serveJson(app, '/.well-known/jwks.json', async () => JSON.stringify(await deps.jwks()));
  serveHealth(app, deps);
  serveRoutes(
    app,
    [checkpointRoute, proofRoute, consistencyRoute, tileRoute, authzenMetadataRoute],
    deps,
    () => null,
    null,
  );
  serveProblemPages(app);
  app.onError(onFault(deps));
  for (const path of ['/ledger/*', '/problems/*']) app.all(path, (c) => refuseWith(c, problem('not-found')));
  return app;
}

/** Public and without credentials, so any page may read it. */
const openToAllOrigins: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  c.res.headers.set('Access-Control-Allow-Origin', '*');
};

function serveJson(app: Hono<ApiEnv>, path: string, read: () => string | Promise<string>): void {
  app.get(path, async (c) => {
    c.set('route', path);
    return json(c, await read());
  });
  refuseOtherMethods(app, path, ['GET']);
}

function serveHealth(app: Hono<ApiEnv>, deps: PublicDeps): void {
  app.get('/health', async (c) => {
    c.set('route', '/health');
    if (!(await deps.healthy())) return refuseWith(c, problem('database-unavailable'));
    return json(c, '{"status":"ok"}');
  });
  refuseOtherMethods(app, '/health', ['GET']);
}

function json(c: Context<ApiEnv>, body: string): Response {
  return c.body(body, 200, { 'Content-Type': 'application/json' });
}
