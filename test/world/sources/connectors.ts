import { type ConnectorConfig, connectorForm } from '../../../src/core/partner/connector.ts';

/** Where a product of a vendor stands, and what it shows. */
interface Place {
  readonly origin: string;
  readonly thumbprint: string;
}

/** How each invented product is asked: what an operator writes in a partners file, and nothing else. */
export const connectorTo: Readonly<Record<'nested' | 'paged' | 'codeLists', (place: Place) => ConnectorConfig>> = {
  nested: ({ origin, thumbprint }) =>
    connectorForm.parse({
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
    connectorForm.parse({
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
  codeLists: ({ origin, thumbprint }) =>
    connectorForm.parse({
      type: 'http',
      url: `${origin}/zb/2.1/bericht`,
      certificates: [thumbprint],
      subject: { scheme: 'caseReference' },
      query: {
        body: { 'zb:bericht': { '@versie': '2.1', 'zb:stuur': { 'zb:functie': 'VRAAG' } } },
        put: {
          number: '/zb:bericht/zb:dossier/@nummer',
          request: '/zb:bericht/zb:stuur/zb:referentie',
        },
      },
      record: { each: ['/zb:bericht/zb:antwoord/zb:dossier'], subject: '/@nummer' },
      loneItems: true,
      fields: {
        'identity.surname': '/zb:client/zb:achternaam/$',
        'identity.birthDate': { pointer: '/zb:client/zb:geboorte/@tijdstip', date: 'moment' },
        'careTrajectory.law': {
          pointer: '/zb:traject/zb:wet/@code',
          codes: { '01': 'Wmo 2015', '02': 'Zvw', '03': 'Wlz', '99': null },
        },
        'careTrajectory.state': { pointer: '/zb:traject/@stadium', codes: { L: 'current', A: 'prior' } },
        'careTrajectory.provider': '/zb:traject/zb:aanbieder/$',
        'planGoals.goals': {
          pointer: '/zb:traject/zb:doel',
          each: '/@code',
          codes: { D1: 'Vaste woonplek', D2: 'Dagbesteding', D3: 'Schulden op orde' },
        },
        'socialNetwork.supportRequest': {
          pointer: '/zb:traject/zb:doel/@code',
          codes: { D1: 'Hulp bij wonen', D2: 'Hulp bij dagbesteding', D3: 'Hulp bij schulden' },
        },
      },
    }),
};
