import { z } from 'zod';
import { correctionKinds, correctionWays } from '../../correction/correction.ts';
import { type EntryVersions, entryForm, maybeStored, type Named, stored } from './entry-form.ts';
import { body, bodyOf, uuid, words } from './members.ts';

/** What a source corrected of what it gave, whom it told, and what they did. Never a value. */

const between: Named = { purpose: 'never', source: 'always', recipient: 'always', policySet: 'always' };
const what = z.enum(correctionKinds);
const subject = { subject: stored('subject') };

const made = { correction: uuid, what, fields: words, corrects: uuid.optional(), rights: uuid.optional() };
const saidBySource = { reference: maybeStored('source'), ground: maybeStored('source'), author: maybeStored('source') };
const byItsSource: Named = { purpose: 'never', source: 'always', recipient: 'never', policySet: 'always' };

/**
 * Of one form whoever the person is. `corrects`: the correction that it passes on; `rights`: what a person asked. By the
 * gateway, from version 2 on: in the place of a source that destroyed what it had, or as what follows from an objection that it
 * upheld; it said nothing here, so that nothing said is there.
 */
export const correctionMade: EntryVersions = [
  entryForm(body(made), { ...subject, ...saidBySource }, byItsSource),
  entryForm(bodyOf(2, { ...made, by: z.enum(['source', 'gateway']) }), { ...subject, ...saidBySource }, byItsSource),
];

/** `fields`: those that this recipient may have got, by `requests`. */
export const correctionTold: EntryVersions = [
  entryForm(body({ correction: uuid, what, fields: words, requests: z.array(uuid) }), subject, between),
];

export const correctionConfirmed: EntryVersions = [
  entryForm(
    body({ correction: uuid, how: z.enum(correctionWays) }),
    { ...subject, reporter: stored('recipient') },
    between,
  ),
];

export const correctionFollowed: EntryVersions = [
  entryForm(body({ correction: uuid, step: z.enum(['reminder', 'due']) }), subject, between),
];
