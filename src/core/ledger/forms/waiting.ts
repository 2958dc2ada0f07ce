import { z } from 'zod';
import { betweenParties, type EntryVersions, entryForm, stored } from './entry-form.ts';
import { body, uuid, word, words } from './members.ts';

/** What becomes of a request while it waits for people. */

const parties = { ...betweenParties, policySet: 'always' } as const;

/** What it rested on is gone. Why is its source's to know: to its recipient it must tell no more than any other end. */
export const requestStopped: EntryVersions = [
  entryForm(body({ request: uuid }), { subject: stored('subject'), because: stored('source') }, parties),
];

/** Its deadline passed in this state. */
export const requestExpired: EntryVersions = [
  entryForm(body({ request: uuid, state: word }), { subject: stored('subject') }, parties),
];

/** Whom it waits for was reminded, or told to turn to people in these roles. */
export const requestReminded: EntryVersions = [
  entryForm(
    z.discriminatedUnion('step', [
      body({ request: uuid, step: z.literal('reminder') }),
      body({ request: uuid, step: z.literal('escalation'), roles: words.min(1) }),
    ]),
    { subject: stored('subject') },
    parties,
  ),
];
