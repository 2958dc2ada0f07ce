type Language = 'nl' | 'en';

const units: Readonly<Record<Language, Readonly<Record<string, readonly [string, string]>>>> = {
  nl: { Y: ['jaar', 'jaar'], M: ['maand', 'maanden'], W: ['week', 'weken'], D: ['dag', 'dagen'] },
  en: { Y: ['year', 'years'], M: ['month', 'months'], W: ['week', 'weeks'], D: ['day', 'days'] },
};

/** "3 maanden": a period as people say it. */
export function periodWords(period: string, language: Language): string {
  const amount = Number(period.replace(/[^0-9]/g, ''));
  const [one, more] = units[language][period.slice(-1)] ?? [period, period];
  return `${amount} ${amount === 1 ? one : more}`;
}

/** "3 maanden voor het einde"; an amount of nothing is the event itself. */
export function periodLabel(period: string, event: string, language: Language): string {
  if (/^-?P0+[YMWD]$/.test(period)) return event;
  const words = { nl: ['voor', 'na'], en: ['before', 'after'] }[language];
  return `${periodWords(period, language)} ${period.startsWith('-') ? words[0] : words[1]} ${event}`;
}
