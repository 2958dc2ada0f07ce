import type { Label } from '../../core/category/catalogue.ts';
import type { Words } from './words.ts';

/** Texts of the pages at which people of a unit answer, in English. */
export const answers: Words['answers'] = {
  title: 'Answer a request',
  toAnswer: 'To answer',
  inPart: 'A part was given already.',
  done: {
    part: 'Your answer is ready for the recipient. Something is missing yet: you can give that below.',
    delegated: 'It is on record who is to answer.',
    asked: 'Your question was asked. The reply will stand on this page. The deadline goes on.',
  },
  delegatedTo: (who: string) => `This was asked of ${who}. Others may answer as well.`,
  inRole: (role: string) => `everybody in the role ${role}`,
  colleagueWith: (number: string) => `the colleague with number ${number}`,
  messages: {
    title: 'What was said about it',
    question: 'Your organisation asked',
    reply: (recipient: string) => `${recipient} wrote`,
    delegation: (who: string) => `Asked of ${who}`,
  },
  reasonGone: 'Not on record any more.',
  given: 'Given already',
  seal: 'You cannot answer here yourself. Nobody may read these data on their way. So only the system of your own organisation can give them. Here you can refuse, ask something, or say who is to take this up.',
  form: {
    title: 'Your answer',
    intro: 'Fill in what you know. What you leave empty you do not give now.',
    choose: 'Not filled in',
    yes: 'Yes',
    no: 'No',
    complete: 'This is all: nothing more follows.',
    completeHint:
      'Without this tick the request waits for the rest. Tick it as well where you know nothing: the recipient then gets no data.',
    person: 'I looked whether this is about the person above.',
    recorded:
      'You give this in the name of your organisation. Your name and role go on record, your answer does not: only the recipient can read it.',
    send: 'Give the answer',
  },
  hint: {
    lines: (count: number, length: number) => `One a line. At most ${count} lines of ${length} characters.`,
    length: (count: number) => `At most ${count} characters. A new line becomes a space.`,
    between: (least: number, most: number) => `A whole number from ${least} to ${most}.`,
    date: 'Year, month, day: 2026-12-31.',
    bsn: 'Nine digits.',
    skn: 'Seven to ten digits.',
  },
  wrong: {
    title: 'Nothing was given yet. Look at:',
    value: ({ en }: Label) => `Give ${en}.`,
    person: 'Look first whether this is about the right person, then tick this.',
    nothing: 'Fill in at least one field, or say that this is all.',
    changed:
      'This request changed while you wrote: a colleague gave something already, or something is not allowed any more. What stands below you can still give.',
    noKey: 'The recipient can receive no answer now: there is no key to seal it to. Try again later.',
    words: 'Give 3 to 500 characters.',
    note: 'Give 3 to 500 characters, or leave this empty.',
    oneOfTwo: 'Choose a role, or give the number of a colleague. One of the two.',
    number: 'A number has at most 64 characters.',
    role: 'Choose a role that your organisation has.',
  },
  refuse: {
    title: 'Not answering',
    ground: 'Reason for refusing',
    hint: 'The recipient reads that somebody said no, not why.',
    send: 'Refuse',
    inPart: 'A part was given already. You cannot refuse any more: say with the answer that this is all.',
  },
  ask: {
    title: 'Ask the recipient something',
    text: 'Your question',
    hint: 'Write nothing about the person: the answer is for that.',
    send: 'Ask',
  },
  delegate: {
    title: 'Say who takes this up',
    role: 'A role',
    noRole: 'No role',
    colleague: 'Or the number of a colleague',
    colleagueHint: 'As your organisation numbers its people.',
    note: 'Note (may be empty)',
    noteHint: 'Only your own organisation reads this.',
    send: 'Put on record',
  },
};
