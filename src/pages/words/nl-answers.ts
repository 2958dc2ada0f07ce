import type { Label } from '../../core/category/catalogue.ts';

/** Texts of the pages at which people of a unit answer, in Dutch. */
export const answers = {
  title: 'Een aanvraag beantwoorden',
  toAnswer: 'Beantwoorden',
  inPart: 'Een deel is al gegeven.',
  done: {
    part: 'Uw antwoord staat klaar voor de ontvanger. Er ontbreekt nog iets: dat kunt u hieronder geven.',
    delegated: 'Vastgelegd wie gaat antwoorden.',
    asked: 'Uw vraag is gesteld. Het antwoord komt op deze pagina te staan. De termijn loopt door.',
  },
  delegatedTo: (who: string) => `Dit is gevraagd aan ${who}. Ook anderen mogen antwoorden.`,
  inRole: (role: string) => `iedereen in de rol ${role}`,
  colleagueWith: (number: string) => `de collega met nummer ${number}`,
  messages: {
    title: 'Wat erover is gezegd',
    question: 'Uw organisatie vroeg',
    reply: (recipient: string) => `${recipient} schreef`,
    delegation: (who: string) => `Gevraagd aan ${who}`,
  },
  reasonGone: 'Staat niet meer vast.',
  given: 'Al gegeven',
  seal: 'U kunt hier niet zelf antwoorden. Deze gegevens mag niemand onderweg lezen. Daarom kan alleen het eigen systeem van uw organisatie ze geven. U kunt hier wel weigeren, iets vragen of zeggen wie dit oppakt.',
  form: {
    title: 'Uw antwoord',
    intro: 'Vul in wat u weet. Wat u leeg laat, geeft u nu niet.',
    choose: 'Niet ingevuld',
    yes: 'Ja',
    no: 'Nee',
    complete: 'Dit is alles: er komt niets meer na.',
    completeHint:
      'Zonder dit vinkje wacht de aanvraag op de rest. Zet het ook als u niets weet: de ontvanger krijgt dan geen gegevens.',
    person: 'Ik heb gekeken of dit gaat over de persoon hierboven.',
    recorded:
      'U geeft dit namens uw organisatie. Uw naam en rol staan in het logboek, uw antwoord niet: dat kan alleen de ontvanger lezen.',
    send: 'Antwoord geven',
  },
  hint: {
    lines: (count: number, length: number) => `Eén per regel. Hoogstens ${count} regels van ${length} tekens.`,
    length: (count: number) => `Hoogstens ${count} tekens. Een nieuwe regel wordt een spatie.`,
    between: (least: number, most: number) => `Een heel getal van ${least} tot en met ${most}.`,
    date: 'Jaar, maand, dag: 2026-12-31.',
    bsn: 'Negen cijfers.',
    skn: 'Zeven tot tien cijfers.',
  },
  wrong: {
    title: 'Er is nog niets gegeven. Kijk naar:',
    value: ({ nl }: Label) => `Vul in: ${nl}.`,
    person: 'Kijk eerst of dit over de juiste persoon gaat, en zet dan dit vinkje.',
    nothing: 'Vul ten minste één gegeven in, of zeg dat dit alles is.',
    changed:
      'Deze aanvraag veranderde terwijl u schreef: een collega gaf al iets, of iets mag niet meer. Wat hieronder staat, kunt u nog geven.',
    noKey: 'De ontvanger kan nu geen antwoord ontvangen: er is geen sleutel om het op slot te doen. Probeer het later.',
    words: 'Vul 3 tot 500 tekens in.',
    note: 'Vul 3 tot 500 tekens in, of laat dit leeg.',
    oneOfTwo: 'Kies een rol, of vul het nummer van een collega in. Eén van de twee.',
    number: 'Een nummer heeft hoogstens 64 tekens.',
    role: 'Kies een rol die uw organisatie heeft.',
  },
  refuse: {
    title: 'Niet antwoorden',
    ground: 'Reden van weigering',
    hint: 'De ontvanger leest dat iemand nee zei, niet waarom.',
    send: 'Weigeren',
    inPart: 'Er is al een deel gegeven. Weigeren kan niet meer: zeg bij het antwoord dat dit alles is.',
  },
  ask: {
    title: 'Iets vragen aan de ontvanger',
    text: 'Uw vraag',
    hint: 'Schrijf niets over de persoon: daar is het antwoord voor.',
    send: 'Vraag stellen',
  },
  delegate: {
    title: 'Zeggen wie dit oppakt',
    role: 'Een rol',
    noRole: 'Geen rol',
    colleague: 'Of het nummer van een collega',
    colleagueHint: 'Zoals uw organisatie haar mensen nummert.',
    note: 'Opmerking (mag leeg)',
    noteHint: 'Alleen uw eigen organisatie leest dit.',
    send: 'Vastleggen',
  },
};
