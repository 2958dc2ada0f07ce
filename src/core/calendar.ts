import type { Instant } from './brand.ts';

/**
 * Calendar arithmetic in UTC on instants as text, so that the core needs no clock and no `Date`.
 * A moment counts milliseconds from 1 March of the year 0: numbers, so that a sum may leave the years that text can name.
 */
export type Moment = number;

const day = 86_400_000;
const length = '2026-03-10T09:00:00.000Z'.length;
const zero = '0'.charCodeAt(0);
const [dash, colon, dot, letterT, letterZ, letterP] = [...'-:.TZP'].map((sign) => sign.charCodeAt(0));

/**
 * Whether this text is an instant that exists, in the one form in which text order is time order.
 * Read by character: every fact of every question passes here.
 */
export function isInstant(text: string): text is Instant {
  if (
    text.length !== length ||
    text.charCodeAt(4) !== dash ||
    text.charCodeAt(7) !== dash ||
    text.charCodeAt(10) !== letterT ||
    text.charCodeAt(13) !== colon ||
    text.charCodeAt(16) !== colon ||
    text.charCodeAt(19) !== dot ||
    text.charCodeAt(23) !== letterZ
  )
    return false;
  const century = twoDigits(text, 0);
  const years = twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const date = twoDigits(text, 8);
  const last = text.charCodeAt(22) - zero;
  if (century < 0 || years < 0 || month < 1 || month > 12 || date < 1 || last < 0 || last > 9) return false;
  if (date > 28 && date > daysIn(century * 100 + years, month)) return false;
  return isBelow(text, 11, 24) && isBelow(text, 14, 60) && isBelow(text, 17, 60) && isBelow(text, 20, 100);
}

function isBelow(text: string, place: number, bound: number): boolean {
  const value = twoDigits(text, place);
  return value >= 0 && value < bound;
}

/** Negative where one of the two is no digit. */
function twoDigits(text: string, place: number): number {
  const tens = text.charCodeAt(place) - zero;
  const ones = text.charCodeAt(place + 1) - zero;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}

export function momentOf(instant: Instant): Moment {
  return dayNumber(at(instant, 0, 4), at(instant, 5, 7), at(instant, 8, 10)) * day + timeOf(instant);
}

/**
 * The moment a period after an instant, or before it where the period begins with `-`. Months and
 * years are calendar months: the last day of a shorter month stands in for a day that it lacks.
 * Throws `RangeError` for a period in another form: periods are checked where files are read.
 */
export function shifted(instant: Instant, period: string): Moment {
  return shiftedBy(instant, lengthOf(period));
}

/** As `shifted`, for a period that was read before: a condition reads its own once. */
export function shiftedBy(instant: Instant, { months, days }: Length): Moment {
  if (months === 0) return momentOf(instant) + days * day;
  const count = at(instant, 0, 4) * 12 + at(instant, 5, 7) - 1 + months;
  const year = Math.floor(count / 12);
  const month = count - year * 12 + 1;
  return dayNumber(year, month, Math.min(at(instant, 8, 10), daysIn(year, month))) * day + timeOf(instant);
}

/** As `shifted`, as text. Throws `RangeError` where the year has no four digits. */
export function instantAfter(instant: Instant, period: string): Instant {
  const date = dateText(Math.floor(shifted(instant, period) / day));
  if (date === null) throw new RangeError(`no instant lies ${period} after ${instant}`);
  return `${date}${instant.slice(10)}` as Instant;
}

/** The instant of a NumericDate (RFC 7519): whole seconds since 1970. null where the year has no four digits. */
export function instantOfSeconds(seconds: number): Instant | null {
  const date = dateText(dayNumber(1970, 1, 1) + Math.floor(seconds / 86_400));
  const time = ((seconds % 86_400) + 86_400) % 86_400;
  const clock = [Math.floor(time / 3_600), Math.floor(time / 60) % 60, time % 60].map((part) => padded(part, 2));
  return date === null ? null : (`${date}T${clock.join(':')}.000Z` as Instant);
}

/** The instant of a moment. Throws `RangeError` where its year has no four digits. */
export function instantAt(moment: Moment): Instant {
  const number = Math.floor(moment / day);
  const date = dateText(number);
  if (date === null) throw new RangeError('no instant has such a year');
  const ms = moment - number * day;
  const clock = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1000) % 60];
  return `${date}T${clock.map((part) => padded(part, 2)).join(':')}.${padded(ms % 1000, 3)}Z` as Instant;
}

/** NumericDate (RFC 7519) of an instant: whole seconds since 1970, rounded down. */
export function secondsOf(instant: Instant): number {
  return Math.floor(momentOf(instant) / 1_000) - dayNumber(1970, 1, 1) * 86_400;
}

/** null where the year has no four digits. */
function dateText(number: number): string | null {
  const { year, month, dayOfMonth } = dateOf(number);
  return year < 0 || year > 9999 ? null : `${padded(year, 4)}-${padded(month, 2)}-${padded(dayOfMonth, 2)}`;
}

function padded(value: number, length: number): string {
  return String(value).padStart(length, '0');
}

export interface Length {
  readonly months: number;
  readonly days: number;
}

/** A period of one unit in calendar months and days; one of the two is always 0. Read by character, as instants are. */
export function lengthOf(period: string): Length {
  const first = period.charCodeAt(0) === dash ? 2 : 1;
  const last = period.length - 1;
  if (period.charCodeAt(first - 1) !== letterP || last <= first || last > first + 3)
    throw new RangeError('not a period of one unit');
  let amount = 0;
  for (let place = first; place < last; place++) {
    const digit = period.charCodeAt(place) - zero;
    if (digit < 0 || digit > 9) throw new RangeError('not a period of one unit');
    amount = amount * 10 + digit;
  }
  if (first === 2 && amount > 0) amount = -amount;
  switch (period.charAt(last)) {
    case 'Y':
      return { months: amount * 12, days: 0 };
    case 'M':
      return { months: amount, days: 0 };
    case 'W':
      return { months: 0, days: amount * 7 };
    case 'D':
      return { months: 0, days: amount };
    default:
      throw new RangeError('not a period of one unit');
  }
}

function at(text: string, from: number, to: number): number {
  let value = 0;
  for (let place = from; place < to; place++) value = value * 10 + text.charCodeAt(place) - zero;
  return value;
}

function timeOf(instant: Instant): number {
  const minutes = at(instant, 11, 13) * 60 + at(instant, 14, 16);
  return (minutes * 60 + at(instant, 17, 19)) * 1000 + at(instant, 20, 23);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1 March of the year 0, which is a Wednesday: years that begin in March have their leap day at the end. */
export function dayNumber(year: number, month: number, dayOfMonth: number): number {
  const march = month > 2 ? year : year - 1;
  const leapDays = Math.floor(march / 4) - Math.floor(march / 100) + Math.floor(march / 400);
  const monthFromMarch = (month + 9) % 12;
  return march * 365 + leapDays + Math.floor((monthFromMarch * 153 + 2) / 5) + dayOfMonth - 1;
}

export function dateOf(number: number): { readonly year: number; readonly month: number; readonly dayOfMonth: number } {
  let year = Math.floor(number / 365.2425) - 1;
  while (dayNumber(year + 1, 1, 1) <= number) year++;
  let month = 1;
  while (month < 12 && dayNumber(year, month + 1, 1) <= number) month++;
  return { year, month, dayOfMonth: number - dayNumber(year, month, 1) + 1 };
}
