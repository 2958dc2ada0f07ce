import type { Instant } from './brand.ts';
import { dateOf, dayNumber, instantAt, type Moment, momentOf } from './calendar.ts';

/**
 * Working days in the Netherlands, by the day in Amsterdam: neither a weekend nor one of the days that the law takes
 * for a Sunday. @law Algemene termijnenwet 3
 */

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/**
 * The end of the working day of this count after the day of this instant: midnight in Amsterdam, by which it must have been
 * done. On whatever moment of a day something happened, its term ends at the same one.
 */
export function endOfWorkingDay(instant: Instant, count: number): Instant {
  let date = localDay(momentOf(instant));
  for (let left = count; left > 0; left -= isWorkingDay(date) ? 1 : 0) date += 1;
  return instantAt(beginOfDay(date + 1));
}

/** `date`: days as `dayNumber` counts them. */
export function isWorkingDay(date: number): boolean {
  const weekday = (((date + 2) % 7) + 7) % 7;
  return weekday < 5 && !holidaysOf(dateOf(date).year).includes(date);
}

/** Days that count as a Sunday, wherever in the week they fall. */
function holidaysOf(year: number): readonly number[] {
  const easter = easterOf(year);
  const goodFriday = easter - 2;
  const [easterMonday, ascension, whitMonday] = [easter + 1, easter + 39, easter + 50];
  const fixed = [dayNumber(year, 1, 1), kingsDay(year), dayNumber(year, 5, 5)];
  const christmas = [dayNumber(year, 12, 25), dayNumber(year, 12, 26)];
  return [goodFriday, easterMonday, ascension, whitMonday, ...fixed, ...christmas];
}

/** 27 April, and the day before where that is a Sunday. */
function kingsDay(year: number): number {
  const birthday = dayNumber(year, 4, 27);
  return isSunday(birthday) ? birthday - 1 : birthday;
}

function isSunday(date: number): boolean {
  return (((date + 3) % 7) + 7) % 7 === 0;
}

/** Easter Sunday in the Gregorian calendar, after Meeus, Jones and Butcher. */
function easterOf(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const ofCentury = year % 100;
  const corrected = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - corrected + 15) % 30;
  const toSunday = (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - epact - (ofCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * toSunday) / 451);
  const days = epact + toSunday - 7 * late + 114;
  return dayNumber(year, Math.floor(days / 31), (days % 31) + 1);
}

/** The day in Amsterdam at this moment. */
function localDay(moment: Moment): number {
  return Math.floor((moment + offsetAt(moment)) / dayMs);
}

/** Midnight in Amsterdam at which a day begins: the clock is never changed at that hour. */
function beginOfDay(date: number): Moment {
  const asUtc = date * dayMs;
  return asUtc - offsetAt(asUtc - hourMs);
}

/** An hour before UTC, two in summer: from the last Sunday of March to that of October, at one o'clock UTC. */
function offsetAt(moment: Moment): number {
  const { year } = dateOf(Math.floor(moment / dayMs));
  const turn = (month: number): Moment => lastSunday(year, month) * dayMs + hourMs;
  return moment >= turn(3) && moment < turn(10) ? 2 * hourMs : hourMs;
}

/** Of a month with 31 days. */
function lastSunday(year: number, month: number): number {
  const last = dayNumber(year, month, 31);
  return last - ((((last + 3) % 7) + 7) % 7);
}
