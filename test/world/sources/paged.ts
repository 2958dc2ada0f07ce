import { z } from 'zod';
import type { Product } from './vendor-server.ts';

/**
 * "Ketenlijn", a register of lines about people, three to a page. It knows people by their chain number, padded to
 * twelve positions, and counts days as `19791231`. Every page repeats whom it is about, and so does every line.
 */
export interface Client {
  /** Twelve positions. */
  readonly number: string;
  readonly surname: string;
  /** `19791231`, as a number. */
  readonly born: number;
  /** Days since 1 January 1970. */
  readonly firstSeenDay: number;
  readonly lines: readonly string[];
  /** 1: yes, 0: no. */
  readonly earlierContact: 0 | 1;
}

const perPage = 3;
const question = z.strictObject({
  sleutel: z.strictObject({ soort: z.literal('SKN'), waarde: z.string().length(12) }),
  blad: z.strictObject({ vanaf: z.string().regex(/^v[0-9]+$/) }).optional(),
  aanleiding: z.string(),
});

export function pagedProduct(clients: readonly Client[]): Product {
  return (path, body) => {
    const asked = question.safeParse(body);
    if (path !== '/lijn/opvragen' || !asked.success) return { status: 422, body: { code: 'E22' } };
    const client = clients.find(({ number }) => number === asked.data.sleutel.waarde);
    if (client === undefined) return { status: 404, body: { code: 'E44' } };
    const from = Number(asked.data.blad?.vanaf.slice(1) ?? 0);
    const more = from + perPage < client.lines.length;
    return {
      status: 200,
      body: {
        over: client.number,
        kop: {
          naam: client.surname,
          geboren: client.born,
          eersteContactDag: client.firstSeenDay,
          eerder: client.earlierContact,
        },
        regels: client.lines.slice(from, from + perPage).map((line, index) => ({
          volgnummer: from + index + 1,
          over: client.number,
          tekst: line,
        })),
        verder: more ? { vanaf: `v${from + perPage}` } : {},
      },
    };
  };
}
