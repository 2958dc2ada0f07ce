import type { Context, MiddlewareHandler } from 'hono';
import { faultLine } from './access-log.ts';
import { apiVersion } from './api-version.ts';
import { languageOf } from './language.ts';
import type { ApiEnv, ExchangeDeps } from './ports.ts';
import { type Problem, problemOfFault, problemResponse } from './problem.ts';
import { requestIdFor } from './request-id.ts';
import { type ExchangeMarks, exchangeMarks, traceOf } from './trace-context.ts';

/** On every answer of the API, refusals and faults included. A page may say more about its content. */
const answerHeaders: Readonly<Record<string, string>> = {
  'API-Version': apiVersion,
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "frame-ancestors 'none'",
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
};

/** The outermost middleware: trace id before, headers and one log line after, whatever happened between. */
export function exchange(deps: ExchangeDeps): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const started = performance.now();
    const own = deps.entropy.trace();
    const marks = exchangeMarks(traceOf(c.req.header('traceparent')) ?? deps.entropy.trace(), own);
    c.set('trace', marks.trace);
    c.set('marks', marks);
    await next();
    // who recognised the caller may have found the transaction that it belongs to
    const found = c.get('marks');
    withAnswerHeaders(c.res, found, requestIdFor(c.req.header('x-request-id'), own));
    const ms = performance.now() - started;
    const what = { method: c.req.method, route: c.get('route') ?? 'unknown', status: c.res.status };
    const unit = c.get('partner')?.unit.id ?? null;
    const refused = c.get('problem');
    deps.metrics.exchange({ ...what, unit, seconds: ms / 1_000 });
    if (refused !== undefined) deps.metrics.refusal(refused);
    deps.log.access({ ...what, durationMs: Math.round(ms * 10) / 10, unit, ...found });
  };
}

/** Adds what every answer carries; what a page set itself (its content security policy) stands. */
export function withAnswerHeaders(response: Response, marks: ExchangeMarks, requestId: string): Response {
  for (const [name, value] of Object.entries(answerHeaders)) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  response.headers.set('traceparent', marks.traceparent);
  response.headers.set('X-Request-ID', requestId);
  if (marks.transaction !== undefined) response.headers.set('Fsc-Transaction-Id', marks.transaction);
  response.headers.append('Vary', 'Accept-Language');
  return response;
}

/** Answers with a problem in the caller's language. */
export function refuseWith(c: Context<ApiEnv>, problem: Problem): Response {
  c.set('problem', problem.problem);
  return problemResponse(problem, { language: languageOf(c.req.header('accept-language')), trace: c.get('trace') });
}

/** What was thrown becomes a problem document without its detail; the log gets where, not what. */
export function onFault(deps: ExchangeDeps): (error: Error, c: Context<ApiEnv>) => Response {
  return (error, c) => {
    deps.log.fault(faultLine(error, c.get('marks')));
    return refuseWith(c, problemOfFault(error));
  };
}
