import type { ProblemType } from './problem-type.ts';

/** The request was understood; the law, the policy or the state of things says no. */
export const stateProblems = {
  refused: {
    status: 403,
    title: { nl: 'Niet verstrekt', en: 'Not disclosed' },
    detail: {
      nl: 'Er is niets verstrekt. Per gegeven staat erbij welke regel dat zegt en wat het wel mogelijk zou maken.',
      en: 'Nothing was disclosed. For each field it says which rule decided, and what would make it possible.',
    },
    remedy: {
      nl: 'Lees bij refused per gegeven de reden en wat het mogelijk maakt. Een nieuwe vraag is een nieuwe beslissing.',
      en: 'Read in refused, for each field, the reason and what would allow it. A new request is a new decision.',
    },
  },
  'number-not-allowed': {
    status: 403,
    title: { nl: 'Dit nummer mag u niet gebruiken', en: 'You may not use this number' },
    detail: {
      nl: 'Een partner van uw soort mag een persoon niet met dit nummer aanduiden (UAVG 46).',
      en: 'A partner of your kind may not refer to a person by this number (UAVG 46).',
    },
    remedy: {
      nl: 'Gebruik het pseudoniem of het zaakkenmerk dat u voor deze persoon hebt.',
      en: 'Use the pseudonym or the case reference that you have for this person.',
    },
  },
  'may-not-attest': {
    status: 403,
    title: { nl: 'Niet bevoegd om dit vast te stellen', en: 'May not attest this' },
    detail: {
      nl: 'Een partner van uw soort mag dit feit niet vaststellen, of alleen over een persoon bij wie hij betrokken is.',
      en: 'A partner of your kind may not attest this fact, or only about a person with whom it is involved.',
    },
    remedy: {
      nl: 'Laat het feit vastleggen door een partner die daartoe bevoegd is.',
      en: 'Have the fact attested by a partner that may do so.',
    },
  },
  'may-not-delay': {
    status: 409,
    title: { nl: 'Dit kan niet worden uitgesteld', en: 'This cannot be put off' },
    detail: {
      nl: 'De regel waaronder dit is verstrekt laat niet toe dat de betrokkene later wordt geïnformeerd, of de betrokkene kan het al zien.',
      en: 'The rule under which this was disclosed does not allow informing the person later, or the person can see it already.',
    },
    remedy: {
      nl: 'Er is niets te doen: de betrokkene ziet wat is verstrekt. Verleng een uitstel voortaan voordat het voorbij is.',
      en: 'There is nothing to do: the person sees what was disclosed. Renew a delay before it is over.',
    },
  },
  'may-not-approve': {
    status: 403,
    title: { nl: 'Deze goedkeuring telt niet', en: 'This approval does not count' },
    detail: {
      nl: 'Het beleid vraagt om iemand in een andere rol, of om een tweede persoon. Wie iets vraagt, keurt het niet zelf goed.',
      en: 'The policy asks for somebody in another role, or for a second person. Nobody approves what was asked for them.',
    },
    remedy: {
      nl: 'Lees bij approvalsNeeded van de aanvraag wie er nog moet goedkeuren.',
      en: 'Read in approvalsNeeded of the request who has to approve yet.',
    },
  },
  'reason-gone': {
    status: 409,
    title: { nl: 'De reden is er niet meer', en: 'The reason is not there any more' },
    detail: {
      nl: 'Waarom dit werd gevraagd, staat niet meer vast. Niemand keurt iets goed waarvan de reden niet te zien is.',
      en: 'Why this was asked is not on record any more. Nobody approves what has no reason to be seen.',
    },
    remedy: {
      nl: 'Wijs de aanvraag af. Wie de gegevens nog nodig heeft, vraagt ze opnieuw, met een reden.',
      en: 'Decline the request. Whoever still needs the data asks for it again, with a reason.',
    },
  },
  'may-not-request-consent': {
    status: 403,
    title: { nl: 'Deze toestemming kunt u niet vragen', en: 'May not ask for this consent' },
    detail: {
      nl: 'U bent geen partij bij deze toestemming, of voor dit doel wordt geen toestemming gevraagd.',
      en: 'You are no party to this consent, or this purpose takes no consent.',
    },
    remedy: {
      nl: 'Rust het doel op de wet, dan is toestemming niet nodig. Anders vraagt de ontvanger of de bron haar zelf.',
      en: 'Where the purpose rests on law no consent is needed. Else the recipient or the source asks for it itself.',
    },
  },
  'answer-about-another': {
    status: 422,
    title: { nl: 'Antwoord over een ander', en: 'Answer about another person' },
    detail: {
      nl: 'Het antwoord gaat niet over de persoon naar wie is gevraagd. Er is niets van bewaard.',
      en: 'The answer is not about the person who was asked about. Nothing of it was kept.',
    },
    remedy: {
      nl: 'Zoek op over wie de aanvraag gaat en antwoord over die persoon, met een nieuwe Idempotency-Key.',
      en: 'Look up about whom the request is and answer about that person, with a new Idempotency-Key.',
    },
  },
  'in-progress': {
    status: 409,
    title: { nl: 'Nog bezig', en: 'Still in progress' },
    detail: {
      nl: 'De eerste vraag met deze Idempotency-Key is nog niet klaar.',
      en: 'The first request with this Idempotency-Key has not ended yet.',
    },
    remedy: { nl: 'Probeer het na enkele seconden opnieuw.', en: 'Try again after a few seconds.' },
  },
  'wrong-state': {
    status: 409,
    title: { nl: 'Kan in deze toestand niet', en: 'Not possible in this state' },
    detail: {
      nl: 'De aanvraag is niet in een toestand waarin dit kan, of zij is veranderd sinds u haar las. Bij state staat de toestand van nu.',
      en: 'The request is not in a state in which this can be done, or it changed since you read it. Its present state is in state.',
    },
    remedy: {
      nl: 'Vraag de aanvraag opnieuw op. Kan dit in de toestand bij state wel, dan was iemand u voor of is veranderd wat er staat.',
      en: 'Read the request again. Where state is one in which this can be done, somebody was first or what it says has changed.',
    },
  },
  'other-addressee': {
    status: 403,
    title: { nl: 'Voor een andere rol', en: 'For another role' },
    detail: {
      nl: 'Wat de bron aanbiedt, is bedoeld voor iemand in een andere rol bij u.',
      en: 'What the source offers is meant for somebody in another role with you.',
    },
    remedy: {
      nl: 'Laat iemand in die rol het aannemen, of weiger het.',
      en: 'Have somebody in that role accept it, or decline it.',
    },
  },
  'other-role': {
    status: 403,
    title: { nl: 'Niet voor deze rol', en: 'Not for this role' },
    detail: {
      nl: 'Wie dit ophaalt, mag het in deze rol niet krijgen. Wie het vroeg, mag dat wel.',
      en: 'Whoever collects this may not have it in this role. Whoever asked for it may.',
    },
    remedy: {
      nl: 'Laat het ophalen door wie het vroeg, of door iemand in dezelfde rol.',
      en: 'Have it collected by whoever asked for it, or by somebody in the same role.',
    },
  },
  'already-ended': {
    status: 409,
    title: { nl: 'Al beëindigd', en: 'Already ended' },
    detail: { nl: 'Dit feit is al beëindigd.', en: 'This fact has ended already.' },
    remedy: { nl: 'U hoeft niets te doen.', en: 'There is nothing to do.' },
  },
  'wrong-fact-state': {
    status: 409,
    title: { nl: 'Kan niet met dit feit', en: 'Not possible with this fact' },
    detail: {
      nl: 'Het feit is al verbeterd, al betwist, of juist niet betwist.',
      en: 'The fact was corrected already, is disputed already, or is not disputed.',
    },
    remedy: { nl: 'Vraag het feit eerst op.', en: 'Read the fact first.' },
  },
  'already-decided': {
    status: 409,
    title: { nl: 'Al over beslist', en: 'Already decided' },
    detail: { nl: 'Over deze melding is al beslist.', en: 'This claim has been decided already.' },
    remedy: { nl: 'U hoeft niets te doen.', en: 'There is nothing to do.' },
  },
  'too-many-subscriptions': {
    status: 409,
    title: { nl: 'Te veel adressen', en: 'Too many subscriptions' },
    detail: {
      nl: 'Uw meldingen gaan al naar tien adressen, en dat is het meeste.',
      en: 'Your events go to ten addresses already, which is the most.',
    },
    remedy: { nl: 'Beëindig eerst een ander adres.', en: 'End another one first.' },
  },
  'key-reused': {
    status: 422,
    title: { nl: 'Idempotency-Key al gebruikt', en: 'Idempotency-Key already used' },
    detail: {
      nl: 'Deze sleutel is eerder gebruikt voor een andere vraag.',
      en: 'This key was used before for another request.',
    },
    remedy: { nl: 'Gebruik voor elke nieuwe handeling een nieuwe sleutel.', en: 'Use a new key for each new action.' },
  },
} as const satisfies Record<string, ProblemType>;
