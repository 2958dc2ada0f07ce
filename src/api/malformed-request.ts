import { type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { RequestError } from '@hono/node-server';
import { faultLine } from './access-log.ts';
import { withAnswerHeaders } from './exchange.ts';
import type { ExchangeDeps } from './ports.ts';
import { type Problem, problem, problemOfFault, problemResponse } from './problem.ts';
import type { ProblemName } from './problem-types.ts';
import { type ExchangeMarks, exchangeMarks } from './trace-context.ts';

/**
 * What never became an exchange is refused in the same form as everything else. The server needs
 * `requireHostHeader: false`, or Node answers a missing `Host` itself, barely.
 */
export interface MalformedRequests {
  /** For `getRequestListener`: no URL can be made of it, or something that is no error was thrown. */
  readonly errorHandler: (error: unknown) => Response;
  /** Answers what Node's HTTP parser gave up on. */
  watch(server: Pick<Server, 'on'>): void;
}

const parserProblems: ReadonlyMap<unknown, ProblemName> = new Map<unknown, ProblemName>([
  ['HPE_HEADER_OVERFLOW', 'headers-too-large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'too-slow'],
]);

export function malformedRequests(deps: ExchangeDeps): MalformedRequests {
  const refuse = (from: Problem, marks = marksOfOurs(deps)): Response => {
    deps.metrics.refusal(from.problem);
    // nobody said which language: Dutch
    return withAnswerHeaders(problemResponse(from, { language: 'nl', trace: marks.trace }), marks, marks.request);
  };
  return {
    errorHandler: (error) => {
      if (error instanceof RequestError) return refuse(problem('malformed-request'));
      const marks = marksOfOurs(deps);
      if (error instanceof Error) deps.log.fault(faultLine(error, marks));
      return refuse(problemOfFault(error), marks);
    },
    watch: (server) => {
      // Bytes between those of an answer under way would be taken for part of it.
      const answering = new WeakSet<Duplex>();
      server.on('request', (incoming, outgoing) => {
        answering.add(incoming.socket);
        outgoing.once('close', () => answering.delete(incoming.socket));
      });
      server.on('clientError', (error: Error & { readonly code?: unknown }, socket: Duplex) => {
        // Where there is no TLS yet nothing can be said, and what is written would wait for it for ever.
        const speechless = error.code === 'ECONNRESET' || /^ERR_(?:TLS|SSL)_/.test(String(error.code));
        if (speechless || !socket.writable || answering.has(socket)) {
          socket.destroy();
          return;
        }
        const response = refuse(problem(parserProblems.get(error.code) ?? 'malformed-request'));
        response.text().then(
          (body) => socket.end(onTheWire(response, body)),
          () => socket.destroy(),
        );
      });
    },
  };
}

function marksOfOurs({ entropy }: Pick<ExchangeDeps, 'entropy'>): ExchangeMarks {
  return exchangeMarks(entropy.trace(), entropy.trace());
}

function onTheWire(response: Response, body: string): string {
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`);
  return [
    `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}`,
    ...headers,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
