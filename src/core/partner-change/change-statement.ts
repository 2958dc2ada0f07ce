import { createHash } from 'node:crypto';
import type { Digest, Instant } from '../brand.ts';
import { canonical } from '../ledger/canonical.ts';
import type { JsonValue } from '../ledger/entry.ts';
import { unitFile } from '../partner/unit-file.ts';
import type { PartnerStatement } from '../policy-set/statement.ts';
import type { PartnerEffect } from './apply-change.ts';
import type { PartnerChange } from './partner-change.ts';

/** What a change may be at most, in bytes of its canonical text: one that is larger nobody reads before signing. */
const maxChangeBytes = 49_152;

/**
 * The one spelling of a change (RFC 8785), over which its digest is. Without who closes a unit and why: a
 * digest over a name is guessed, and nobody signs a closing.
 */
export function changeText(change: PartnerChange): string {
  if (change.action === 'suspend') return canonical({ action: change.action, unit: change.unit });
  return canonical(plain(change));
}

/** Whether a change is small enough to be read, signed and kept. */
export function fitsSize(change: PartnerChange): boolean {
  return Buffer.byteLength(JSON.stringify(change)) <= maxChangeBytes;
}

/** What is signed for a change whose effect on the record is this. */
export function changeStatementFor(
  change: PartnerChange,
  { touched }: PartnerEffect,
  from: Instant | null,
): PartnerStatement {
  return { action: 'partner', change: digestOf(changeText(change)), from, previous: previousDigest(touched) };
}

/**
 * Digest over everything that the change touches, as it stands on record before: an approval fits one
 * situation and no other. Over digests, so that its size has no end in how large the units are.
 */
export function previousDigest({ units, organisations }: PartnerEffect['touched']): Digest {
  const unitDigests = [...units].map(([id, unit]) => [
    id,
    unit === null ? null : digestOf(canonical({ oin: unit.organisation.oin, ...unitFile(unit) })),
  ]);
  return digestOf(
    canonical({ units: Object.fromEntries(unitDigests), organisations: Object.fromEntries(organisations) }),
  );
}

function digestOf(text: string): Digest {
  return `sha256:${createHash('sha256').update(text).digest('hex')}` as Digest;
}

function plain(change: PartnerChange): JsonValue {
  return JSON.parse(JSON.stringify(change)) as JsonValue;
}
