import { z } from 'zod';
import { destructionWays } from '../../duty/destruction-ways.ts';
import { betweenParties, type EntryVersions, entryForm, fleeting, maybeStored, stored } from './entry-form.ts';
import { body, bodyOf, digest, instant, uuid, word, words } from './members.ts';

/** What left, what did not, what was told of itself, and what the recipient destroyed. */

const parties = { ...betweenParties, policySet: 'always' } as const;

const given = { subject: stored('subject'), payload: fleeting('recipient') };

/**
 * `payload` is the digest of the answer: whoever has the answer can show that it was this one. What its source sealed
 * names its permits; `fields` are then those that may be in it.
 */
export const disclosure: EntryVersions = [
  entryForm(body({ request: uuid, fields: words, form: z.enum(['clear', 'sealed']) }), given, parties),
  entryForm(
    bodyOf(2, {
      request: uuid,
      fields: words,
      form: z.enum(['clear', 'sealed', 'sealed-by-source']),
      permits: z.array(digest).min(1).optional(),
    }),
    given,
    parties,
  ),
];

/** The recipient found more in what it got than was permitted. */
export const excessReported: EntryVersions = [
  entryForm(
    body({ request: uuid, fields: words.min(1) }),
    { subject: stored('subject'), reporter: stored('recipient') },
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

/** The source decided that the person is told later. `reason`: whether they read why, once they see it. */
export const informingDelayed: EntryVersions = [
  entryForm(
    body({ request: uuid, ground: word, reviewAt: instant, reason: z.enum(['told', 'withheld']) }),
    { subject: stored('subject'), author: stored('source') },
    parties,
  ),
];

/** Its source was told before the person sees it (`reminder`), or from then on (`due`). */
export const informingFollowed: EntryVersions = [
  entryForm(body({ request: uuid, step: z.enum(['reminder', 'due']) }), { subject: stored('subject') }, parties),
];

/** A unit was told that there is something to ask for, or no longer; of nobody and nothing by name. */
export const notice: EntryVersions = [
  entryForm(
    body({ notice: uuid, phase: z.enum(['started', 'ended']), fields: words }),
    { subject: stored('subject') },
    parties,
  ),
];
