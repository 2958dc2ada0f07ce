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
      nl: 'Gebruik een certificaat van een aanvaarde verlener. Is die aanvaard, vraag de beheerder van de gateway dan of ook de tussenliggende certificaten zijn vastgelegd.',
      en: 'Use a certificate of an accepted authority. If it is accepted, ask the operator of the gateway whether its intermediate certificates are registered too.',
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
  'certificate-malformed': {
    status: 401,
    title: { nl: 'Certificaat niet leesbaar', en: 'Certificate not readable' },
    detail: {
      nl: 'Het certificaat, of een certificaat dat erbij hoort, heeft niet de vorm die X.509 voorschrijft of draagt een kritieke uitbreiding die hier niet te beoordelen is.',
      en: 'The certificate, or one that came with it, does not have the form that X.509 prescribes, or carries a critical extension that cannot be judged here.',
    },
    remedy: askForCertificate,
  },
  'certificate-weak-algorithm': {
    status: 401,
    title: { nl: 'Certificaat met zwakke cryptografie', en: 'Certificate with weak cryptography' },
    detail: {
      nl: 'Een sleutel of handtekening in het certificaatpad is korter of ouder dan wordt aanvaard.',
      en: 'A key or signature in the certificate path is shorter or older than is accepted.',
    },
    remedy: {
      nl: 'Vraag een certificaat aan met een RSA-sleutel van ten minste 2048 bits of een ECDSA-sleutel op P-256, P-384 of P-521, ondertekend met SHA-256 of sterker.',
      en: 'Obtain a certificate with an RSA key of at least 2048 bits or an ECDSA key on P-256, P-384 or P-521, signed with SHA-256 or stronger.',
    },
  },
  'certificate-invalid-path': {
    status: 401,
    title: { nl: 'Certificaatpad klopt niet', en: 'Certificate path does not hold' },
    detail: {
      nl: 'Een verlener in het certificaatpad mocht het certificaat eronder niet uitgeven: niet als verlener, niet op deze diepte of niet voor deze naam.',
      en: 'An authority in the certificate path was not allowed to issue the certificate below it: not as an authority, not at this depth, or not for this name.',
    },
    remedy: askForCertificate,
  },
  'certificate-wrong-policy': {
    status: 401,
    title: { nl: 'Certificaat onder een ander beleid', en: 'Certificate under another policy' },
    detail: {
      nl: 'Het certificaat is niet uitgegeven onder een certificaatbeleid dat deze gateway aanvaardt.',
      en: 'The certificate was not issued under a certificate policy that this gateway accepts.',
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
  'acting-as-refused': {
    status: 403,
    title: { nl: 'Acting-As niet aanvaard', en: 'Acting-As not accepted' },
    detail: {
      nl: 'De header Acting-As zegt niet geldig voor welk onderdeel dit certificaat optreedt. In errors staat waarom.',
      en: 'The Acting-As header does not say validly for which unit this certificate acts. The list errors says why.',
    },
    remedy: {
      nl: 'Maak een nieuw token met een geregistreerde sleutel van het onderdeel, voor deze gateway en dit certificaat.',
      en: 'Make a new token by a registered key of the unit, for this gateway and this certificate.',
    },
  },
  'user-token-refused': {
    status: 403,
    title: { nl: 'Token van de gebruiker niet aanvaard', en: 'Token of the user not accepted' },
    detail: {
      nl: 'Het token zegt niet geldig namens wie deze aanroep wordt gedaan. In errors staat waarom.',
      en: 'The token does not say validly on whose behalf this call is made. The list errors says why.',
    },
    remedy: {
      nl: 'Maak voor elke aanroep een nieuw token, met een sleutel van uw onderdeel, voor deze gateway en precies deze inhoud.',
      en: 'Make a new token for each call, by a key of your unit, for this gateway and exactly this body.',
    },
  },
  'user-keys-unavailable': {
    status: 503,
    title: { nl: 'Sleutels van de partner niet te halen', en: 'Keys of the partner not to be had' },
    detail: {
      nl: 'Op het geregistreerde adres van uw sleutels is nu geen bruikbare verzameling sleutels te halen.',
      en: 'There is no usable set of keys to be had now at the registered address of your keys.',
    },
    remedy: {
      nl: 'Zorg dat het adres bereikbaar is en een JWK Set in JSON geeft, of onderteken met een geregistreerde sleutel.',
      en: 'See to it that the address can be reached and gives a JWK Set in JSON, or sign with a registered key.',
    },
  },
} as const satisfies Record<string, ProblemType>;
