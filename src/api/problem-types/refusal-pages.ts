import type { DeniedUndecided } from '../../core/authzen/evaluate.ts';
import type { RefusalClass } from '../../core/policy/decision.ts';
import type { ProblemType } from './problem-type.ts';

/** A reason that is no problem type of its own: it stands in a refusal or in a denial. */
export type RefusalPage = Omit<ProblemType, 'status'>;

const followRemedies = {
  nl: 'Bij elk geweigerd gegeven staat onder remedy wat het wel mogelijk zou maken. Vooraf ziet u het bij /v1/permissions.',
  en: 'Each refused field says under remedy what would allow it. Beforehand you see it at /v1/permissions.',
};

/** Why nothing was given, as far as whoever asked may know. */
export const refusalClassPages: Readonly<Record<RefusalClass, RefusalPage>> = {
  'not-permitted': {
    title: { nl: 'Geen regel staat dit toe', en: 'No rule permits this' },
    detail: {
      nl: 'Geen regel laat toe dat deze bron dit aan deze ontvanger verstrekt voor dit doel, om wie het ook gaat.',
      en: 'No rule allows this source to give this to this recipient for this purpose, whoever the person is.',
    },
    remedy: {
      nl: 'Bekijk bij /v1/permissions wat u wel mag vragen, van wie en voor welk doel.',
      en: 'See at /v1/permissions what you may ask, of whom and for which purpose.',
    },
  },
  prohibited: {
    title: { nl: 'De wet verbiedt dit', en: 'The law forbids this' },
    detail: {
      nl: 'De wet verbiedt dat deze bron dit aan deze ontvanger verstrekt voor dit doel, om wie het ook gaat.',
      en: 'The law forbids this source to give this to this recipient for this purpose, whoever the person is.',
    },
    remedy: {
      nl: 'Vraag dit gegeven niet en bied het niet aan. Welk artikel het verbiedt, staat bij het geweigerde gegeven.',
      en: 'Neither ask for this field nor offer it. The refused field says which article forbids it.',
    },
  },
  'not-available': {
    title: { nl: 'Niet beschikbaar', en: 'Not available' },
    detail: {
      nl: 'Voor deze vraag is niets beschikbaar. Waarom niet, zegt de gateway niet: ook dat zou iets over een persoon zeggen.',
      en: 'Nothing is available for this request. The gateway does not say why: that too would tell about a person.',
    },
    remedy: {
      nl: 'Controleer de verwijzing, of u bij deze persoon betrokken bent en of die betrokkenheid is vastgelegd. Waar toestemming nodig is, vraagt u die via /v1/consents.',
      en: 'Check the reference, whether you are involved with this person and whether that is on record. Where consent is needed, ask for it at /v1/consents.',
    },
  },
  'condition-not-met': {
    title: { nl: 'Aan een voorwaarde is niet voldaan', en: 'A condition is not met' },
    detail: {
      nl: 'U bent bij deze persoon betrokken, maar aan een voorwaarde is nu niet voldaan.',
      en: 'You are involved with this person, but a condition is not met now.',
    },
    remedy: followRemedies,
  },
  undecidable: {
    title: { nl: 'Niet te beoordelen', en: 'Cannot be judged' },
    detail: {
      nl: 'Een voorwaarde kon niet worden beoordeeld. Wat niet te beoordelen is, geldt als nee.',
      en: 'A condition could not be evaluated. What cannot be evaluated counts as no.',
    },
    remedy: {
      nl: 'Vraag de partij die het feit vastlegde om het te bevestigen of te herstellen, en vraag opnieuw.',
      en: 'Ask the party that attested the fact to confirm or correct it, and ask again.',
    },
  },
  declined: {
    title: { nl: 'Door de bron afgewezen', en: 'Declined by the source' },
    detail: {
      nl: 'Een medewerker van de bron heeft de aanvraag afgewezen.',
      en: 'A human of the source declined the request.',
    },
    remedy: {
      nl: 'Neem contact op met de bron. Een nieuwe aanvraag wordt opnieuw beoordeeld.',
      en: 'Contact the source. A new request is judged anew.',
    },
  },
};

/** Why an access evaluation was denied before anything was read about anybody. */
const deniedPages: Readonly<Record<Exclude<DeniedUndecided, 'number-not-allowed'>, RefusalPage>> = {
  'not-understood': {
    title: { nl: 'Niet begrepen', en: 'Not understood' },
    detail: {
      nl: 'De vraag noemt iets dat de gateway niet kent. Bij member staat wat. Wat onbekend is, geldt als nee.',
      en: 'The question names something that the gateway does not know; member says what. What is unknown counts as no.',
    },
    remedy: {
      nl: 'Stel subject, action en resource samen zoals in docs/authzen.md, met woorden uit /v1/permissions.',
      en: 'Build subject, action and resource as in docs/authzen.md, with words of /v1/permissions.',
    },
  },
  'not-the-asking-unit': {
    title: { nl: 'Niet de vragende eenheid', en: 'Not the asking unit' },
    detail: {
      nl: 'U vraagt namens een andere eenheid dan die van uw certificaat. Dat kan niet.',
      en: 'You ask on behalf of another unit than that of your certificate. That cannot be done.',
    },
    remedy: {
      nl: 'Zet uw eigen eenheid in subject.id, of laat de andere eenheid zelf vragen.',
      en: 'Name your own unit in subject.id, or have the other unit ask itself.',
    },
  },
  'not-now': {
    title: { nl: 'Gaat niet over nu', en: 'Not about now' },
    detail: {
      nl: 'Bij context.time staat een moment dat meer dan vijf minuten van nu ligt. Beslist wordt alleen over nu.',
      en: 'The moment in context.time is more than five minutes from now. Decisions are about now alone.',
    },
    remedy: {
      nl: 'Laat context.time weg, of zet de klok van uw systeem gelijk.',
      en: 'Leave context.time out, or set the clock of your system right.',
    },
  },
};

export const refusalPages: Readonly<Record<string, RefusalPage>> = { ...refusalClassPages, ...deniedPages };
