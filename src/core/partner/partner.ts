import type { Brand, Digest, UnitId } from '../brand.ts';
import type { ConnectorConfig } from './connector.ts';
import type { RegisteredKey } from './registered-key.ts';
import type { SigningKey } from './signing-key.ts';

/** Organisation identification number: 20 positions, `subject.serialNumber` of its certificates. */
export type Oin = Brand<string, 'Oin'>;

/** The law that governs a side's processing. Stored and shown per source and per recipient. */
export type Regime = 'avg' | 'wjsg' | 'wpg';

export interface Organisation {
  readonly oin: Oin;
  readonly name: string;
}

/** Which certificates speak for a unit, whoever issued them. */
export interface UnitSelector {
  /** SHA-256 over the DER certificate, lower-case hexadecimal. None means any that carries the unit's number. */
  readonly thumbprints: readonly string[];
  /** The unit's own number, which its certificates then carry in place of the organisation's; null: it has none. */
  readonly subOin: Oin | null;
}

/** A unit is the partner that policies speak of: a college and its mayor share an OIN but not a kind. */
export interface Unit {
  readonly id: UnitId;
  readonly organisation: Organisation;
  readonly name: string;
  /** Partner kind, a word of `policies/catalogue/partner-kinds.yaml`. */
  readonly kind: string;
  readonly state: 'active' | 'suspended';
  readonly selector: UnitSelector;
  /** How its own system is asked; null: it is no source, or answers through people. */
  readonly connector: ConnectorConfig | null;
  /**
   * Keys to which answers are sealed, the newest first. null: it never had one, and leaves that to the transport; none
   * left: everything must be sealed to it, and nothing can be.
   */
  readonly encryptionKeys: readonly RegisteredKey[] | null;
  /**
   * Registered signing keys (public JWKs, `use: sig`), several while one follows another: by these the unit
   * accepts policies, names its units and says for which of its people it asks.
   */
  readonly signingKeys: readonly SigningKey[];
  /** https URL where the unit publishes further keys for its people's tokens; null: only those registered count. */
  readonly jwks: string | null;
  /** Whether people of the unit may decide at the gateway's own pages: the unit has no system of its own for that. */
  readonly staff: boolean;
  /** `host` or `host:port` of the addresses at which it may ask to be told of events. */
  readonly webhooks: readonly string[];
  /** Latest set in force that the unit accepted: it discloses under that one, and without one gives nothing. */
  readonly acceptedPolicySet: Digest | null;
}

/** Every organisation and unit at one version; the version is checked again when a disclosure commits. */
export interface PartnerRegistry {
  readonly version: number;
  readonly units: ReadonlyMap<UnitId, Unit>;
}

/** A natural person at a partner on whose behalf its system asks, as the unit signed it for one call. */
export interface User {
  readonly id: string;
  readonly role: string;
  readonly name: string;
  /** SHA-256 of the token that says so, base64url. On record with the role; id and name are kept apart. */
  readonly token: string;
}

/**
 * The unit that calls, recognised from its certificate, or for which one of its people decides at the gateway's own pages.
 * Minted by `recognise` and `actForUnit` alone.
 */
export type Partner = Brand<{ readonly unit: Unit; readonly thumbprint: string }, 'Partner'>;
