import type { ProblemType } from './problem-type.ts';

const tryLater = {
  nl: 'Probeer het later opnieuw, met dezelfde Idempotency-Key. Blijft het zo, meld het dan met het trace-nummer.',
  en: 'Try again later with the same Idempotency-Key. If it persists, report it with the trace number.',
};

const tellSource = {
  nl: 'Meld het met het trace-nummer aan de bron of de beheerder van de gateway.',
  en: 'Report it with the trace number to the source or the operator of the gateway.',
};

/** Something broke, here or at a source. Nothing was given; the cause stays inside. */
export const faultProblems = {
  internal: {
    status: 500,
    title: { nl: 'Onverwachte fout', en: 'Unexpected error' },
    detail: { nl: 'Er ging hier iets mis. Er is niets verstrekt.', en: 'Something broke here. Nothing was disclosed.' },
    remedy: tryLater,
  },
  'database-unavailable': {
    status: 503,
    title: { nl: 'Gegevensbank niet bereikbaar', en: 'Database unavailable' },
    detail: {
      nl: 'De gateway bereikt haar gegevensbank niet. Er is niets verstrekt.',
      en: 'The gateway cannot reach its database. Nothing was disclosed.',
    },
    remedy: tryLater,
  },
  'ledger-unavailable': {
    status: 503,
    title: { nl: 'Logboek niet bereikbaar', en: 'Ledger unavailable' },
    detail: {
      nl: 'Wat niet kan worden vastgelegd, wordt niet verstrekt. Er is niets verstrekt.',
      en: 'What cannot be put on record is not disclosed. Nothing was disclosed.',
    },
    remedy: tryLater,
  },
  'keys-unavailable': {
    status: 503,
    title: { nl: 'Sleutels niet bereikbaar', en: 'Keys unavailable' },
    detail: {
      nl: 'De gateway kan zijn eigen sleutels nu niet gebruiken. Er is niets verstrekt.',
      en: 'The gateway cannot use its own keys now. Nothing was disclosed.',
    },
    remedy: tryLater,
  },
  'subject-busy': {
    status: 503,
    title: { nl: 'Even bezet', en: 'Busy' },
    detail: {
      nl: 'De gegevens waarop dit rust worden nu gewijzigd. Er is niets verstrekt of veranderd.',
      en: 'What this rests on is being changed right now. Nothing was disclosed or changed.',
    },
    remedy: tryLater,
  },
  'basis-changed': {
    status: 409,
    title: { nl: 'Intussen veranderd', en: 'Changed meanwhile' },
    detail: {
      nl: 'Wat deze aanvraag nodig had, veranderde terwijl zij liep. Er is niets verstrekt.',
      en: 'What this request needed changed while it was being handled. Nothing was disclosed.',
    },
    remedy: {
      nl: 'Doe een nieuwe aanvraag met een nieuwe Idempotency-Key; er wordt dan opnieuw beslist.',
      en: 'Make a new request with a new Idempotency-Key; it is then decided anew.',
    },
  },
  'seal-impossible': {
    status: 500,
    title: { nl: 'Verzegelen niet mogelijk', en: 'Sealing not possible' },
    detail: {
      nl: 'Het antwoord moet voor de ontvanger worden versleuteld en daarvoor is geen bruikbare sleutel vastgelegd.',
      en: 'The answer has to be sealed to the recipient, and no usable key is registered for that.',
    },
    remedy: {
      nl: 'Laat de beheerder van de gateway een versleutelsleutel van uw onderdeel vastleggen.',
      en: 'Have the operator of the gateway register an encryption key of your unit.',
    },
  },
  'source-unavailable': {
    status: 502,
    title: { nl: 'Bron niet bereikbaar', en: 'Source unavailable' },
    detail: {
      nl: 'De bron is niet bereikbaar. Er is niets verstrekt.',
      en: 'The source cannot be reached. Nothing was disclosed.',
    },
    remedy: tellSource,
  },
  'source-timeout': {
    status: 504,
    title: { nl: 'Bron te traag', en: 'Source too slow' },
    detail: {
      nl: 'De bron antwoordde niet op tijd. Er is niets verstrekt.',
      en: 'The source did not answer in time. Nothing was disclosed.',
    },
    remedy: tellSource,
  },
  'source-invalid': {
    status: 502,
    title: { nl: 'Antwoord van de bron onleesbaar', en: 'Source answer unreadable' },
    detail: {
      nl: 'De bron antwoordde in een vorm die niet is afgesproken. Er is niets verstrekt.',
      en: 'The source answered in a form that was not agreed. Nothing was disclosed.',
    },
    remedy: tellSource,
  },
  'source-too-large': {
    status: 502,
    title: { nl: 'Antwoord van de bron te groot', en: 'Source answer too large' },
    detail: {
      nl: 'De bron antwoordde met meer dan is toegestaan. Er is niets verstrekt.',
      en: 'The source answered with more than is allowed. Nothing was disclosed.',
    },
    remedy: tellSource,
  },
  'source-wrong-subject': {
    status: 502,
    title: { nl: 'Antwoord van de bron klopt niet', en: 'Source answer does not match' },
    detail: {
      nl: 'Het antwoord van de bron hoort niet bij deze vraag. Er is niets verstrekt.',
      en: 'The answer of the source does not belong to this request. Nothing was disclosed.',
    },
    remedy: tellSource,
  },
  'request-failed': {
    status: 502,
    title: { nl: 'Aanvraag mislukt', en: 'Request failed' },
    detail: {
      nl: 'De eerdere aanvraag met deze Idempotency-Key is mislukt bij de bron. Er is niets verstrekt.',
      en: 'The earlier request with this Idempotency-Key failed at the source. Nothing was disclosed.',
    },
    remedy: {
      nl: 'Doe een nieuwe aanvraag met een nieuwe Idempotency-Key.',
      en: 'Make a new request with a new Idempotency-Key.',
    },
  },
} as const satisfies Record<string, ProblemType>;
