import type { HttpConnector } from '../../../src/core/partner/connector.ts';
import { httpForm } from '../http-form.ts';

const servicePath = '/tralie/services/JustitiabeleService/v3';
/** The prison suite knows people by their chain number, with its letter, and by a number of its own. */
const chainNumber = { scheme: 'skn', as: { padded: 10, digits: 8, checkLetters: 'ABCDEFGHJKLMNPRSTUVWXYZ' } };

/** How each of the three products is asked: what an operator writes in a partners file, and nothing else. */
export const connectorTo: Readonly<
  Record<'prison' | 'prisonByOwnNumber' | 'social' | 'care', (origin: string) => HttpConnector>
> = {
  prison: (origin) => httpForm(prison(`${origin}${servicePath}`, '1', chainNumber)),
  prisonByOwnNumber: (origin) => httpForm(prison(`${origin}${servicePath}`, '2', { scheme: 'caseReference' })),
  social: (origin) => httpForm(social(`${origin}/api/v2/dossiers/zoekopdracht`)),
  care: (origin) => httpForm(care(`${origin}/connect/v4/EpisodeOfCare/_search`)),
};

function prison(url: string, kind: string, scheme: object): object {
  const person = '/soap:Envelope/soap:Body/ns2:GeefJustitiabeleAntwoord/ns2:Justitiabele';
  const key = '/soap:Envelope/soap:Body/ns2:GeefJustitiabeleVraag/ns2:Sleutel';
  const detention = `${person}/ns2:Detentie`;
  const running = { where: { '/ns2:DatumUit/@xsi:nil': 'true' } };
  const date = 'dd-MM-yyyy';
  return {
    type: 'http',
    url,
    subject: {
      ...scheme,
      pointer: `${person}/ns2:Identificatie`,
      choose: [{ where: { '/@soort': kind }, at: '/$' }],
    },
    query: {
      body: {
        'soap:Envelope': {
          'soap:Header': { 'ns1:Berichtkop': { 'ns1:Afzender': 'SLUIS' } },
          'soap:Body': { 'ns2:GeefJustitiabeleVraag': { 'ns2:Sleutel': { '@soort': kind } } },
        },
      },
      put: { number: `${key}/$`, request: '/soap:Envelope/soap:Header/ns1:Berichtkop/ns1:BerichtID' },
    },
    loneItems: true,
    fields: {
      'identity.surname': { pointer: `${person}/ns2:Personalia/ns2:Geslachtsnaam`, inside: ['/@voorvoegsel', '/$'] },
      'identity.birthDate': { pointer: `${person}/ns2:Personalia/ns2:Geboortedatum`, date, partial: 'absent' },
      'numbers.bsn': { pointer: `${person}/ns2:Identificatie`, choose: [{ where: { '/@soort': '3' }, at: '/$' }] },
      'detention.start': { pointer: detention, choose: [{ ...running, at: '/ns2:DatumIn' }], date },
      'detention.expectedRelease': {
        pointer: detention,
        choose: [
          { ...running, at: '/ns2:Einddatum' },
          { where: { '/@leidend': 'true' }, at: '/$' },
        ],
        date,
      },
      'detentionContext.facility': { pointer: detention, choose: [{ ...running, at: '/ns2:Inrichting/$' }] },
      'detentionContext.title': {
        pointer: detention,
        choose: [{ ...running, at: '/ns2:Status/@code' }],
        codes: {
          '10': 'Voorlopige hechtenis',
          '20': 'Gevangenisstraf',
          '30': null,
          '40': null,
          '50': null,
          '90': null,
        },
      },
      'conduct.phasing': {
        pointer: detention,
        choose: [{ ...running, at: '/ns2:Status/@code' }],
        codes: { '10': null, '20': null, '30': 'Penitentiair programma', '40': 'Elektronische detentie', '50': null },
      },
      // "Action needed" does not say that there is none.
      'identityDocument.hasValid': {
        pointer: `${person}/ns2:Leefgebied`,
        choose: [{ where: { '/@code': '1' }, at: '/ns2:Bevinding/@code' }],
        codes: { '0': null, '1': true, '2': null, '3': null },
      },
      'housing.priorSituation': {
        pointer: `${person}/ns2:Woonsituatie/@code`,
        codes: {
          ...{ '1': 'Zelfstandige huurwoning', '2': 'Koopwoning', '3': 'Inwonend', '4': 'Maatschappelijke opvang' },
          ...{ '5': 'Beschermd wonen', '8': 'Geen vaste woon- of verblijfplaats', '9': null },
        },
      },
      // Of who has an income that is not known nothing is said, not even that there is no benefit.
      'incomeWork.benefits': {
        pointer: `${person}/ns2:Inkomsten`,
        choose: [{ where: { '/@code': ['1', '2', '3', '4', '5', '6', '7'] } }],
        each: '/@code',
        codes: { '1': null, '2': null, '3': 'Bijstand', '4': 'WIA/WAO', '5': 'Wajong', '6': 'WW', '7': null },
      },
    },
    safe: true,
  };
}

function social(url: string): object {
  const pointer = '/_embedded/dossiers';
  const latest = (domain: string): object => ({
    where: { '/domein': domain, '/vervallen': 'N', '/clientnummer': { sameAs: { pointer: '/client/clientnummer' } } },
    highest: { at: '/mutatieTijdstip', as: 'integer' },
  });
  const tracks = ['AANMELDING', 'STABILISATIE', 'MSNP', 'WSNP', 'NAZORG'];
  const paid = ['LOPEND', 'OPGESCHORT'];
  return {
    type: 'http',
    url,
    mediaType: 'application/hal+json',
    subject: { scheme: 'bsn', pointer: '/client/bsn' },
    query: { put: { number: '/bsn' } },
    pages: { next: '/_links/volgende/token', put: '/vervolg', atMost: 20 },
    fields: {
      'identity.surname': { pointer: '/client', inside: ['/voorvoegsel', '/achternaam'] },
      'identity.birthDate': '/client/geboortedatum',
      'housing.need': {
        pointer,
        choose: [{ ...latest('WONEN'), at: '/wonen/woningNodig' }],
        codes: { J: 'Woning nodig', N: 'Geen woning nodig' },
      },
      'housing.neededFrom': { pointer, choose: [{ ...latest('WONEN'), at: '/wonen/nodigVanaf' }] },
      'housing.rentArrears': {
        pointer,
        choose: [{ ...latest('WONEN'), at: '/wonen/huurachterstand' }],
        type: 'positive',
      },
      'incomeWork.benefits': {
        pointer,
        choose: [latest('INKOMEN'), { where: { '/inkomen/status': [...paid, 'BEEINDIGD'] }, at: '/inkomen/regeling' }],
        each: '',
        codes: { PW: 'Bijstand', IOAW: 'IOAW', BBZ: 'Bbz', GEEN: null },
      },
      'incomeWork.amountPerMonthCents': {
        pointer,
        choose: [latest('INKOMEN'), { where: { '/inkomen/status': paid }, at: '/inkomen/bedragPerMaand' }],
        type: 'integer',
      },
      // Debts without a track are not told of by an empty list.
      'debts.wgsData': {
        pointer,
        choose: [latest('SCHULDEN'), { where: { '/schulden/traject': tracks }, at: '/schulden/traject' }],
        each: '',
        codes: {
          ...{ AANMELDING: 'Aangemeld voor schuldhulp', STABILISATIE: 'Stabilisatie' },
          ...{ MSNP: 'Minnelijke schuldregeling', WSNP: 'Wettelijke schuldsanering', NAZORG: 'Nazorg' },
        },
      },
      'debts.referral': {
        pointer,
        choose: [{ ...latest('SCHULDEN'), at: '/schulden/traject' }],
        codes: { GEEN: false, ...Object.fromEntries(tracks.map((track) => [track, true])) },
      },
    },
    safe: true,
  };
}

function care(url: string): object {
  const pointer = '/entry';
  const system = 'http://fhir.nl/fhir/NamingSystem/bsn';
  const patient = { where: { '/resource/resourceType': 'Patient' } };
  const running = {
    where: {
      '/search/mode': 'match',
      '/resource/status': ['active', 'onhold'],
      '/resource/patient/reference': {
        sameAs: { pointer, choose: [{ ...patient, at: '/resource/id' }], after: 'Patient/' },
      },
    },
  };
  return {
    type: 'http',
    url,
    mediaType: 'application/fhir+json',
    subject: {
      scheme: 'bsn',
      pointer,
      choose: [
        { ...patient, at: '/resource/identifier' },
        { where: { '/system': system }, at: '/value' },
      ],
    },
    query: {
      body: { filter: { subject: { identifier: { system } } } },
      put: { number: '/filter/subject/identifier/value' },
    },
    fields: {
      'identity.surname': {
        pointer,
        choose: [
          { ...patient, at: '/resource/name' },
          { where: { '/use': 'official' }, at: '/family' },
        ],
      },
      'identity.birthDate': {
        pointer,
        choose: [{ ...patient, at: '/resource/birthDate' }],
        date: 'yyyy-MM-dd',
        partial: 'absent',
      },
      'careTrajectory.law': {
        pointer,
        choose: [
          { ...running, at: '/resource/type' },
          { at: '/coding' },
          { where: { '/system': 'https://codes.zorgspoor.example/CodeSystem/wet' }, at: '/code' },
        ],
        codes: { WFZ: 'Wet forensische zorg', ZVW: 'Zvw', WMO: 'Wmo 2015', WLZ: 'Wlz', WVGGZ: 'Wvggz' },
      },
      'careTrajectory.provider': {
        pointer,
        choose: [{ ...running, at: '/resource/managingOrganization/display' }],
      },
      'careTrajectory.state': {
        pointer,
        choose: [{ ...running, at: '/resource/status' }],
        codes: { active: 'current', onhold: 'current' },
      },
    },
    safe: true,
  };
}
