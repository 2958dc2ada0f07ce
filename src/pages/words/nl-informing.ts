/** Wat de betrokkene later te zien krijgt. */
export const informing = {
  tab: 'Later verteld',
  title: 'Later verteld',
  intro:
    'Sommige verstrekkingen ziet de betrokkene pas later. Hier staat welke dat zijn, waarom, wie dat besloot en tot wanneer. Is die dag voorbij, dan ziet de betrokkene het vanzelf.',
  list: 'Verstrekkingen',
  stateOf: { hidden: 'Nog niet te zien', over: 'Uitstel voorbij' },
  given: 'Verstrekt op',
  until: 'Te zien vanaf',
  since: 'Te zien sinds',
  remindedAt: 'Bron herinnerd op',
  ground: 'Grond',
  byRule: 'Zo staat het in de regel',
  decider: 'Besloten door',
  decidedAt: 'Besloten op',
  times: 'Aantal besluiten',
  reason: 'Uitleg aan de betrokkene',
  reasonOf: {
    told: 'De betrokkene leest waarom het later is.',
    withheld: 'De betrokkene leest niet waarom het later is.',
  },
};
