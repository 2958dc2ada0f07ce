/** Wat de betrokkene vraagt als iets niet klopt, en wat ervan werd. */
export const rights = {
  title: 'Wat ik heb gevraagd',
  tab: 'Mijn verzoeken',
  intro: 'Hier ziet u wat u vroeg over uw gegevens, en wat ervan is geworden.',
  none: 'U heeft nog niets gevraagd. Klopt er iets niet? Kies dan bij ‘Gedeeld’ voor ‘Dit klopt niet’.',
  notRight: 'Dit klopt niet',
  ask: 'Dit klopt niet',
  askIntro: 'Schrijf op wat er niet klopt. De organisatie die het gaf, kijkt ernaar.',
  field: 'Om welk gegeven gaat het?',
  statement: 'Wat klopt er niet?',
  wish: 'Wat wilt u?',
  wishOf: {
    correct: 'Verbeter het.',
    erase: 'Gooi het weg.',
    restrict: 'Gebruik het niet zolang het niet is uitgezocht.',
    object: 'Ik wil niet dat dit wordt gedeeld.',
  },
  goesTo: 'Wat u schrijft, gaat naar de organisatie die het gaf. Wie het kreeg, leest dit niet.',
  send: 'Verstuur',
  madeAt: 'Gevraagd op',
  dueAt: 'Antwoord uiterlijk op',
  decidedAt: 'Besloten op',
  stateOf: { open: 'Wordt bekeken', upheld: 'U krijgt gelijk', dismissed: 'Afgewezen' },
  textOf: {
    open: 'De organisatie kijkt ernaar.',
    dismissed:
      'De organisatie past niets aan. Bent u het daar niet mee eens? Dan kunt u een klacht indienen bij de Autoriteit Persoonsgegevens. U kunt ook naar de rechter gaan.',
  },
  why: 'Waarom, in de woorden van de organisatie',
  whyErased: 'De uitleg wordt niet meer bewaard. U kunt de organisatie vragen waarom.',
  // Zolang de organisatie het nog niet heeft gedaan.
  upheldOf: {
    correct: 'De organisatie moet het nog verbeteren. Daarna hoort wie het kreeg dat ook.',
    erase: 'De organisatie moet het nog weggooien. Daarna hoort wie het kreeg dat ook.',
    restrict: 'De organisatie moet nog stoppen met delen. Daarna hoort wie het kreeg dat ook.',
    object: 'De organisatie moet nog stoppen met delen. Daarna hoort wie het kreeg dat ook.',
  },
  carriedOutAt: 'Gedaan op',
  carriedOutAs: {
    rectified: 'De organisatie heeft het verbeterd. Wie het kreeg, krijgt daarvan bericht.',
    erased: 'De organisatie heeft het weggegooid. Wie het kreeg, krijgt daarvan bericht.',
    restricted: 'Het delen hiervan is op deze dag gestopt. Wie het kreeg, krijgt daarvan bericht.',
  },
  unsentOf: {
    'statement-length': 'Dit is nog niet verstuurd. Schrijf op wat er niet klopt, in 3 tot 1000 tekens.',
    'open-already':
      'Dit heeft u al gevraagd. De organisatie kijkt er nog naar. Wat hieronder staat, is daarom niet verstuurd.',
    'may-not-object':
      'Dit is niet verstuurd. De wet geeft u geen recht van bezwaar bij dit gegeven. Gaf u toestemming? Die kunt u wel stoppen. Of kies hieronder iets anders.',
  },
  late: 'De organisatie is te laat. U kunt een klacht indienen bij de Autoriteit Persoonsgegevens.',
  officer: {
    tab: 'Verzoeken',
    title: 'Verzoeken van betrokkenen',
    list: 'Verzoeken',
    intro:
      'Een betrokkene vindt dat een gegeven niet klopt, of er niet mag zijn. De bron beslist, en voert uit wat zij toewijst, binnen de tijd die de wet geeft.',
    overdue: (count: number) => (count === 1 ? '1 verzoek is te laat' : `${count} verzoeken zijn te laat`),
    stateOf: { overdue: 'Te laat', open: 'Te doen', decided: 'Klaar' },
    left: 'Nog te doen',
    leftOf: { decide: 'beslissen', 'carry-out': 'uitvoeren wat is toegewezen' },
    outcomeOf: { upheld: 'toegewezen', dismissed: 'afgewezen' },
    carriedOutAt: 'Uitgevoerd op',
    field: 'Gegeven',
    wish: 'Wens',
    wishOf: { correct: 'verbeteren', erase: 'wissen', restrict: 'beperken', object: 'bezwaar' },
    remindedAt: 'Bron herinnerd op',
    outcome: 'Uitkomst',
  },
};
