import { z } from 'zod';
import { type EntryVersions, entryForm, maybeStored, type OpeningForm, stored } from './entry-form.ts';
import { body, bodyOf, count, positive, uuid, word, words } from './members.ts';

/** Looking is on record too. @law Wpg 32a; Wjsg 51c(4) */

const personSeen: Readonly<Record<string, OpeningForm>> = {
  subject: maybeStored('subject'),
  requestedBy: maybeStored(),
  ground: maybeStored(),
};
const form = z.enum(['page', 'download']);

/** `users`: of which people at partners it showed who they are. Without `unit`: an officer of the gateway. */
export const officerLooked: EntryVersions = [
  entryForm(
    z.union([
      body({ officer: word, unit: word.nullable(), entry: uuid, form, users: words.optional() }),
      body({ looked: z.literal('subject') }),
    ]),
    personSeen,
  ),
  entryForm(
    z.discriminatedUnion('looked', [
      bodyOf(2, {
        looked: z.literal('entry'),
        officer: word,
        unit: word.optional(),
        entry: uuid,
        form,
        users: words,
      }),
      bodyOf(2, { looked: z.literal('subject') }),
    ]),
    personSeen,
  ),
];

/** `fields`: for which the source was asked. What it answered went nowhere. */
export const sourceTried: EntryVersions = [
  entryForm(
    body({ fields: words }),
    { subject: maybeStored('subject'), reference: stored(), requestedBy: stored(), ground: stored() },
    { purpose: 'never', source: 'always', recipient: 'never' },
  ),
];

/**
 * `recipient` reads whole entries of the log. `bundle`: the first that it asked for; what it reads within
 * `everySeconds` of it is under the same entry.
 */
export const bundlesRead: EntryVersions = [
  entryForm(
    body({ bundle: count, size: positive, everySeconds: positive }),
    {},
    { purpose: 'never', source: 'never', recipient: 'always' },
  ),
];
