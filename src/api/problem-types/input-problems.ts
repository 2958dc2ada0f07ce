import type { ProblemType } from './problem-type.ts';

/** What was sent cannot be taken in: form, size, type, method. */
export const inputProblems = {
  'malformed-request': {
    status: 400,
    title: { nl: 'Geen leesbare HTTP', en: 'Not readable as HTTP' },
    detail: {
      nl: 'Wat binnenkwam is geen geldig HTTP-verzoek.',
      en: 'What came in is not a valid HTTP request.',
    },
    remedy: {
      nl: 'Gebruik een gangbare HTTP-client, met een geldige header Host.',
      en: 'Use a common HTTP client, with a valid Host header.',
    },
  },
  'too-slow': {
    status: 408,
    title: { nl: 'Te traag', en: 'Too slow' },
    detail: {
      nl: 'Het verzoek kwam niet op tijd in zijn geheel binnen.',
      en: 'The request did not arrive in full in time.',
    },
    remedy: { nl: 'Probeer het opnieuw.', en: 'Try again.' },
  },
  'headers-too-large': {
    status: 431,
    title: { nl: 'Headers te groot', en: 'Headers too large' },
    detail: { nl: 'De headers zijn samen groter dan 16 KiB.', en: 'The headers together are larger than 16 KiB.' },
    remedy: { nl: 'Stuur minder of kortere headers.', en: 'Send fewer or shorter headers.' },
  },
  'invalid-input': {
    status: 400,
    title: { nl: 'Ongeldige invoer', en: 'Invalid input' },
    detail: {
      nl: 'Een of meer onderdelen van de vraag kloppen niet. In errors staat welke, en wat er wel wordt verwacht.',
      en: 'One or more members of the request are not right. The list errors says which, and what is expected instead.',
    },
    remedy: {
      nl: 'Pas de genoemde onderdelen aan. De API-beschrijving staat op /v1/openapi.json.',
      en: 'Correct the members that are named. The API is described at /v1/openapi.json.',
    },
  },
  'broken-json': {
    status: 400,
    title: { nl: 'Geen leesbare JSON', en: 'Not readable as JSON' },
    detail: {
      nl: 'De inhoud is geen geldige JSON in UTF-8, of een object noemt een onderdeel twee keer.',
      en: 'The body is not valid JSON in UTF-8, or an object names a member twice.',
    },
    remedy: { nl: 'Stuur één JSON-object in UTF-8.', en: 'Send one JSON object in UTF-8.' },
  },
  'idempotency-key-missing': {
    status: 400,
    title: { nl: 'Idempotency-Key ontbreekt', en: 'Idempotency-Key missing' },
    detail: {
      nl: 'Elke POST heeft een header Idempotency-Key nodig van 1 tot 128 zichtbare ASCII-tekens zonder spaties.',
      en: 'Every POST needs an Idempotency-Key header of 1 to 128 visible ASCII characters without spaces.',
    },
    remedy: {
      nl: 'Maak per handeling één nieuwe sleutel, bijvoorbeeld een UUID, en gebruik die bij herhalen opnieuw.',
      en: 'Make one new key for each action, for example a UUID, and use the same one when you retry.',
    },
  },
  'user-token-malformed': {
    status: 400,
    title: { nl: 'Geen leesbaar token van een gebruiker', en: 'Not readable as a token of a user' },
    detail: {
      nl: 'Het token dat zegt namens wie wordt gevraagd heeft niet de beschreven vorm.',
      en: 'The token that says on whose behalf the call is made does not have the form that is described.',
    },
    remedy: {
      nl: 'Stuur een compacte JWS (RFC 7515) in base64url zonder opvulling, van hoogstens 4 KiB, met precies de onderdelen uit docs/formats.md.',
      en: 'Send a compact JWS (RFC 7515) in base64url without padding, of at most 4 KiB, with exactly the members of docs/formats.md.',
    },
  },
  'not-found': {
    status: 404,
    title: { nl: 'Niet gevonden', en: 'Not found' },
    detail: {
      nl: 'Dit adres bestaat niet, of het is niet van u. Tussen die twee maakt de gateway geen verschil.',
      en: 'This address does not exist, or it is not yours. The gateway makes no difference between the two.',
    },
    remedy: {
      nl: 'Controleer het adres; een schuine streep aan het eind hoort er niet bij.',
      en: 'Check the address; it has no slash at the end.',
    },
  },
  'method-not-allowed': {
    status: 405,
    title: { nl: 'Methode niet toegestaan', en: 'Method not allowed' },
    detail: {
      nl: 'Dit adres kent deze methode niet. De header Allow noemt de methoden die er wel zijn.',
      en: 'This address does not know this method. The Allow header names the methods it has.',
    },
    remedy: { nl: 'Gebruik een methode uit de header Allow.', en: 'Use a method from the Allow header.' },
  },
  'not-acceptable': {
    status: 406,
    title: { nl: 'Gevraagde vorm niet beschikbaar', en: 'Not acceptable' },
    detail: {
      nl: 'Dit adres antwoordt niet in een vorm die de header Accept toelaat.',
      en: 'This address does not answer in a form that the Accept header allows.',
    },
    remedy: { nl: 'Vraag om application/json.', en: 'Ask for application/json.' },
  },
  'too-large': {
    status: 413,
    title: { nl: 'Te groot', en: 'Too large' },
    detail: {
      nl: 'De inhoud is groter dan dit adres aanneemt: 64 KiB waar niet anders staat.',
      en: 'The body is larger than this address takes: 64 KiB where nothing else is said.',
    },
    remedy: { nl: 'Stuur een kleinere vraag.', en: 'Send a smaller request.' },
  },
  'unsupported-media-type': {
    status: 415,
    title: { nl: 'Inhoudstype niet ondersteund', en: 'Unsupported media type' },
    detail: {
      nl: 'De inhoud moet als application/json in UTF-8 worden gestuurd, zonder compressie.',
      en: 'The body must be sent as application/json in UTF-8, without compression.',
    },
    remedy: { nl: 'Zet Content-Type op application/json.', en: 'Set Content-Type to application/json.' },
  },
  'url-not-allowed': {
    status: 422,
    title: { nl: 'Adres niet toegestaan', en: 'Address not allowed' },
    detail: {
      nl: 'De computer in dit adres staat niet bij uw onderdeel geregistreerd.',
      en: 'The host of this address is not registered with your unit.',
    },
    remedy: {
      nl: 'Vraag de beheerder van de gateway om de computer te registreren; twee mensen keuren dat goed.',
      en: 'Ask the operator of the gateway to register the host; two people approve it.',
    },
  },
  'persons-are-not-searched': {
    status: 400,
    title: { nl: 'Naar personen wordt niet gezocht', en: 'Persons are not searched' },
    detail: {
      nl: 'Zoeken gaat over woorden van het beleid: soorten partners, gegevens en doelen. Zoeken naar personen zou verraden wie bekend is.',
      en: 'A search ranges over words of the policies: kinds of partners, fields and purposes. Searching persons would tell who is known.',
    },
    remedy: {
      nl: 'Zoek met resource.type field, of vraag over één persoon een beslissing aan /access/v1/evaluation.',
      en: 'Search with resource.type field, or ask /access/v1/evaluation for a decision about one person.',
    },
  },
} as const satisfies Record<string, ProblemType>;
