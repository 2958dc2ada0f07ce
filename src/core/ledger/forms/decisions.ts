import { z } from 'zod';
import { betweenParties, type EntryVersions, entryForm, maybeStored, type OpeningForm, stored } from './entry-form.ts';
import { body, bodyOf, count, uuid, word, words } from './members.ts';

/** What was asked and what came of it, and what people said to it. */

const regimes = z.strictObject({ source: word, recipient: word });
const refusalClass = z.enum([
  'not-permitted',
  'prohibited',
  'not-available',
  'condition-not-met',
  'undecidable',
  'declined',
]);

const rules = {
  informSubject: z.enum(['at-disclosure', 'delayed']),
  approval: z.enum(['none', 'source-human', 'two-persons']),
  seal: z.enum(['transport', 'recipient', 'end-to-end']),
};
const destruction = z.enum(['none', 'confirm']);
const status = z.enum(['law', 'unverified', 'design-default']);

const obligationsOf1 = z.strictObject({
  ...rules,
  retain: z.strictObject({ until: word, plus: word.nullable(), atLeast: word.nullable(), status }),
  informAfter: word.nullable().optional(),
  approvers: words.optional(),
  destruction: destruction.optional(),
});
const obligations = z.strictObject({
  ...rules,
  retain: z.strictObject({ until: word, plus: word.optional(), atLeast: word.optional(), status }),
  informAfter: word.optional(),
  approvers: words,
  destruction,
});

const decided1 = {
  transaction: uuid.optional(),
  policyVersion: z.int().nullable(),
  regimes,
  class: refusalClass.nullable(),
  permitted: words,
  refused: words,
  obligations: obligationsOf1.nullable(),
};
/** As version 1 without null: what is not there is not named. */
const decided = { transaction: uuid.optional(), policyVersion: count.optional(), regimes, refused: words };

/**
 * The values of conditions can tell what other units put on record, some of it not yet shown to the person:
 * nobody gets them in a receipt. What partners say in their own words may name their people.
 */
const question: Readonly<Record<string, OpeningForm>> = {
  subject: stored('subject'),
  conditions: stored(),
  reference: maybeStored('recipient', 'subject'),
  justification: maybeStored('recipient'),
  caseReference: maybeStored('recipient'),
  user: maybeStored('recipient'),
};
const decision = { ...betweenParties, policySet: 'always' } as const;

export const permit: EntryVersions = [
  entryForm(body({ request: uuid, ...decided1 }), question, decision),
  entryForm(bodyOf(2, { request: uuid, ...decided, permitted: words.min(1), obligations }), question, decision),
];

export const refusal: EntryVersions = [
  entryForm(body({ request: uuid, ...decided1 }), question, decision),
  entryForm(bodyOf(2, { request: uuid, ...decided, class: refusalClass }), question, decision),
];

const triedOut = {
  subject: stored('subject'),
  conditions: stored(),
  reference: stored('recipient'),
  processingActivity: maybeStored('recipient'),
};

/** A question that was decided and gave nothing. */
export const evaluation: EntryVersions = [
  entryForm(
    body({ ...decided1, dryRun: z.literal(true), outcome: z.enum(['permit', 'refusal']), fields: words }),
    triedOut,
    decision,
  ),
  entryForm(
    z.discriminatedUnion('outcome', [
      bodyOf(2, { ...decided, outcome: z.literal('permit'), fields: words, permitted: words.min(1), obligations }),
      bodyOf(2, { ...decided, outcome: z.literal('refusal'), fields: words, class: refusalClass }),
    ]),
    triedOut,
    decision,
  ),
];

const said = { subject: stored('subject'), approver: stored('source'), ground: maybeStored('source') };

/** Somebody at the source agreed, without the fields that they struck out. */
export const approval: EntryVersions = [
  entryForm(body({ request: uuid }), said, decision),
  entryForm(bodyOf(2, { request: uuid, struck: words }), said, decision),
];

/** Somebody at the source said no. */
export const approvalDeclined: EntryVersions = [entryForm(body({ request: uuid }), said, decision)];
