import type { Words } from './words.ts';

export const alerts: Words['alerts'] = {
  title: 'Alerts',
  tab: 'Alerts',
  intro: 'What an officer must look at. An alert never holds anything about one person.',
  waiting: (count) => (count === 1 ? '1 alert waits' : `${count} alerts wait`),
  none: 'There are no alerts.',
  open: 'Not seen yet',
  seen: 'Seen',
  see: 'I have seen this',
  seeWhich: (title, at) => `${title}, ${at}`,
  seenAt: 'Seen on',
  at: 'Since',
  about: 'Is about',
  gateway: 'The gateway itself',
  kinds: {
    'subject-sweep': {
      title: 'Too many persons were asked about',
      todo: 'Ask the organisation why it asked about so many different persons within one hour. Until the end of that hour it can ask about no more.',
    },
    'refusals-in-a-row': {
      title: 'Refused too often in a row',
      todo: 'Look at the refusals of this organisation. Ask it what it was looking for. It is blocked for five minutes each time.',
    },
    'certificate-expires': {
      title: 'A certificate expires',
      todo: 'See to it that it is replaced in time. After that the organisation cannot come in any more.',
    },
    'revocation-list-ages': {
      title: 'A list of revoked certificates grows old',
      todo: 'Have the operator fetch a new list. Once it has expired, nobody can come in any more.',
    },
    'revocation-list-unusable': {
      title: 'A list of revoked certificates cannot be used',
      todo: 'Have the operator find out what is wrong with it. Until then the last list stays in force.',
    },
    'approver-changed': {
      title: 'Who may approve has changed',
      todo: 'Check whether you knew of this. Whoever owns the database can do it alone. The record tells which key it was.',
    },
    'key-expires': {
      title: 'A key of the gateway is due to be replaced',
      todo: 'Have the operator replace the key.',
    },
  },
  detailOf: { who: 'Who', most: 'Limit', days: 'Days', key: 'Key', since: 'In use since', until: 'Until', use: 'For' },
  whoOf: { unit: 'the organisation as a whole', user: 'one user of the organisation' },
};
