import { z } from 'zod';
import type { UnitId } from '../brand.ts';
import { thumbprintForm } from '../partner/connector.ts';
import { organisationForm, partnersFile, unitIdForm } from '../partner/partners-file.ts';
import { maxEncryptionKeys, registeredKey } from '../partner/registered-key.ts';
import { signingKey } from '../partner/signing-key.ts';
import { approverName } from '../policy-set/approval.ts';

const unit = unitIdForm.transform((id) => id as UnitId);
const keyThumbprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be an RFC 7638 thumbprint (SHA-256, base64url)');

/** How the certificates and keys of a unit change; what is left out stays. */
export const rotationFile = z.strictObject({
  thumbprints: z
    .strictObject({
      add: z.array(thumbprintForm).max(32).default([]),
      drop: z.array(thumbprintForm).max(32).default([]),
    })
    .optional(),
  signingKeys: z
    .strictObject({
      add: z.array(signingKey).max(4).default([]),
      /** By RFC 7638 thumbprint. */
      drop: z.array(keyThumbprint).max(4).default([]),
    })
    .optional(),
  /** What comes is sealed to from then on, what was there before still opens what was sealed to it. */
  encryptionKeys: z
    .strictObject({
      /** The newest first. */
      add: z.array(registeredKey).max(maxEncryptionKeys).default([]),
      /** By RFC 7638 thumbprint. */
      drop: z.array(keyThumbprint).max(maxEncryptionKeys).default([]),
    })
    .optional(),
});

/** Who closes a unit or cancels a change alone, and why. */
export const closing = z.strictObject({ by: approverName, ground: z.string().trim().min(3).max(500) });

/**
 * A change of the partners, as it is signed and kept.
 * - `add`: the organisations and units of a partners file, new or changed; opens no unit that was closed
 * - `rotate`: certificates and keys of one unit
 * - `resume`: opens a unit that was closed, or registered without being let in
 * - `suspend`: closes one: what a single person may do, at once
 */
export const partnerChange = z
  .discriminatedUnion('action', [
    z.strictObject({ action: z.literal('add'), organisations: z.array(organisationForm).min(1) }),
    z.strictObject({ action: z.literal('rotate'), unit, ...rotationFile.shape }),
    z.strictObject({ action: z.literal('resume'), unit }),
    z.strictObject({ action: z.literal('suspend'), unit, ...closing.shape }),
  ])
  .refine((change) => change.action !== 'add' || isPartnersFile(change.organisations), 'names something twice');

export type PartnerChange = z.infer<typeof partnerChange>;

function isPartnersFile(organisations: unknown): boolean {
  return partnersFile.safeParse({ organisations }).success;
}
