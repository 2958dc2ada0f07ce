import type { Instant } from '../core/brand.ts';
import type { Language } from './words/words.ts';

const timeZone = 'Europe/Amsterdam';
const locale: Readonly<Record<Language, string>> = { nl: 'nl-NL', en: 'en-GB' };

function formatter(options: Intl.DateTimeFormatOptions): Readonly<Record<Language, Intl.DateTimeFormat>> {
  const settings = { timeZone, hourCycle: 'h23', ...options } as const;
  return { nl: new Intl.DateTimeFormat(locale.nl, settings), en: new Intl.DateTimeFormat(locale.en, settings) };
}

const moments = formatter({
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const days = formatter({ day: 'numeric', month: 'long', year: 'numeric' });
const months = formatter({ month: 'long', year: 'numeric' });
const stamps = formatter({
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** "vrijdag 20 november 2026 om 14:05", in the time of the Netherlands. */
export function formatMoment(language: Language, at: Instant): string {
  return moments[language].format(new Date(at));
}

export function formatDay(language: Language, at: Instant): string {
  return days[language].format(new Date(at));
}

export function formatMonth(language: Language, at: Instant): string {
  return months[language].format(new Date(at));
}

/** For officers: to the second. */
export function formatStamp(language: Language, at: Instant): string {
  return stamps[language].format(new Date(at));
}

/**
 * The UTC instant at which a calendar day (`2026-11-20`) starts in the Netherlands; null when there is no such day.
 * Found by trying both offsets that the zone ever has, so that no offset table is kept here.
 */
export function startOfDay(day: string): Instant | null {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day)) return null;
  for (const offset of ['+02:00', '+01:00']) {
    const date = new Date(`${day}T00:00:00.000${offset}`);
    if (Number.isNaN(date.getTime())) return null;
    const parts = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'medium',
      hourCycle: 'h23',
    });
    if (parts.format(date) === `${day}, 00:00:00`) return date.toISOString() as Instant;
  }
  return null;
}
