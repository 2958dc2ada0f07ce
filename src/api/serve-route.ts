import type { Context, Hono } from 'hono';
import type { Limiter } from '../core/limit/limiter.ts';
import { refuseWith } from './exchange.ts';
import { type Language, languageOf } from './language.ts';
import { withinLimits } from './limits.ts';
import { accepts } from './negotiate.ts';
import type { ApiEnv } from './ports.ts';
import { type Problem, problem } from './problem.ts';
import { readBody } from './read-body.ts';
import type { Caller, PlainReply, Route, Understood } from './route.ts';
import type { SteadyAnswers } from './steady.ts';

/** What stands between a call that is understood and its answer, on a listener whose callers are partners. */
export interface Guards {
  readonly limiter: Pick<Limiter, 'admit'>;
  readonly steady: SteadyAnswers;
}

/**
 * Mounts declared routes, and for each path the refusal of every other method.
 * The steps of one exchange, in order: form of the answer, size and type of the body, JSON, schema,
 * idempotency key, limits, handler, moment at which the answer leaves. `guards`: null where no caller is recognised.
 */
export function serveRoutes<Deps, Who extends Caller>(
  app: Hono<ApiEnv>,
  routes: readonly Route<Deps, Who>[],
  deps: Deps,
  callerOf: (c: Context<ApiEnv>) => Who,
  guards: Who extends null ? null : Guards | null,
): void {
  for (const route of routes) {
    app.on(route.method.toUpperCase(), honoPath(route), async (c) => {
      const caller = callerOf(c);
      const call = await understand(c, route, caller);
      if (call instanceof Response) return call;
      const language = languageOf(c.req.header('accept-language'));
      if (guards === null) return respond(c, route, await call.answer(deps), language);
      return steadily(guards.steady, route, call, async () => {
        const reply = await limited(guards.limiter, route, { call, caller, deps });
        return { reply, response: respond(c, route, reply, language) };
      });
    });
  }
  for (const [path, all] of Map.groupBy(routes, (route) => route.path)) {
    const allowed = all.map((route) => route.method.toUpperCase());
    refuseOtherMethods(app, path, allowed, all[0]?.deep);
  }
}

/** Has the log know which route a caller wanted who is not let in as far as that; nothing of the route is run. */
export function nameRoutes(
  app: Hono<ApiEnv>,
  routes: readonly { readonly path: string; readonly deep: boolean }[],
): void {
  for (const { path, deep } of routes) {
    app.use(honoPath({ path, deep }), (c, next) => {
      if (c.get('route') === undefined) c.set('route', path);
      return next();
    });
  }
}

/** 405 with the methods that there are. A GET answers HEAD as well. */
export function refuseOtherMethods(app: Hono<ApiEnv>, path: string, allowed: readonly string[], deep = false): void {
  const allow = allowed.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  app.all(honoPath({ path, deep }), (c) => {
    c.set('route', path);
    return refuseWith(c, problem('method-not-allowed', { headers: { Allow: allow } }));
  });
}

/** Every step that looks at the form of a call alone. */
async function understand<Deps, Who extends Caller>(
  c: Context<ApiEnv>,
  route: Route<Deps, Who>,
  caller: Who,
): Promise<Response | Understood<Deps>> {
  c.set('route', route.path);
  const medias = Object.values(route.ok).map((ok) => ok?.media ?? 'application/json');
  if (!accepts(c.req.header('accept'), medias)) return refuseWith(c, problem('not-acceptable'));
  const read = await readBody(c.req.raw, route.maxBodyBytes);
  if (!read.ok) return refuseWith(c, read.problem);
  const call = route.read({
    caller,
    trace: c.get('trace'),
    transaction: c.get('marks').transaction ?? null,
    language: languageOf(c.req.header('accept-language')),
    path: c.req.path,
    params: c.req.param(),
    query: queryOf(c),
    body: read.body,
    idempotencyKey: c.req.header('idempotency-key'),
  });
  return 'problem' in call ? refuseWith(c, call) : call;
}

function limited<Deps, Who extends Caller>(
  limiter: Guards['limiter'],
  { verdict }: Route<Deps, Who>,
  { call, caller, deps }: { readonly call: Understood<Deps>; readonly caller: Who; readonly deps: Deps },
): Promise<PlainReply | Problem> {
  const { named } = call;
  if (named === null) return call.answer(deps);
  // INVARIANT: nobody is asked about for a caller that is not a recognised partner.
  if (caller === null) throw new TypeError('a call that names somebody has a recognised partner');
  return withinLimits(limiter, { unit: caller.unit.id, named, verdict, answer: () => call.answer(deps) });
}

/** Also what breaks waits for its moment: it may have broken because of whom it was about. */
async function steadily<Deps, Who extends Caller>(
  steady: SteadyAnswers,
  route: Route<Deps, Who>,
  call: Understood<Deps>,
  work: () => Promise<{ readonly reply: PlainReply | Problem; readonly response: Response }>,
): Promise<Response> {
  if (route.steady === 'never') return (await work()).response;
  const moment = steady.arrive(call.spans);
  let delivers = false;
  try {
    const { reply, response } = await work();
    delivers = route.steady === 'unless-delivered' && 'status' in reply && reply.status === 200;
    return response;
  } finally {
    if (delivers) moment.forget();
    else await moment.leave();
  }
}

function respond<Deps, Who extends Caller>(
  c: Context<ApiEnv>,
  route: Route<Deps, Who>,
  reply: PlainReply | Problem,
  language: Language,
): Response {
  if ('problem' in reply) return refuseWith(c, reply);
  const media = route.ok[reply.status]?.media ?? 'application/json';
  const { status, headers, body } = reply;
  if (status === 204) return new Response(null, { status, headers: { ...headers } });
  if (media === 'application/json') {
    const said = { 'Content-Type': media, 'Content-Language': language };
    return new Response(JSON.stringify(body), { status, headers: { ...headers, ...said } });
  }
  if (media === 'text/plain') {
    return new Response(String(body), { status, headers: { ...headers, 'Content-Type': `${media}; charset=utf-8` } });
  }
  if (!Buffer.isBuffer(body)) throw new TypeError('a route that answers bytes has them');
  return new Response(new Uint8Array(body), { status, headers: { ...headers, 'Content-Type': media } });
}

/** A key that is repeated stays a list, so that its schema refuses it. */
function queryOf(c: Context<ApiEnv>): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([key, values]) => [key, values.length === 1 ? (values[0] ?? '') : values]),
  );
}

function honoPath({ path, deep }: { readonly path: string; readonly deep: boolean }): string {
  const members = path.replaceAll(/\{(\w+)\}/g, ':$1');
  return deep ? `${members}{.+}` : members;
}
