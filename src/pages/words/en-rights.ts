import type { Words } from './words.ts';

export const rights: Words['rights'] = {
  title: 'What I asked',
  tab: 'My requests',
  intro: 'Here you see what you asked about your data, and what came of it.',
  none: 'You have asked nothing yet. Is something wrong? Then choose ‘This is not right’ under ‘Shared’.',
  notRight: 'This is not right',
  ask: 'This is not right',
  askIntro: 'Write down what is not right. The organisation that gave it looks at it.',
  field: 'Which data is it about?',
  statement: 'What is not right?',
  wish: 'What do you want?',
  wishOf: {
    correct: 'Correct it.',
    erase: 'Throw it away.',
    restrict: 'Do not use it until it has been looked into.',
    object: 'I do not want this to be shared.',
  },
  goesTo: 'What you write goes to the organisation that gave it. Whoever got it does not read this.',
  send: 'Send',
  madeAt: 'Asked on',
  dueAt: 'Answer by',
  decidedAt: 'Decided on',
  stateOf: { open: 'Being looked at', upheld: 'You are right', dismissed: 'Dismissed' },
  textOf: {
    open: 'The organisation looks at it.',
    dismissed:
      'The organisation changes nothing. Do you not agree? Then you can complain to the Dutch Data Protection Authority. You can also go to court.',
  },
  why: 'Why, in the words of the organisation (in Dutch)',
  whyErased: 'The explanation is not kept any more. You can ask the organisation why.',
  upheldOf: {
    correct: 'The organisation must still correct it. After that whoever got it hears so too.',
    erase: 'The organisation must still throw it away. After that whoever got it hears so too.',
    restrict: 'The organisation must still stop sharing it. After that whoever got it hears so too.',
    object: 'The organisation must still stop sharing it. After that whoever got it hears so too.',
  },
  carriedOutAt: 'Done on',
  carriedOutAs: {
    rectified: 'The organisation corrected it. Whoever got it is told.',
    erased: 'The organisation threw it away. Whoever got it is told.',
    restricted: 'The sharing of this stopped on that day. Whoever got it is told.',
  },
  unsentOf: {
    'statement-length': 'This is not sent yet. Write what is not right, in 3 to 1000 characters.',
    'open-already':
      'You have asked this already. The organisation is still looking at it. That is why what is below was not sent.',
    'may-not-object':
      'This was not sent. The law gives you no right to object to this data. Did you give consent? You can stop that. Or choose something else below.',
  },
  late: 'The organisation is late. You can complain to the Dutch Data Protection Authority.',
  officer: {
    tab: 'Requests',
    title: 'Requests of persons',
    list: 'Requests',
    intro:
      'A person finds that data is not right, or must not be there. The source decides, and carries out what it upholds, within the time that the law gives.',
    overdue: (count) => (count === 1 ? '1 request is overdue' : `${count} requests are overdue`),
    stateOf: { overdue: 'Overdue', open: 'To do', decided: 'Done' },
    left: 'Still to do',
    leftOf: { decide: 'decide', 'carry-out': 'carry out what was upheld' },
    outcomeOf: { upheld: 'upheld', dismissed: 'dismissed' },
    carriedOutAt: 'Carried out on',
    field: 'Data',
    wish: 'Wish',
    wishOf: { correct: 'correct', erase: 'erase', restrict: 'restrict', object: 'objection' },
    remindedAt: 'Source reminded on',
    outcome: 'Outcome',
  },
};
