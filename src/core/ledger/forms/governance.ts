import { z } from 'zod';
import { aboutNobody, type EntryVersions, entryForm, maybeStored, type Named, stored } from './entry-form.ts';
import { body, bodyOf, count, digest, hash, instant, uuid, word, words } from './members.ts';

/** Policies, partners, who may decide about them, and the gateway's own keys. Who decided is never a partner's to know. */

const activated1 = body({
  change: uuid,
  set: digest,
  from: instant.nullable(),
  previous: digest.nullable(),
  approvals: count,
});
/** Without `from`: at once. Without `previous`: the first. */
const activated = bodyOf(2, {
  change: uuid,
  set: digest,
  from: instant.optional(),
  previous: digest.optional(),
  approvals: count,
});
const approvals = { approvals: stored() };
export const policyInForce: EntryVersions = [
  entryForm(activated1, approvals, aboutNobody),
  entryForm(activated, approvals, aboutNobody),
];

/** `source` takes the set as its own; `key` is the RFC 7638 thumbprint of the key that says so. */
export const policyAccepted: EntryVersions = [
  entryForm(
    body({ set: digest, key: word, signature: z.string().min(1).max(4_096) }),
    {},
    { purpose: 'never', source: 'always', recipient: 'never' },
  ),
];

/** `thumbprint` of the approver's key (RFC 7638). */
export const approver: EntryVersions = [entryForm(body({ thumbprint: hash }), { approver: stored() }, aboutNobody)];

const partner = {
  change: uuid,
  action: z.enum(['add', 'rotate', 'resume', 'suspend', 'cancel']),
  digest,
  previous: digest,
  approvals: count,
  state: z.enum(['active', 'suspended']).optional(),
  members: words,
  organisations: words,
  /** SHA-256, hexadecimal, of the unit as a partners file has it. */
  after: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
};
const decided = { approvals: maybeStored(), by: maybeStored(), ground: maybeStored() };
const ofUnit: Named = { purpose: 'never', recipient: 'never' };
export const partnerChanged: EntryVersions = [
  entryForm(
    body({
      ...partner,
      unit: word.nullable(),
      isNew: z.boolean().optional(),
      // Of before they became openings.
      by: word.optional(),
      ground: z.string().optional(),
    }),
    decided,
    ofUnit,
  ),
  /** Without `unit`: it is about an organisation alone, or about nothing that changed yet. */
  entryForm(
    bodyOf(2, { ...partner, unit: word.optional(), standing: z.enum(['new', 'known']).optional() }),
    decided,
    ofUnit,
  ),
];

/** `recipient` asks to be told of its events at `host`, or no more, or again. Without `types`: of all. */
export const subscriptionChanged: EntryVersions = [
  entryForm(
    body({ subscription: uuid, step: z.enum(['added', 'ended', 'again']), host: word, types: words }),
    {},
    { purpose: 'never', source: 'never', recipient: 'always' },
  ),
];

const rotated = { use: word, key: word, step: z.enum(['activated', 'retired']) };
export const keyRotated: EntryVersions = [
  entryForm(body({ ...rotated, previous: word.nullable() }), {}, aboutNobody),
  /** Without `previous`: the first of its use, or one that goes. */
  entryForm(bodyOf(2, { ...rotated, previous: word.optional() }), {}, aboutNobody),
];
