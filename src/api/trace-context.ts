import type { TraceId } from '../core/brand.ts';

/** By what one exchange is found again: in log lines, in answers, in traces and on record. */
export interface ExchangeMarks {
  /** The caller's trace, or one of ours. */
  readonly trace: TraceId;
  /** This exchange alone: 32 hexadecimal digits that are always ours. */
  readonly request: string;
  /** W3C Trace Context, whole, with the gateway's own span. */
  readonly traceparent: string;
  /** FSC transaction (UUIDv7), once an Inway brought one in the right form. */
  readonly transaction?: string;
}

/** `request` is 32 random hexadecimal digits; the last half of them names the gateway's own span. */
export function exchangeMarks(trace: TraceId, request: string): ExchangeMarks {
  return { trace, request, traceparent: traceparent(trace, request) };
}

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The caller's trace id (W3C Trace Context), or null where the header is absent or not valid. */
export function traceOf(traceparent: string | undefined): TraceId | null {
  const match = form.exec(traceparent ?? '');
  if (match === null) return null;
  const [, version, trace, parent, , more] = match;
  if (trace === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (/^0+$/.test(trace) || /^0+$/.test(parent ?? '')) return null;
  return trace as TraceId;
}

/** `seed` is 32 random hexadecimal digits; half of them name the gateway's own span. */
export function traceparent(trace: TraceId, seed: string): string {
  const span = seed.slice(16);
  return `00-${trace}-${/^0+$/.test(span) ? '0000000000000001' : span}-01`;
}
