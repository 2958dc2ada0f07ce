import { z } from 'zod';
import { betweenParties, type EntryVersions, entryForm, fleeting, maybeStored, stored } from './entry-form.ts';
import { body, uuid, words } from './members.ts';

/** What people of a source do with what they are asked, and its recipient with what they answered. */

const parties = { ...betweenParties, policySet: 'always' } as const;

/** Stands beside the permit of a request that waits for people. */
export const sourceAsked: EntryVersions = [entryForm(body({ request: uuid }), { subject: stored('subject') }, parties)];

/** `answer` is the digest of the answer as it was sealed: whoever gave it can show which it was. */
export const sourceAnswered: EntryVersions = [
  entryForm(
    body({ request: uuid, fields: words, step: z.enum(['part', 'last']) }),
    { subject: stored('subject'), answerer: stored('source'), answer: fleeting('source') },
    parties,
  ),
];

export const sourceDeclined: EntryVersions = [
  entryForm(
    body({ request: uuid }),
    { subject: stored('subject'), decliner: stored('source'), ground: stored('source') },
    parties,
  ),
];

/** What was answered in part by the deadline is all that there will be. */
export const answerClosed: EntryVersions = [
  entryForm(body({ request: uuid }), { subject: stored('subject') }, parties),
];

/** The source asked something back, or got a reply. */
export const requestQuestioned: EntryVersions = [
  entryForm(
    body({ request: uuid, step: z.enum(['question', 'reply']) }),
    {
      subject: stored('subject'),
      text: stored('source', 'recipient'),
      questioner: maybeStored('source'),
      replier: maybeStored('recipient'),
    },
    parties,
  ),
];

/** Who of the source is to answer is nobody else's. */
export const requestDelegated: EntryVersions = [
  entryForm(
    body({ request: uuid }),
    {
      subject: stored('subject'),
      delegator: stored('source'),
      delegate: stored('source'),
      note: maybeStored('source'),
    },
    parties,
  ),
];

/** Somebody of the recipient got the answer: not the one for whom it was asked, nor who accepted it, nor who got it before. */
export const answerTaken: EntryVersions = [
  entryForm(body({ request: uuid }), { subject: stored('subject'), taker: stored('recipient') }, parties),
];

/** The recipient has what it collected. */
export const collectionConfirmed: EntryVersions = [
  entryForm(body({ request: uuid }), { subject: stored('subject'), collector: stored('recipient') }, parties),
];

/** Stands beside the permit of what a source offers of its own accord. `answer` is the digest of it as it was sealed. */
export const sourceOffered: EntryVersions = [
  entryForm(
    body({ request: uuid, fields: words }),
    {
      subject: stored('subject'),
      offerer: stored('source'),
      /** Why, in the words of whoever offers. */
      ground: stored('source', 'recipient'),
      /** The source's own reference of the case. */
      file: stored('source'),
      answer: fleeting('source'),
    },
    parties,
  ),
];

/** Somebody at the recipient took what was offered. */
export const offerAccepted: EntryVersions = [
  entryForm(body({ request: uuid }), { subject: stored('subject'), accepter: stored('recipient') }, parties),
];

export const offerDeclined: EntryVersions = [
  entryForm(
    body({ request: uuid }),
    { subject: stored('subject'), decliner: stored('recipient'), ground: stored('recipient') },
    parties,
  ),
];
