import { z } from 'zod';
import { betweenParties, type EntryVersions, entryForm, maybeStored, stored } from './entry-form.ts';
import { body, bodyOf, instant, uuid, words } from './members.ts';

/** What was given where life or limb was at stake, and how it was answered for. */

const parties = { ...betweenParties, policySet: 'always' } as const;
const reviewed = { subject: stored('subject'), reviewer: stored(), ground: stored() };
const reviewedBetween = { source: 'always', recipient: 'always' } as const;

/**
 * Access for somebody's life or limb who cannot be asked: few fields, for a short time, looked at afterwards.
 * @law AVG 6(1)(d), 9(2)(c); UAVG 22(2)(b)
 */
export const breakGlass: EntryVersions = [
  entryForm(
    body({ request: uuid, fields: words.min(1), until: instant, reviewBefore: instant }),
    {
      subject: stored('subject'),
      reference: stored('recipient', 'subject'),
      justification: stored('recipient'),
      /** Why the person cannot consent. */
      incapacity: stored('recipient'),
      user: stored('recipient'),
      caseReference: maybeStored('recipient'),
    },
    parties,
  ),
];

/** A second person of the recipient stood behind it. */
export const breakGlassConfirmed: EntryVersions = [
  entryForm(body({ request: uuid }), { subject: stored('subject'), user: stored('recipient') }, parties),
];

/** Nobody did in time: what it gave must be destroyed. */
export const breakGlassRevoked: EntryVersions = [
  entryForm(body({ request: uuid }), { subject: stored('subject') }, parties),
];

/** Somebody independent looked afterwards at an entry, such as a break-glass. Version 2 is of a break-glass alone, and may say that it is unclear. */
export const review: EntryVersions = [
  entryForm(
    body({ request: uuid.optional(), entry: uuid, outcome: z.enum(['justified', 'unjustified']) }),
    reviewed,
    reviewedBetween,
  ),
  entryForm(
    bodyOf(2, { request: uuid, outcome: z.enum(['justified', 'unjustified', 'unclear']) }),
    reviewed,
    reviewedBetween,
  ),
];
