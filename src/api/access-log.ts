import { type DestinationStream, pino } from 'pino';
import { Fault, type FaultReason } from '../core/fault.ts';
import type { ExchangeMarks } from './trace-context.ts';

/**
 * One line per exchange. INVARIANT: these members and no others; the route is the pattern that was
 * declared (`/v1/requests/{id}`), never the path, query or body that was sent.
 */
export interface AccessLine extends ExchangeMarks {
  readonly method: string;
  /** Declared pattern; `unknown` where no route was met. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  /** Recognised unit, or null. */
  readonly unit: string | null;
}

/** Something broke. No message and no cause: they may hold what a database or source said. */
export interface FaultLine extends ExchangeMarks {
  /** Fault code, or the name of the error's class. */
  readonly fault: string;
  /** Which of the things that the code stands for, a word of ours; left out where it stands for one. */
  readonly reason?: FaultReason;
  /** Stack frames: files and functions of ours, without the message. */
  readonly frames: readonly string[];
}

export interface AccessLog {
  access(line: AccessLine): void;
  fault(line: FaultLine): void;
  /** Something that an operator must look at now; the text is ours and holds nothing personal. */
  alarm(text: string): void;
  /** Something that an operator may want to know; the text is ours and holds nothing personal. */
  notice(text: string): void;
  /** What ends the process: its kind and where, as of a fault; in no exchange that anybody could name. */
  crash(thrown: unknown): void;
  /** Of Node or a library about itself: its kind alone. */
  warning(name: string): void;
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Writes JSON lines of `level` and above to `destination` (standard output when absent). */
export function accessLog(destination?: DestinationStream, level = 'info'): AccessLog {
  // no `base`: process id and host name are not on the list; the timestamp is pino's
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const log = destination === undefined ? pino(options) : pino(options, destination);
  return {
    // copied member by member, so that an object with more on it cannot bring that along
    access: ({ method, route, status, durationMs, unit, ...marks }) => {
      const known = methods.has(method) ? method : 'other';
      log.info({ method: known, route, status, durationMs, unit, ...marksOf(marks) });
    },
    fault: ({ fault, reason, frames, ...marks }) =>
      log.error({ ...marksOf(marks), fault, ...(reason === undefined ? {} : { reason }), frames }),
    alarm: (text) => log.fatal({ alarm: text }),
    notice: (text) => log.warn({ notice: text }),
    crash: (thrown) => log.fatal(thrown instanceof Error ? kindOf(thrown) : { fault: 'not-an-error', frames: [] }),
    warning: (name) => log.warn({ warning: nameForm.test(name) ? name : 'Warning' }),
  };
}

function marksOf({ trace, request, traceparent, transaction }: ExchangeMarks): ExchangeMarks {
  return { trace, request, traceparent, ...(transaction === undefined ? {} : { transaction }) };
}

/** What may be told of an error in a log. */
export function faultLine(error: Error, marks: ExchangeMarks): FaultLine {
  return { ...marksOf(marks), ...kindOf(error) };
}

const nameForm = /^[A-Za-z]{1,40}$/;

function kindOf(error: Error & { readonly code?: unknown }): Pick<FaultLine, 'fault' | 'reason' | 'frames'> {
  const known = error.name === 'Fault' && typeof error.code === 'string';
  const name = nameForm.test(error.name) ? error.name : 'Error';
  const reason = error instanceof Fault ? error.reason : null;
  return {
    fault: known ? String(error.code) : name,
    ...(reason === null ? {} : { reason }),
    frames: framesOf(error),
  };
}

/** The stack starts with the message, which may itself hold lines: exactly that is cut away, or nothing is told. */
function framesOf({ message, stack = '' }: Error): readonly string[] {
  const at = stack.indexOf(message);
  if (at === -1) return [];
  return stack
    .slice(at + message.length)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, 8);
}
