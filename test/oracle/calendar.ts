const day = 24 * 60 * 60 * 1000;

/**
 * Milliseconds since 1970 of an instant of the form `2026-03-10T09:00:00.000Z`; null where it is none. The round
 * trip refuses a thirteenth month, 30 February and hour 24, which the form alone lets through.
 */
export function readInstant(text: string | null): number | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(text)) return null;
  const date = new Date(text);
  if (Number.isNaN(date.getTime()) || date.toISOString() !== text) return null;
  return date.getTime();
}

/** A moment moved by a duration of one unit; months and years by the calendar, in UTC. */
export function moved(moment: number, duration: string): number {
  const parts = /^(-?)P(\d+)([YMWD])$/.exec(duration);
  if (parts === null) throw new Error(`${duration} is no duration of the policy language`);
  const amount = Number(parts[2]) * (parts[1] === '-' ? -1 : 1);
  if (parts[3] === 'D') return moment + amount * day;
  if (parts[3] === 'W') return moment + amount * 7 * day;
  return movedByMonths(moment, parts[3] === 'Y' ? amount * 12 : amount);
}

/** Walks month by month from the first of the month; then the same day, or the last one the month has. */
function movedByMonths(moment: number, months: number): number {
  const date = new Date(moment);
  const wanted = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const next = new Date(date.getTime());
  next.setUTCMonth(next.getUTCMonth() + 1);
  const daysInMonth = Math.round((next.getTime() - date.getTime()) / day);
  date.setUTCDate(Math.min(wanted, daysInMonth));
  return date.getTime();
}

export interface Length {
  readonly family: 'months' | 'days';
  readonly amount: number;
}

/** How long a duration is: months and years compare, weeks and days compare, the two families do not. */
export function lengthOf(duration: string): Length {
  const parts = /^P(\d+)([YMWD])$/.exec(duration);
  if (parts === null) throw new Error(`${duration} is no length of the policy language`);
  const amount = Number(parts[1]);
  if (parts[2] === 'Y') return { family: 'months', amount: amount * 12 };
  if (parts[2] === 'M') return { family: 'months', amount };
  if (parts[2] === 'W') return { family: 'days', amount: amount * 7 };
  return { family: 'days', amount };
}

export function writeLength(length: Length): string {
  return `P${length.amount}${length.family === 'months' ? 'M' : 'D'}`;
}
