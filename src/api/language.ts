import type { Label } from '../core/category/catalogue.ts';

export type Language = 'nl' | 'en';

/** Dutch first: what names neither language, or names nothing readable, gets Dutch. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const weight = { nl: 0, en: 0 };
  for (const range of (acceptLanguage ?? '').split(',', 20)) {
    const match = /^\s*(nl|en)(?:-[a-z0-9-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{1,3})?))?\s*$/i.exec(range);
    if (match === null) continue;
    const language = match[1]?.toLowerCase() === 'en' ? 'en' : 'nl';
    weight[language] = Math.max(weight[language], Number(match[2] ?? '1'));
  }
  return weight.en > weight.nl ? 'en' : 'nl';
}

export function inLanguage(label: Label, language: Language): string {
  return label[language];
}
