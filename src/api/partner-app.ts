import { type Context, Hono, type MiddlewareHandler } from 'hono';
import type { Partner } from '../core/partner/partner.ts';
import { exchange, onFault, refuseWith } from './exchange.ts';
import { limitedCalls } from './limits.ts';
import { partnerRoutes } from './partner-routes.ts';
import type { ApiEnv, PartnerDeps } from './ports.ts';
import { problem, problemOfIdentity } from './problem.ts';
import { serveProblemPages } from './problem-page.ts';
import { serveRoutes } from './serve-route.ts';

/**
 * The partner listener. INVARIANT: nothing behind `identified` runs for a caller that was not
 * recognised, whether the path exists or not, and a recognition that breaks recognises nobody.
 */
export function partnerApp(deps: PartnerDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>({ strict: true });
  app.use('*', exchange(deps));
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

function callerOf(c: Context<ApiEnv>): Partner {
  const partner = c.get('partner');
  if (partner === undefined) throw new TypeError('no route is reached without a recognised partner');
  return partner;
}
