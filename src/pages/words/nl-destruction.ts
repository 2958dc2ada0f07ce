/** Of wie gegevens kreeg ze op tijd vernietigt. */
export const destruction = {
  tab: 'Vernietiging',
  title: 'Vernietiging',
  intro:
    'Wie gegevens kreeg, mag ze niet voor altijd bewaren. Hier staat wat er nog weg moet, en wat er al weg is. De ontvanger meldt zelf dat iets is vernietigd.',
  overdue: (count: number) => (count === 1 ? '1 vernietiging is te laat' : `${count} vernietigingen zijn te laat`),
  noFigures: 'Er is nog niets verstrekt.',
  list: 'Verstrekkingen',
  stateOf: {
    overdue: 'Te laat',
    dated: 'Datum bekend',
    open: 'Nog niet begonnen',
    undated: 'Geen datum bekend',
    destroyed: 'Vernietigd',
  },
  given: 'Verstrekt op',
  keep: 'Bewaren',
  destroyBy: 'Vernietigd uiterlijk op',
  notBegun: 'Die tijd is nog niet begonnen. Daarom is er nog geen datum.',
  notBegunHere: 'Wat uw organisatie weet, zegt niet dat die tijd is begonnen. De ontvanger hoort het wel.',
  unknown: 'De gateway kent geen datum. De ontvanger moet die zelf bepalen.',
  destroyedAt: 'Vernietigd gemeld op',
  how: 'Hoe',
  howOf: { erased: 'gewist', shredded: 'versnipperd', returned: 'teruggegeven aan de bron' },
  howUnsaid: 'niet gezegd',
  tooLate: 'na de datum',
};
