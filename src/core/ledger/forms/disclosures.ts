import { z } from 'zod';
import { destructionWays } from '../../duty/destruction-ways.ts';
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

/** The same with how, and for the recipient by whom. */
export const destructionReported: EntryVersions = [
  entryForm(
    body({ request: uuid, how: z.enum(destructionWays) }),
    { subject: stored('subject'), reporter: stored('recipient') },
    parties,
  ),
];

/**
 * By when the recipient must have destroyed it, as it was set, moved or taken away, and that it was reminded. The source
 * need not know of what the date is reckoned from.
 */
export const destructionFollowed: EntryVersions = [
  entryForm(
    body({ request: uuid, step: z.enum(['dated', 'undated', 'reminder', 'due']) }),
    { subject: stored('subject'), deleteBy: maybeStored('recipient') },
    parties,
  ),
];

/** A unit was told that there is something to ask for, or no longer; of nobody and nothing by name. */
export const notice: EntryVersions = [
  entryForm(
    body({ notice: uuid, phase: z.enum(['started', 'ended']), fields: words }),
    { subject: stored('subject') },
    parties,
  ),
];
