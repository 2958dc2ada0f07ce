import type { Words } from './words.ts';

export const destruction: Words['destruction'] = {
  tab: 'Destruction',
  title: 'Destruction',
  intro:
    'Whoever got data may not keep it for ever. Here is what must still go, and what is gone. The recipient itself reports that something was destroyed.',
  overdue: (count) => (count === 1 ? '1 destruction is overdue' : `${count} destructions are overdue`),
  noFigures: 'Nothing was disclosed yet.',
  list: 'Disclosures',
  stateOf: {
    overdue: 'Overdue',
    dated: 'Date known',
    open: 'Not begun yet',
    undated: 'No date known',
    destroyed: 'Destroyed',
  },
  given: 'Disclosed on',
  keep: 'Keep',
  destroyBy: 'Destroyed by',
  notBegun: 'That period has not begun yet. That is why there is no date.',
  notBegunHere: 'What your organisation knows does not say that this period has begun. The recipient is told.',
  unknown: 'The gateway knows no date. The recipient must determine it itself.',
  destroyedAt: 'Reported destroyed on',
  how: 'How',
  howOf: { erased: 'erased', shredded: 'shredded', returned: 'returned to the source' },
  howUnsaid: 'not said',
  tooLate: 'after the date',
};
