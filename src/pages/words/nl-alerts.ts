/** Texts of the alerts page in Dutch. Each kind: what happened, and what to do about it. */
export const alerts = {
  title: 'Meldingen',
  tab: 'Meldingen',
  intro: 'Hier staat wat een functionaris moet bekijken. In een melding staat nooit iets over één persoon.',
  waiting: (count: number) => (count === 1 ? '1 melding wacht' : `${count} meldingen wachten`),
  none: 'Er zijn geen meldingen.',
  open: 'Nog niet gezien',
  seen: 'Gezien',
  see: 'Ik heb dit gezien',
  seeWhich: (title: string, at: string) => `${title}, ${at}`,
  seenAt: 'Gezien op',
  at: 'Sinds',
  about: 'Gaat over',
  gateway: 'De gateway zelf',
  kinds: {
    'subject-sweep': {
      title: 'Er is naar te veel personen gevraagd',
      todo: 'Vraag de organisatie waarom er in één uur naar zo veel verschillende personen is gevraagd. Verder vragen is tot het einde van dat uur geblokkeerd.',
    },
    'refusals-in-a-row': {
      title: 'Te vaak achter elkaar geweigerd',
      todo: 'Bekijk de weigeringen van deze organisatie. Vraag haar wat zij zocht. Verder vragen is telkens vijf minuten geblokkeerd.',
    },
    'certificate-expires': {
      title: 'Een certificaat verloopt',
      todo: 'Zorg dat het op tijd wordt vervangen. Daarna komt de organisatie er niet meer in.',
    },
    'revocation-list-ages': {
      title: 'Een lijst van ingetrokken certificaten raakt verouderd',
      todo: 'Laat de beheerder een nieuwe lijst ophalen. Is de lijst verlopen, dan komt niemand er meer in.',
    },
    'revocation-list-unusable': {
      title: 'Een lijst van ingetrokken certificaten is onbruikbaar',
      todo: 'Laat de beheerder uitzoeken wat er met de lijst is. Tot dan geldt de vorige lijst.',
    },
    'approver-changed': {
      title: 'Wie mag goedkeuren, is veranderd',
      todo: 'Ga na of u dit wist. Wie de database beheert, kan dit alleen doen. In het logboek staat om welke sleutel het gaat.',
    },
    'key-expires': {
      title: 'Een sleutel van de gateway is aan vervanging toe',
      todo: 'Laat de beheerder de sleutel vervangen.',
    },
  },
  detailOf: {
    who: 'Wie',
    most: 'Grens',
    days: 'Dagen',
    key: 'Sleutel',
    since: 'In gebruik sinds',
    until: 'Tot',
    use: 'Waarvoor',
  },
  whoOf: { unit: 'de organisatie als geheel', user: 'één gebruiker van de organisatie' },
};
