import type { ProblemType } from './problem-type.ts';

const askForCertificate = {
  nl: 'Vraag bij de eigen beheerder of de certificaatverlener een geldig certificaat aan en probeer het opnieuw.',
  en: 'Obtain a valid certificate from your own administrator or its issuer and try again.',
};

const askGatewayOperator = {
  nl: 'Neem contact op met de beheerder van de gateway.',
  en: 'Contact the operator of the gateway.',
};

/** Who calls, and may that caller come in at all: 401 for the certificate, 403 for the partner. */
export const accessProblems = {
  'no-certificate': {
    status: 401,
    title: { nl: 'Geen certificaat', en: 'No certificate' },
    detail: {
      nl: 'De verbinding heeft geen clientcertificaat. Zonder certificaat is niet vast te stellen wie vraagt.',
      en: 'The connection carries no client certificate. Without one nobody can tell who is asking.',
    },
    remedy: {
      nl: 'Maak verbinding met het PKIoverheid-certificaat van uw organisatie.',
      en: 'Connect with the PKIoverheid certificate of your organisation.',
    },
  },
  'unknown-authority': {
    status: 401,
    title: { nl: 'Onbekende certificaatverlener', en: 'Unknown certificate authority' },
    detail: {
      nl: 'Het certificaat is niet uitgegeven onder een stamcertificaat dat deze gateway vertrouwt.',
      en: 'The certificate was not issued under a root that this gateway trusts.',
    },
    remedy: {
      nl: 'Gebruik een certificaat van een aanvaarde verlener en stuur de tussenliggende certificaten mee.',
      en: 'Use a certificate of an accepted authority, and send its intermediate certificates along.',
    },
  },
  'certificate-expired': {
    status: 401,
    title: { nl: 'Certificaat verlopen', en: 'Certificate expired' },
    detail: {
      nl: 'De geldigheid van het certificaat is voorbij.',
      en: 'The validity of the certificate has ended.',
    },
    remedy: askForCertificate,
  },
  'certificate-not-yet-valid': {
    status: 401,
    title: { nl: 'Certificaat nog niet geldig', en: 'Certificate not yet valid' },
    detail: {
      nl: 'De geldigheid van het certificaat is nog niet begonnen.',
      en: 'The validity of the certificate has not started.',
    },
    remedy: {
      nl: 'Wacht tot het certificaat geldig is, of gebruik een certificaat dat nu geldig is.',
      en: 'Wait until the certificate is valid, or use one that is valid now.',
    },
  },
  'certificate-revoked': {
    status: 401,
    title: { nl: 'Certificaat ingetrokken', en: 'Certificate revoked' },
    detail: { nl: 'De verlener heeft het certificaat ingetrokken.', en: 'The authority has revoked the certificate.' },
    remedy: askForCertificate,
  },
  'revocation-unknown': {
    status: 401,
    title: { nl: 'Intrekking niet vast te stellen', en: 'Revocation cannot be determined' },
    detail: {
      nl: 'Er is geen geldige lijst van ingetrokken certificaten. Wat niet is vast te stellen, geldt als nee.',
      en: 'There is no current revocation list. What cannot be determined counts as no.',
    },
    remedy: askGatewayOperator,
  },
  'certificate-wrong-purpose': {
    status: 401,
    title: { nl: 'Certificaat voor een ander doel', en: 'Certificate for another purpose' },
    detail: {
      nl: 'Het certificaat is niet uitgegeven om zich als client mee bekend te maken.',
      en: 'The certificate was not issued for client authentication.',
    },
    remedy: askForCertificate,
  },
  'certificate-refused': {
    status: 401,
    title: { nl: 'Certificaat niet aanvaard', en: 'Certificate not accepted' },
    detail: {
      nl: 'Het certificaat voldoet niet aan de eisen, bijvoorbeeld omdat het niet precies één geldig OIN draagt.',
      en: 'The certificate does not meet the requirements, for example because it does not carry exactly one valid OIN.',
    },
    remedy: askForCertificate,
  },
  'unregistered-partner': {
    status: 403,
    title: { nl: 'Niet aangesloten', en: 'Not registered' },
    detail: {
      nl: 'De organisatie in het certificaat is niet aangesloten op deze gateway.',
      en: 'The organisation in the certificate is not registered with this gateway.',
    },
    remedy: askGatewayOperator,
  },
  'suspended-partner': {
    status: 403,
    title: { nl: 'Aansluiting opgeschort', en: 'Suspended' },
    detail: {
      nl: 'De aansluiting van dit organisatieonderdeel is opgeschort.',
      en: 'The registration of this unit is suspended.',
    },
    remedy: askGatewayOperator,
  },
  'ambiguous-unit': {
    status: 403,
    title: { nl: 'Onderdeel niet eenduidig', en: 'Ambiguous unit' },
    detail: {
      nl: 'Het certificaat past bij meer dan één onderdeel van de organisatie. Wat niet eenduidig is, geldt als nee.',
      en: 'The certificate fits more than one unit of the organisation. What is ambiguous counts as no.',
    },
    remedy: {
      nl: 'Laat per onderdeel vastleggen welke certificaten ervan zijn.',
      en: 'Have it registered for each unit which certificates are its own.',
    },
  },
  'no-unit': {
    status: 403,
    title: { nl: 'Geen onderdeel bij dit certificaat', en: 'No unit for this certificate' },
    detail: {
      nl: 'De organisatie is aangesloten, maar dit certificaat hoort bij geen van haar onderdelen.',
      en: 'The organisation is registered, but this certificate belongs to none of its units.',
    },
    remedy: {
      nl: 'Laat het certificaat vastleggen bij het onderdeel dat het gebruikt.',
      en: 'Have the certificate registered with the unit that uses it.',
    },
  },
  'too-many-requests': {
    status: 429,
    title: { nl: 'Te veel gevraagd', en: 'Too many requests' },
    detail: {
      nl: 'U vraagt te vaak, naar te veel personen, of kreeg te vaak achter elkaar nee. Over deze vraag is niets beslist en er is niets opgehaald.',
      en: 'You ask too often, about too many persons, or were refused too often in a row. Nothing was decided about this request and nothing fetched.',
    },
    remedy: {
      nl: 'Wacht het aantal seconden dat in de header Retry-After staat. Hebt u meer nodig, vraag het dan aan de beheerder van de gateway.',
      en: 'Wait for the number of seconds in the Retry-After header. If you need more, ask the operator of the gateway.',
    },
  },
} as const satisfies Record<string, ProblemType>;
