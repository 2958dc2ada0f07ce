import type { Instant, UnitId } from '../brand.ts';
import { jwkThumbprint } from '../partner/jwk-thumbprint.ts';
import type { KeyChecks, KeyRefusal } from '../partner/key-check.ts';
import type { Unit } from '../partner/partner.ts';
import { keyText } from '../partner/registered-key.ts';
import type { PartnerEffect } from './apply-change.ts';

/** A key that may not be registered, of which unit. */
export interface ComingKeyRefusal extends KeyRefusal {
  readonly unit: UnitId;
  /** RFC 7638 thumbprint. */
  readonly key: string;
}

/**
 * Judges every encryption key that a change brings; those that stay as they are were judged when they came. null: nothing
 * stands against the change. Asked when it is proposed and again when it is carried out: a certificate may be revoked
 * in between.
 */
export async function refusalOfComingKeys(
  checks: KeyChecks,
  units: ReadonlyMap<UnitId, Unit>,
  effect: PartnerEffect,
  now: Instant,
): Promise<ComingKeyRefusal | null> {
  const after = new Map([...units, ...effect.units.map((unit) => [unit.after.id, unit.after] as const)]);
  for (const { before, after: unit } of effect.units) {
    const staying = (before?.encryptionKeys ?? []).map(keyText);
    for (const key of unit.encryptionKeys ?? []) {
      const refusal = staying.includes(keyText(key)) ? null : await checks.refusalOf(key, unit, after, now);
      if (refusal !== null) return { ...refusal, unit: unit.id, key: jwkThumbprint(key.jwk) };
    }
  }
  return null;
}
