import { z } from 'zod';
import { betweenParties, type EntryVersions, entryForm, fleeting, maybeStored, stored } from './entry-form.ts';
import { body, uuid, word, words } from './members.ts';

/** What left, what did not, what was told of itself, and what the recipient destroyed. */

const parties = { ...betweenParties, policySet: 'always' } as const;

/** `payload` is the digest of the answer: whoever has the answer can show that it was this one. */
export const disclosure: EntryVersions = [
  entryForm(
    body({ request: uuid, fields: words, form: z.enum(['clear', 'sealed']) }),
    { subject: stored('subject'), payload: fleeting('recipient') },
    parties,
  ),
];

/** A source was asked and nothing was given. */
export const failedAttempt: EntryVersions = [
  entryForm(body({ request: uuid, code: word }), { subject: stored('subject') }, parties),
];

/** Kept for entries without a person: only what was disclosed can be destroyed. */
export const destructionConfirmed: EntryVersions = [
  entryForm(body({ request: uuid }), { subject: maybeStored('subject') }, parties),
];

/** A unit was told that there is something to ask for, or no longer; of nobody and nothing by name. */
export const notice: EntryVersions = [
  entryForm(
    body({ notice: uuid, phase: z.enum(['started', 'ended']), fields: words }),
    { subject: stored('subject') },
    parties,
  ),
];
