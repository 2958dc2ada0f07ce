import { z } from 'zod';
import type { Product } from './vendor-server.ts';

/**
 * "ZorgBericht", whose messages were XML once and were turned into JSON by a machine: attributes begin with `@`, text
 * stands in `$`, an element that comes once is no list, and one that has nothing to say is `@nil`. Almost everything is
 * a code. Clients are known by the file number that the institution gave them itself.
 */
export interface CareFile {
  readonly number: string;
  readonly surname: string;
  /** `1979-12-31T00:00:00+01:00`. */
  readonly born: string;
  /** Law: 01 Wmo, 02 Zvw, 03 Wlz, 99 not known. */
  readonly law: string;
  /** Stage: L is running, A is ended. */
  readonly stage: string;
  /** Codes of goals. */
  readonly goals: readonly string[];
  readonly provider: string | null;
}

const message = z.strictObject({
  'zb:bericht': z.strictObject({
    '@versie': z.literal('2.1'),
    'zb:stuur': z.strictObject({ 'zb:referentie': z.string(), 'zb:functie': z.literal('VRAAG') }),
    'zb:dossier': z.strictObject({ '@nummer': z.string() }),
  }),
});

export function codeListsProduct(files: readonly CareFile[]): Product {
  return (path, question) => {
    const asked = message.safeParse(question);
    if (path !== '/zb/2.1/bericht' || !asked.success) return fault('ZB-400');
    const { '@nummer': number } = asked.data['zb:bericht']['zb:dossier'];
    const found = files.filter((file) => file.number === number);
    return found.length === 0 ? fault('ZB-404') : answer(found.map(dossierOf));
  };
}

function answer(dossiers: readonly object[]): ReturnType<Product> {
  const body = { 'zb:bericht': { '@versie': '2.1', 'zb:antwoord': { 'zb:dossier': elements(dossiers) } } };
  return { status: 200, type: 'application/json;charset=UTF-8', body };
}

/** As SOAP did: what went wrong is told under 200. */
function fault(code: string): ReturnType<Product> {
  const body = { 'zb:bericht': { '@versie': '2.1', 'zb:fout': { '@code': code } } };
  return { status: 200, type: 'application/json;charset=UTF-8', body };
}

function dossierOf({ number, surname, born, law, stage, goals, provider }: CareFile): object {
  return {
    '@nummer': number,
    'zb:client': { 'zb:achternaam': { $: surname }, 'zb:geboorte': { '@tijdstip': born } },
    'zb:traject': {
      '@stadium': stage,
      'zb:wet': { '@code': law, '@lijst': 'COD-7' },
      'zb:aanbieder': provider === null ? { '@nil': 'true' } : { $: provider },
      ...(goals.length === 0 ? {} : { 'zb:doel': elements(goals.map((code) => ({ '@code': code }))) }),
    },
  };
}

function elements(list: readonly object[]): object | readonly object[] | undefined {
  return list.length === 1 ? list[0] : list;
}
