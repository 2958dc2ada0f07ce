import { z } from 'zod';
import { rightsWishes } from '../../rights/rights-request.ts';
import { betweenParties, type EntryVersions, entryForm, maybeStored, stored } from './entry-form.ts';
import { body, bodyOf, uuid, word } from './members.ts';

const members = { rights: uuid, request: uuid, wish: z.enum(rightsWishes), field: word };
const by = z.enum(['subject', 'representative']).optional();
const openings = {
  subject: stored('subject'),
  statement: maybeStored('source', 'subject'),
  ground: maybeStored('source', 'subject'),
  author: maybeStored('source'),
};
const parties = { ...betweenParties, policySet: 'always' } as const;

/**
 * What a person asked of a source about a field that it gave, and what that decided; from version 2 on also that it was
 * reminded, and that its time was over. The recipient gets nothing of it: a correction that follows reaches it as one.
 */
export const rightsRequest: EntryVersions = [
  entryForm(body({ ...members, step: z.enum(['made', 'upheld', 'dismissed']), by }), openings, parties),
  entryForm(
    bodyOf(2, { ...members, step: z.enum(['made', 'reminder', 'due', 'upheld', 'dismissed']), by }),
    openings,
    parties,
  ),
];
