/** Of een correctie iedereen bereikt die de gegevens kreeg. */
export const corrections = {
  tab: 'Correcties',
  title: 'Correcties',
  intro:
    'Een bron heeft gegevens verbeterd, gewist of beperkt. Iedereen die ze kreeg, moet melden wat daarmee is gedaan. Hier staat wie dat nog moet doen, en wie het deed.',
  overdue: (count: number) => (count === 1 ? '1 correctie is te laat' : `${count} correcties zijn te laat`),
  noFigures: 'Er is nog niets gecorrigeerd van wat is verstrekt.',
  list: 'Correcties',
  stateOf: { overdue: 'Te laat', open: 'Nog te bevestigen', confirmed: 'Bevestigd' },
  kindOf: {
    rectified: 'Verbeterd',
    erased: 'Gewist',
    restricted: 'Beperkt',
    'restriction-lifted': 'Beperking opgeheven',
  },
  fields: 'Gegevens',
  madeAt: 'Gemeld op',
  dueAt: 'Bevestigd uiterlijk op',
  confirmedAt: 'Bevestigd op',
  how: 'Wat is gedaan',
  howOf: {
    corrected: 'verbeterd',
    erased: 'gewist',
    restricted: 'beperkt',
    lifted: 'beperking opgeheven',
    'not-held': 'de ontvanger heeft de gegevens niet meer',
  },
  tooLate: 'na de datum',
  onward: 'Verder gegeven',
  onwardAsked: 'De ontvanger gaf de gegevens verder en heeft dit nog niet doorgegeven.',
  onwardMade: (count: number) =>
    count === 1 ? 'De ontvanger heeft dit doorgegeven.' : `De ontvanger heeft dit ${count} keer doorgegeven.`,
  passesOn: 'Dit geeft een andere correctie door.',
};
