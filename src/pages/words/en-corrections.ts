import type { Words } from './words.ts';

export const corrections: Words['corrections'] = {
  tab: 'Corrections',
  title: 'Corrections',
  intro:
    'A source corrected, erased or restricted data. Everybody who got them must say what was done about it. Here is who still has to, and who did.',
  overdue: (count) => (count === 1 ? '1 correction is overdue' : `${count} corrections are overdue`),
  noFigures: 'Nothing that was disclosed has been corrected yet.',
  list: 'Corrections',
  stateOf: { overdue: 'Overdue', open: 'To be confirmed', confirmed: 'Confirmed' },
  kindOf: {
    rectified: 'Corrected',
    erased: 'Erased',
    restricted: 'Restricted',
    'restriction-lifted': 'Restriction lifted',
  },
  fields: 'Data',
  madeAt: 'Reported on',
  dueAt: 'To be confirmed by',
  confirmedAt: 'Confirmed on',
  how: 'What was done',
  howOf: {
    corrected: 'corrected',
    erased: 'erased',
    restricted: 'restricted',
    lifted: 'restriction lifted',
    'not-held': 'the recipient has the data no more',
  },
  tooLate: 'after the date',
  onward: 'Given on',
  onwardAsked: 'The recipient gave the data on and has not passed this on yet.',
  onwardMade: (count) =>
    count === 1 ? 'The recipient has passed this on.' : `The recipient has passed this on ${count} times.`,
  passesOn: 'This passes on another correction.',
};
