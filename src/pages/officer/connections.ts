import type { Instant, UnitId } from '../../core/brand.ts';

/** A certificate whose end an officer can foresee. */
export interface ShownCertificate {
  /** null: of the gateway itself. */
  readonly unit: UnitId | null;
  readonly use: 'client' | 'tls' | 'source';
  /** SHA-256 over the DER certificate, lower-case hexadecimal. */
  readonly thumbprint: string;
  readonly notAfter: Instant;
  /** When somebody last came in with it; null: that is not how it is used. */
  readonly lastSeen: Instant | null;
}

export interface Certificates {
  /** Of one unit, or (null) of all. */
  seen(unit: UnitId | null): Promise<readonly ShownCertificate[]>;
  /** Of the gateway itself, as they are now. */
  own(): readonly ShownCertificate[];
}

/** How a unit's own system answers, as far as this gateway knows. */
export interface SourceStanding {
  /** null: this gateway has not asked it. */
  readonly circuit: 'closed' | 'half-open' | 'open' | null;
  /** When any gateway last left it alone because it did not answer; null: never. */
  readonly silentOn: Instant | null;
}
