import { existing, patternOf } from './convert-date.ts';

/**
 * Whether a source knows of a day, written in this form, the year or the month alone: what is not known is `00`
 * (`00-00-1968`), or left off (`1968`, `2026-11`).
 */
export function isPartialDay(value: unknown, form: string): boolean {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string') return false;
  const sign = /[-/. ]/.exec(form)?.[0] ?? '';
  const known = (form.match(/yyyy|MM|dd|M|d/g) ?? []).filter((part) => !part.startsWith('d'));
  const shorter = [known.join(sign), 'yyyy'].some((short) => isDay(partsOf(text, short)));
  const { y, m, d } = partsOf(text, form);
  return shorter || ((m === '00' || d === '00') && isDay({ y, m: m === '00' ? '01' : m, d: d === '00' ? '01' : d }));
}

function partsOf(text: string, form: string): Readonly<Record<string, string>> {
  return patternOf(form).exec(text)?.groups ?? {};
}

function isDay({ y = '', m = '01', d = '01' }: Readonly<Record<string, string | undefined>>): boolean {
  return existing(`${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`) !== null;
}
