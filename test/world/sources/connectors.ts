import type { HttpConnector } from '../../../src/core/partner/connector.ts';
import { httpForm } from '../http-form.ts';

/** Where a product of a vendor stands, and what it shows. */
interface Place {
  readonly origin: string;
  readonly thumbprint: string;
}

/** How each invented product is asked: what an operator writes in a partners file, and nothing else. */
export const connectorTo: Readonly<Record<'nested' | 'paged', (place: Place) => HttpConnector>> = {
  nested: ({ origin, thumbprint }) =>
    httpForm({
      type: 'http',
      url: `${origin}/api/v3/huishoudens/zoeken`,
      certificates: [thumbprint],
      certificate: 'dossierhuis',
      subject: { scheme: 'bsn', as: 'number' },
      query: {
        body: { zoekopdracht: { weergave: 'VOLLEDIG', maximum: 25 } },
        put: { number: '/zoekopdracht/filter/persoon/nummer', request: '/referentie' },
      },
      record: { each: ['/antwoord/huishoudens', '/leden'], subject: '/persoon/nummer' },
      fields: {
        'identity.surname': '/persoon/naam/achternaam',
        'identity.givenNames': { pointer: '/persoon/naam/voornamen/0' },
        'identity.birthDate': { pointer: '/persoon/geboren', date: 'dd-MM-yyyy' },
        'housing.registeredSeeker': { pointer: '/woonwens/ingeschreven', codes: { J: true, N: false, '': null } },
        'housing.rentArrears': { pointer: '/woonwens/achterstand', codes: { J: true, N: false, '': null } },
        'incomeWork.workHistory': { pointer: '/werk/banen', each: '/functie/naam' },
        'incomeWork.amountPerMonthCents': { pointer: '/inkomen/perMaand/centen', type: 'integer', nothing: [''] },
      },
    }),
  paged: ({ origin, thumbprint }) =>
    httpForm({
      type: 'http',
      url: `${origin}/lijn/opvragen`,
      certificates: [thumbprint],
      subject: { scheme: 'skn', pointer: '/over', as: { padded: 12 } },
      query: {
        body: { sleutel: { soort: 'SKN' } },
        put: { number: '/sleutel/waarde', purpose: '/aanleiding' },
      },
      pages: { next: '/verder/vanaf', put: '/blad/vanaf', atMost: 5 },
      fields: {
        'identity.surname': '/kop/naam',
        'identity.birthDate': { pointer: '/kop/geboren', date: 'yyyyMMdd' },
        'identityDocument.validUntil': { pointer: '/kop/eersteContactDag', date: 'epoch-days' },
        'debts.wgsData': { pointer: '/regels', each: '/tekst', subject: '/over' },
        'debts.referral': { pointer: '/kop/eerder', codes: { '1': true, '0': false } },
      },
      safe: true,
    }),
};
