import { z } from 'zod';
import type { Instant } from '../brand.ts';
import type { JsonValue } from '../ledger/entry.ts';
import type { Unit } from '../partner/partner.ts';
import { organisationOnRecord, partnersOnRecord, unitsOf } from '../partner/partners-file.ts';
import { unitFile } from '../partner/unit-file.ts';
import { partnerStatement } from '../policy-set/statement.ts';
import type { PartnerEffect } from './apply-change.ts';
import { partnerChange } from './partner-change.ts';
import type { PartnersOnRecord } from './ports.ts';

/**
 * What an approver reads before signing: the change, from when, and everything on record about the
 * organisations that it touches. The digest over what was on record is made from it anew, so that a
 * proposal that shows something else than what is on record is signed for nothing.
 */
export const proposal = z.strictObject({
  change: partnerChange,
  from: partnerStatement.shape.from,
  onRecord: z.array(organisationOnRecord),
});

export type Proposal = z.infer<typeof proposal>;

/** The proposal as it is written to a file. */
export function proposalFor(
  change: Proposal['change'],
  from: Instant | null,
  { touched }: PartnerEffect,
  { units }: PartnersOnRecord,
): JsonValue {
  const organisations = [...touched.organisations].flatMap(([oin, name]) => {
    const own = [...units.values()].filter(({ organisation }) => organisation.oin === oin);
    return name === null ? [] : [{ oin, name, units: own.map(unitFile) }];
  });
  return JSON.parse(JSON.stringify({ change, from, onRecord: organisations })) as JsonValue;
}

/** The units that a proposal shows. */
export function proposedOn({ onRecord }: Proposal): PartnersOnRecord['units'] {
  if (onRecord.length === 0) return new Map();
  return new Map(unitsOf(partnersOnRecord.parse({ organisations: onRecord })).map((unit: Unit) => [unit.id, unit]));
}
