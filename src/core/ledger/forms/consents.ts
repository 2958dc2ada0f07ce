import { z } from 'zod';
import { aboutNobody, betweenParties, type EntryVersions, entryForm, maybeStored, stored } from './entry-form.ts';
import { body, count, instant, uuid, words } from './members.ts';

/** What a person was asked, said and took back, and who may say it for them. */

const decider = z.enum(['subject', 'representative']);
const subject = { subject: stored('subject') };
const asked = {
  consent: uuid,
  /** Entries of before there were waivers have none. */
  consentKind: z.enum(['consent', 'waiver']).optional(),
  categories: words,
  noticeVersion: count,
};

export const consentRequested: EntryVersions = [entryForm(body(asked), subject, betweenParties)];

/** `by`: left out where a party passed on what the person said. */
const moved = body({ ...asked, by: decider.optional() });
export const consentMoved: EntryVersions = [entryForm(moved, subject, betweenParties)];

/** The end of its validity came. `until` is that moment. */
export const consentExpired: EntryVersions = [
  entryForm(
    body({ ...asked, consentKind: z.enum(['consent', 'waiver']), was: z.enum(['given', 'requested']), until: instant }),
    subject,
    betweenParties,
  ),
];

/** The person lifts the secrecy that somebody owes them; whoever owes it may still refuse. @law BW 7:457(1), (3) */
const waived = body({ waiver: uuid, secrecy: z.string().min(1).max(64), categories: words, by: decider });
export const waiverGiven: EntryVersions = [
  entryForm(
    body({
      waiver: uuid,
      secrecy: z.string().min(1).max(64),
      categories: words,
      noticeVersion: count,
      until: instant,
      by: decider,
    }),
    subject,
    betweenParties,
  ),
];
export const waiverWithdrawn: EntryVersions = [entryForm(waived, subject, betweenParties)];

/** `ground` is in the words of whoever let the representative in, and may name others. */
export const representativeAdmitted: EntryVersions = [
  entryForm(body({}), { subject: stored('subject'), representative: stored('subject'), ground: stored() }, aboutNobody),
];

/**
 * The person objects to what rests on a public task or a legitimate interest, and what came of it.
 * @law AVG 21
 */
export const objection: EntryVersions = [
  entryForm(
    body({ objection: uuid, step: z.enum(['made', 'upheld', 'dismissed']), by: decider.optional() }),
    { subject: stored('subject'), statement: maybeStored('subject'), decider: maybeStored(), ground: maybeStored() },
    { source: 'always' },
  ),
];
