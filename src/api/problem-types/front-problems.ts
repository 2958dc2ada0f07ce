import type { ProblemType } from './problem-type.ts';

const askInwayOperator = {
  nl: 'Vraag een nieuw toegangstoken aan bij de Manager, of neem contact op met de beheerder van de Inway.',
  en: 'Obtain a new access token from the Manager, or contact the operator of the Inway.',
};

const askProxyOperator = {
  nl: 'Neem contact op met de beheerder van de gateway: de proxy ervoor is niet goed ingesteld.',
  en: 'Contact the operator of the gateway: the proxy in front of it is not set up right.',
};

/** What is wrong with how a call came in: through a proxy of the gateway's, or through an FSC Inway. */
export const frontProblems = {
  'proxy-not-known': {
    status: 401,
    title: { nl: 'Onbekende proxy', en: 'Unknown proxy' },
    detail: {
      nl: 'Deze ingang is voor de proxy’s van de gateway. De verbinding komt van niemand die daarvoor is ingesteld.',
      en: 'This entrance is for the gateway’s own proxies. The connection comes from nobody who is set up as one.',
    },
    remedy: {
      nl: 'Maak rechtstreeks verbinding met het adres voor partnersystemen.',
      en: 'Connect directly to the address for partner systems.',
    },
  },
  'proxy-header-malformed': {
    status: 400,
    title: { nl: 'Certificaatkop van de proxy onleesbaar', en: 'Certificate header of the proxy not readable' },
    detail: {
      nl: 'Client-Cert of Client-Cert-Chain staat er meer dan eens, of niet in de vorm van RFC 9440.',
      en: 'Client-Cert or Client-Cert-Chain is there more than once, or not in the form of RFC 9440.',
    },
    remedy: askProxyOperator,
  },
  'fsc-transaction-id-invalid': {
    status: 400,
    title: { nl: 'Transactienummer ontbreekt of is onjuist', en: 'Transaction id missing or malformed' },
    detail: {
      nl: 'Een verzoek van een Inway heeft precies één kop Fsc-Transaction-Id met een UUIDv7.',
      en: 'A request from an Inway has exactly one Fsc-Transaction-Id header with a UUIDv7.',
    },
    remedy: {
      nl: 'Laat de Outway een transactienummer (UUIDv7) meegeven, en de Inway het doorgeven.',
      en: 'Have the Outway send a transaction id (UUIDv7), and the Inway pass it on.',
    },
  },
  'fsc-token-missing': {
    status: 401,
    title: { nl: 'Toegangstoken ontbreekt', en: 'Access token missing' },
    detail: {
      nl: 'Het verzoek komt van een Inway en heeft geen toegangstoken in Fsc-Authorization.',
      en: 'The request comes from an Inway and has no access token in Fsc-Authorization.',
    },
    remedy: askInwayOperator,
  },
  'fsc-token-invalid': {
    status: 401,
    title: { nl: 'Toegangstoken ongeldig', en: 'Access token not valid' },
    detail: {
      nl: 'Het toegangstoken is niet leesbaar, niet ondertekend door de Manager van deze Inway, voor een ander adres, of hoort bij een ander certificaat.',
      en: 'The access token is not readable, not signed by this Inway’s Manager, for another address, or bound to another certificate.',
    },
    remedy: askInwayOperator,
  },
  'fsc-token-expired': {
    status: 401,
    title: { nl: 'Toegangstoken verlopen', en: 'Access token expired' },
    detail: {
      nl: 'De geldigheid van het toegangstoken is voorbij.',
      en: 'The validity of the access token has ended.',
    },
    remedy: askInwayOperator,
  },
  'fsc-wrong-group': {
    status: 403,
    title: { nl: 'Token van een andere groep', en: 'Token of another group' },
    detail: {
      nl: 'Het toegangstoken is van een andere FSC-groep dan die van deze Inway.',
      en: 'The access token is of another FSC group than this Inway’s.',
    },
    remedy: askInwayOperator,
  },
  'fsc-service-not-found': {
    status: 404,
    title: { nl: 'Dienst niet aangeboden', en: 'Service not offered' },
    detail: {
      nl: 'Het toegangstoken is voor een dienst die deze gateway niet aanbiedt.',
      en: 'The access token is for a service that this gateway does not offer.',
    },
    remedy: askInwayOperator,
  },
  'fsc-keys-unavailable': {
    status: 502,
    title: { nl: 'Sleutels van de Manager niet bereikbaar', en: 'Keys of the Manager not available' },
    detail: {
      nl: 'Het toegangstoken is niet te controleren. Wat niet is vast te stellen, geldt als nee.',
      en: 'The access token cannot be checked. What cannot be determined counts as no.',
    },
    remedy: {
      nl: 'Probeer het later opnieuw. Blijft het zo, neem dan contact op met de beheerder van de gateway.',
      en: 'Try again later. If it stays like this, contact the operator of the gateway.',
    },
  },
} as const satisfies Record<string, ProblemType>;
