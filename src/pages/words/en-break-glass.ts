import type { Words } from './words.ts';

/** Texts of the pages of emergency access in English. */
export const breakGlass: Words['breakGlass'] = {
  tab: 'Emergency access',
  title: 'Emergency access',
  intro:
    'Where life is in danger an organisation may get data about somebody who cannot speak. Within an hour a second person must stand behind it. Afterwards somebody who stands apart reviews whether it was justified.',
  waiting: (count) =>
    count === 1 ? '1 emergency access is not reviewed' : `${count} emergency accesses are not reviewed`,
  none: 'There has been no emergency access.',
  open: 'To be reviewed',
  overdue: 'Review is late',
  stateOf: {
    'gave-nothing': 'Nothing was given',
    'awaiting-second-person': 'Not confirmed yet',
    confirmed: 'Confirmed',
    revoked: 'Revoked',
    expired: 'Over',
  },
  verdictOf: { justified: 'Justified', unjustified: 'Not justified', unclear: 'Unclear' },
  story: 'What happened',
  state: 'State',
  fields: 'Data',
  noFields: 'None: the source gave nothing.',
  openedAt: 'Asked on',
  askedBy: 'Asked by somebody in the role',
  second: 'Second person',
  secondBy: (role, at) => `${role}, on ${at}`,
  secondNone: (before) => `nobody; it had to be before ${before}`,
  secondWaits: (before) => `nobody yet; it must be before ${before}`,
  until: 'Valid until',
  revokedAt: 'Revoked on',
  reviewBefore: 'Review before',
  review: 'Review',
  reviewNone: 'not yet',
  destroyed: 'Destruction reported on',
  ground: 'Why it was needed',
  incapacity: 'Why the person could not speak',
  unableOf: { physical: 'physically unable', legal: 'legally unable' },
  gone: 'This was erased or cannot be read.',
  entries: 'In the ledger',
  judge: 'Review this',
  judgeIntro:
    'Was there danger to life or health? Was the person really unable to speak? Was no more asked than needed? Not justified counts as a data breach: officers of both parties then get an alert. If it is unclear, the review stays open.',
  judgeNotYours:
    'An officer of the gateway reviews this. Who works for one of the parties does not review what that party itself did or gave.',
  verdict: 'Verdict',
  choose: 'Choose a verdict',
  words: 'On what does that verdict rest?',
  save: 'Put on record',
  invalid: 'Choose a verdict, and write in 10 to 1000 characters on what it rests.',
  already: 'Somebody else has reviewed this meanwhile. Look first at what stands here now.',
  goneTitle: 'There is no such emergency access',
  goneText: 'There is no emergency access with this number, or it is not of your organisation.',
  me: {
    title: 'Emergency access',
    why: 'Your life or health was in danger, and you could not speak for yourself. That is why you were not asked.',
    second: 'A second worker said that it was needed.',
    noSecond: 'There is no second worker yet who says that it was needed.',
    revoked:
      'No second worker said in time that it was needed. That is why this was revoked. What was given must be destroyed.',
    notReviewed: 'Somebody who stands apart still looks at whether it was justified.',
    verdictOf: {
      justified: 'Somebody who stands apart has looked at it: it was justified.',
      unjustified:
        'Somebody who stands apart has looked at it: it was not justified. You can file a complaint about it.',
      unclear: 'Somebody who stands apart has looked at it. It is not clear yet whether it was justified.',
    },
  },
  back: 'Back to emergency access',
};
