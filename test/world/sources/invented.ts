import type { Household, Resident } from './nested.ts';
import type { Client } from './paged.ts';

/** One invented person, as each of the products knows them; and who lives with them. */

export const resident: Resident = {
  number: 912_345_678,
  surname: 'Verzonnen',
  givenNames: ['Anna', 'Bo'],
  born: '29-02-1980',
  seeksHome: 'J',
  arrears: '',
  jobs: [
    { title: 'Kok', until: '31-12-2020' },
    { title: 'Lasser', until: '' },
  ],
  benefit: '118740',
};
export const partner: Resident = {
  ...resident,
  number: 912_345_679,
  surname: 'Huisgenoot',
  born: '01-01-1981',
  jobs: [],
};
export const households: readonly Household[] = [{ street: 'Verzonnenlaan 1', residents: [partner, resident] }];
export const client: Client = {
  number: '000012345678',
  surname: 'Bedacht',
  born: 19_791_231,
  firstSeenDay: 20_778,
  lines: ['een', 'twee', 'drie', 'vier', 'vijf', 'zes', 'zeven'],
  earlierContact: 1,
};
export const identifiers = { bsn: '912345678', skn: '12345678' };
