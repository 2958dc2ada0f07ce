import type { DateForm } from '../core/partner/conversion.ts';

const dayMs = 86_400_000;
const perUnit = { 'epoch-days': dayMs, 'epoch-seconds': 1_000, 'epoch-milliseconds': 1 } as const;
const wallClock = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;
const inAmsterdam = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Amsterdam',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** `YYYY-MM-DD` of a day as a source writes it; null: it is not such a day, or no day that exists. */
export function dayFrom(value: unknown, form: DateForm): string | null {
  if (form === 'epoch-days') return counted(value, dayMs);
  if (form === 'epoch-seconds' || form === 'epoch-milliseconds') return localDay(millisecondsOf(value, perUnit[form]));
  if (form === 'moment' || form === 'local-moment') return typeof value === 'string' ? ofMoment(value, form) : null;
  return asWritten(value, form);
}

/** A day that is counted is the same day everywhere. */
function counted(value: unknown, unitMs: number): string | null {
  const ms = millisecondsOf(value, unitMs);
  return ms === null ? null : existing(new Date(ms).toISOString().slice(0, 10));
}

function millisecondsOf(value: unknown, unitMs: number): number | null {
  const count = typeof value === 'string' && /^-?(?:0|[1-9]\d{0,15})$/.test(value) ? Number(value) : value;
  if (typeof count !== 'number' || !Number.isSafeInteger(count)) return null;
  const ms = count * unitMs;
  return Math.abs(ms) <= 8_640_000_000_000_000 ? ms : null;
}

/** The day on which a moment falls in the Netherlands: at midnight there, UTC is still at the day before. */
function localDay(ms: number | null): string | null {
  return ms === null ? null : existing(inAmsterdam.format(ms));
}

function ofMoment(text: string, form: 'moment' | 'local-moment'): string | null {
  if (form === 'moment') return localDay(momentMs(text));
  const clock = onTheClock(text);
  return clock === null || clock.offset !== undefined ? null : clock.day;
}

/** Milliseconds since 1 January 1970 of a moment with its offset; null: it is none. */
export function momentMs(text: string): number | null {
  const clock = onTheClock(text);
  const shift = clock?.offset === undefined ? null : offsetMs(clock.offset);
  return clock === null || shift === null ? null : Date.parse(`${clock.day}T${clock.time}Z`) - shift;
}

function onTheClock(text: string): { readonly day: string; readonly time: string; readonly offset?: string } | null {
  const [, day, hours, minutes, seconds = '00', fraction = '', offset] = wallClock.exec(text) ?? [];
  if (day === undefined || existing(day) === null) return null;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  const time = `${hours}:${minutes}:${seconds}${fraction.slice(0, 4)}`;
  return offset === undefined ? { day, time } : { day, time, offset };
}

/** From 12 hours behind UTC to 14 before it: no place has another. */
function offsetMs(offset: string): number | null {
  if (offset === 'Z') return 0;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(-2))];
  const total = (hours * 60 + minutes) * (offset.startsWith('-') ? -1 : 1);
  return minutes > 59 || total < -720 || total > 840 ? null : total * 60_000;
}

function asWritten(value: unknown, form: string): string | null {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string') return null;
  const found = patternOf(form).exec(text)?.groups ?? {};
  const { y = '', m = '', d = '' } = found;
  return existing(`${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`);
}

const patterns = new Map<string, RegExp>();

/** `d` is a day without a zero before it, as `dd` is one with it: one of the two, never both. */
export function patternOf(form: string): RegExp {
  const kept = patterns.get(form);
  if (kept !== undefined) return kept;
  const source = form.replace(/yyyy|MM|dd|M|d|[-/. ]/g, (part) => parts[part] ?? `[${part}]`);
  const pattern = new RegExp(`^${source}$`);
  patterns.set(form, pattern);
  return pattern;
}

const parts: Readonly<Record<string, string>> = {
  yyyy: '(?<y>\\d{4})',
  MM: '(?<m>\\d{2})',
  dd: '(?<d>\\d{2})',
  M: '(?<m>[1-9]\\d?)',
  d: '(?<d>[1-9]\\d?)',
  '-': '-',
};

/** Null for a day that no calendar has, and for a year in which nobody lived of whom anybody asks. */
export function existing(day: string): string | null {
  if (!/^(?:1[89]|2[01])\d{2}-\d{2}-\d{2}$/.test(day)) return null;
  const at = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day ? null : day;
}
