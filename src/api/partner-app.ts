import { TLSSocket } from 'node:tls';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import type { Partner } from '../core/partner/partner.ts';
import { exchange, onFault, refuseWith } from './exchange.ts';
import { limitedCalls } from './limits.ts';
import { partnerRoutes, technicianRoutes } from './partner-routes.ts';
import type { ApiEnv, PartnerDeps, Technician } from './ports.ts';
import { problem, problemOfIdentity } from './problem.ts';
import { serveProblemPages } from './problem-page.ts';
import { nameRoutes, serveRoutes } from './serve-route.ts';

/**
 * The partner listener. INVARIANT: nothing behind `identified` runs for a caller that was not
 * recognised, whether the path exists or not, and a recognition that breaks recognises nobody.
 */
export function partnerApp(deps: PartnerDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>({ strict: true });
  app.use('*', exchange(deps));
  nameRoutes(app, [...technicianRoutes, ...partnerRoutes]);
  for (const { path } of technicianRoutes) app.use(path, recognised(deps), limitedCalls(deps.limiter));
  serveRoutes(app, technicianRoutes, deps, technicianOf, null);
  app.use('*', identified(deps));
  app.use('*', limitedCalls(deps.limiter));
  serveRoutes(app, partnerRoutes, deps, callerOf, deps);
  serveProblemPages(app);
  app.notFound((c) => refuseWith(c, problem('not-found')));
  app.onError(onFault(deps));
  return app;
}

function identified(deps: PartnerDeps): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const identification = await deps.identify(c);
    if (!identification.ok) return refuseWith(c, problemOfIdentity(identification.refusal));
    c.set('partner', identification.value);
    return next();
  };
}

/** A unit that is recognised and not let in now may still be told that; nobody else comes in here either. */
function recognised(deps: PartnerDeps): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const identification = await deps.identify(c);
    if (identification.ok) c.set('partner', identification.value);
    else if (identification.refusal !== 'suspended') return refuseWith(c, problemOfIdentity(identification.refusal));
    return c.get('seen') === undefined ? refuseWith(c, problemOfIdentity('suspended')) : next();
  };
}

function technicianOf(c: Context<ApiEnv>): Technician {
  const seen = c.get('seen');
  if (seen === undefined) throw new TypeError('no route is reached without a recognised unit');
  const { socket } = c.env.incoming;
  const tls = seen.front === 'direct' && socket instanceof TLSSocket ? tlsOf(socket) : null;
  return { ...seen, tls, date: c.req.header('date') };
}

function tlsOf(socket: TLSSocket): Technician['tls'] {
  const { standardName } = socket.getCipher();
  return { version: socket.getProtocol() ?? 'unknown', suite: standardName };
}

function callerOf(c: Context<ApiEnv>): Partner {
  const partner = c.get('partner');
  if (partner === undefined) throw new TypeError('no route is reached without a recognised partner');
  return partner;
}
