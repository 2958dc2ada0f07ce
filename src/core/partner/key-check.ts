import type { Instant, UnitId } from '../brand.ts';
import type { Unit } from './partner.ts';
import type { RegisteredKey } from './registered-key.ts';

/**
 * Why an encryption key is not registered. Stable words about the key alone:
 * - `unfit`: not of the two algorithms, or nothing can be sealed to it
 * - `of-certificate`: the same key stands in a certificate of the unit
 * - `proof-malformed`: not in the one form of a proof, or for longer than two years
 * - `proof-of-other-unit`, `proof-of-other-key`: it says so of another unit, number or key
 * - `proof-not-yet`, `proof-over`: by its own dates
 * - `proof-outlives-certificate`: whoever checks it later finds the certificate expired
 * - `proof-certificate`: the certificate would not be let in; `detail` says why
 * - `proof-certificate-of-other`: the certificate does not speak for this unit
 * - `proof-wrong-algorithm`, `proof-does-not-match`: its signature is not by the certificate's key
 */
export type KeyProblem =
  | 'unfit'
  | 'of-certificate'
  | 'proof-malformed'
  | 'proof-of-other-unit'
  | 'proof-of-other-key'
  | 'proof-not-yet'
  | 'proof-over'
  | 'proof-outlives-certificate'
  | 'proof-certificate'
  | 'proof-certificate-of-other'
  | 'proof-wrong-algorithm'
  | 'proof-does-not-match';

export interface KeyRefusal {
  readonly problem: KeyProblem;
  /** The stable word of whoever judged the certificate; null: there is no more to say. */
  readonly detail: string | null;
}

/** Judges keys before they are registered. */
export interface KeyChecks {
  /**
   * null: nothing stands against the key now.
   * @param units as they will be, with the certificates by which this unit is then recognised
   */
  refusalOf(key: RegisteredKey, unit: Unit, units: ReadonlyMap<UnitId, Unit>, now: Instant): Promise<KeyRefusal | null>;
}
