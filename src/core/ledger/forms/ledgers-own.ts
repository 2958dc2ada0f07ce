import { z } from 'zod';
import { aboutNobody, type EntryVersions, entryForm, maybeStored, stored } from './entry-form.ts';
import { body, count, hash, positive, uuid, word } from './members.ts';

/** What the ledger says of itself: numbers that were never written, signs of life, and what it forgot. */

const head = { flush: positive, head: hash };

/** `aborted`: heads that were signed and never became durable. */
export const voidEntry: EntryVersions = [
  entryForm(body({ aborted: z.array(z.strictObject(head)).min(1) }), {}, aboutNobody),
];

/** `others`: the latest head of each other instance that wrote since this one's last heartbeat. */
export const heartbeat: EntryVersions = [
  entryForm(
    body({
      phase: z.enum(['begin', 'beat', 'end']),
      everySeconds: positive,
      others: z.array(z.strictObject({ instance: uuid, ...head })),
    }),
    {},
    aboutNobody,
  ),
];

/** By whose order, where a person gave one: staff, kept and erased like every person. */
const ordered = { by: maybeStored(), ground: maybeStored() };
/** The rule that it rests on, and the ISO 8601 period that had to end. */
const rests = { law: word.optional(), period: word.optional() };
const range = z.strictObject({ instance: uuid, from: positive, to: positive });

/**
 * Nothing personal, and nobody's: it must outlast those whom it is about. `erased`: how many openings that were erased
 * before go with these leaves, so that nobody erases as many others unseen.
 */
export const erasure: EntryVersions = [
  entryForm(
    z.discriminatedUnion('scope', [
      body({ scope: z.literal('leaves'), ranges: z.array(range).min(1), erased: count.optional(), ...rests }),
      body({ scope: z.literal('subject'), openings: count, entries: count, ...rests }),
      body({ scope: z.literal('value'), entry: uuid, name: word, ...rests }),
    ]),
    ordered,
    aboutNobody,
  ),
];

/** Nothing about this person may be erased until it is lifted. */
export const legalHold: EntryVersions = [
  entryForm(body({ hold: uuid }), { subject: stored(), by: stored(), ground: stored() }, aboutNobody),
];
