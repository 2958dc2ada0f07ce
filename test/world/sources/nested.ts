import { z } from 'zod';
import type { Product } from './vendor-server.ts';

/**
 * "DossierHuis", a product for town halls. It keeps households; whoever searches for a resident gets every household
 * in which that resident has a place, with everybody in it. Numbers are numbers, days are `31-12-1979`, yes and no are
 * `J` and `N`, and what is not filled in is an empty text.
 */
export interface Resident {
  readonly number: number;
  readonly surname: string;
  readonly givenNames: readonly string[];
  /** `31-12-1979`. */
  readonly born: string;
  readonly seeksHome: 'J' | 'N' | '';
  readonly arrears: 'J' | 'N' | '';
  readonly jobs: readonly { readonly title: string; readonly until: string }[];
  /** Cents a month, as text. */
  readonly benefit: string;
}

export interface Household {
  readonly street: string;
  readonly residents: readonly Resident[];
}

const search = z.strictObject({
  zoekopdracht: z.strictObject({
    filter: z.strictObject({ persoon: z.strictObject({ nummer: z.int().positive() }) }),
    weergave: z.literal('VOLLEDIG'),
    maximum: z.int().max(25),
  }),
  referentie: z.string(),
});

export function nestedProduct(households: readonly Household[]): Product {
  return (path, question) => {
    const asked = search.safeParse(question);
    if (path !== '/api/v3/huishoudens/zoeken' || !asked.success) return { status: 400, body: { fout: 'ZOEK-004' } };
    const { nummer } = asked.data.zoekopdracht.filter.persoon;
    const found = households.filter(({ residents }) => residents.some(({ number }) => number === nummer));
    return {
      status: 200,
      body: {
        antwoord: {
          kenmerk: asked.data.referentie,
          status: { code: 0, tekst: 'OK' },
          huishoudens: found.map(({ street, residents }) => ({
            adres: { volledig: street },
            leden: residents.map(memberOf),
          })),
        },
      },
    };
  };
}

function memberOf(resident: Resident): object {
  return {
    persoon: {
      nummer: resident.number,
      naam: { achternaam: resident.surname, voornamen: resident.givenNames },
      geboren: resident.born,
    },
    woonwens: { ingeschreven: resident.seeksHome, achterstand: resident.arrears },
    werk: { banen: resident.jobs.map(({ title, until }) => ({ functie: { naam: title }, einde: until })) },
    inkomen: { perMaand: { centen: resident.benefit } },
  };
}
