import { z } from 'zod';
import { aboutNobody, type EntryVersions, entryForm, type Named, stored } from './entry-form.ts';
import { body, uuid, word, words } from './members.ts';

/** Dated facts, claims of involvement, and the moments that follow from them. */

/** `source` is who took the step, `recipient` the unit that the fact is about. */
const step: Named = { purpose: 'never', source: 'always', policySet: 'always' };
const fact = { fact: uuid, type: word };
/**
 * A statement is opened for the unit that made it. Where another unit takes the step, it may not know what was
 * stated; and some facts are not yet the person's to know.
 */
const own = { subject: stored('subject'), statement: stored('source') };
const anothers = { subject: stored('subject'), statement: stored() };

/** `corrects`: the fact that it stands in the place of. */
export const factAttested: EntryVersions = [entryForm(body({ ...fact, corrects: uuid.optional() }), own, step)];
export const factConfirmed: EntryVersions = [entryForm(body(fact), own, step)];
/** `by`: the fact that it gave way to. */
export const factEnded: EntryVersions = [entryForm(body({ ...fact, by: uuid.optional() }), anothers, step)];
export const factCorrected: EntryVersions = [entryForm(body({ ...fact, by: uuid }), anothers, step)];
/** `by`: the unit that says that it is not so. */
export const factDisputed: EntryVersions = [
  entryForm(body({ ...fact, by: word }), { ...anothers, ground: stored('source') }, step),
];

/** `source` is who attests, `recipient` who claims: also where nobody knows the person. */
const claim: Named = { purpose: 'never', source: 'always', recipient: 'always', policySet: 'always' };
const claimed = body({ claim: uuid, role: word });
export const involvementClaimed: EntryVersions = [
  entryForm(
    claimed,
    {
      subject: stored('subject'),
      reference: stored('recipient', 'subject'),
      justification: stored('recipient'),
      user: stored('recipient'),
    },
    claim,
  ),
];
export const involvementConfirmed: EntryVersions = [entryForm(claimed, { subject: stored('subject') }, claim)];
export const involvementRejected: EntryVersions = [
  entryForm(claimed, { subject: stored('subject'), ground: stored('source') }, claim),
];

const moment = { timer: uuid, word, told: words };
const about = { subject: stored('subject'), fact: stored() };
export const timerFired: EntryVersions = [
  entryForm(body({ ...moment, kind: z.enum(['reminder', 'due']) }), about, aboutNobody),
];
export const retentionStarted: EntryVersions = [entryForm(body(moment), about, aboutNobody)];

/** Who is restricted in what, and that it ended. @law AVG 18 */
const restriction = { subject: stored('subject'), ground: stored(), requestedBy: stored() };
export const restrictionPlaced: EntryVersions = [
  entryForm(
    body({
      restriction: uuid,
      fact: uuid.optional(),
      because: z.enum(['accuracy-contested', 'unlawful', 'legal-claim', 'objection-pending']),
      categories: words.optional(),
    }),
    restriction,
    { purpose: 'never', source: 'always' },
  ),
];
export const restrictionLifted: EntryVersions = [
  entryForm(body({ restriction: uuid, fact: uuid.optional() }), restriction, { purpose: 'never', source: 'always' }),
];
