import type { Brand, Digest, UnitId } from '../brand.ts';

/** Organisation identification number: 20 positions, `subject.serialNumber` of its certificates. */
export type Oin = Brand<string, 'Oin'>;

/** The law that governs a side's processing. Stored and shown per source and per recipient. */
export type Regime = 'avg' | 'wjsg' | 'wpg';

export interface Organisation {
  readonly oin: Oin;
  readonly name: string;
}

/** Which certificates of an organisation speak for a unit; no thumbprints means any of them. */
export interface UnitSelector {
  /** SHA-256 over the DER certificate, lower-case hexadecimal. */
  readonly thumbprints: readonly string[];
}

/**
 * How the gateway reaches a unit's own system. Pure configuration: `fields` maps catalogue fields
 * to RFC 6901 JSON pointers in the source's answer; `subject` is where the answer names the person,
 * compared with whom was asked about.
 */
export interface ConnectorConfig {
  readonly type: 'http';
  readonly url: string;
  /**
   * SHA-256 thumbprints of the server certificates that are accepted at this address; none listed means
   * any that stands under the trusted authorities with the address's name.
   */
  readonly certificates: readonly string[];
  readonly subject: { readonly scheme: 'bsn' | 'skn'; readonly pointer: string };
  readonly fields: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
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
  readonly connector: ConnectorConfig | null;
  /** Registered encryption key (public JWK, `use: enc`), to which answers are sealed when present. */
  readonly encryptionKey: Readonly<Record<string, unknown>> | null;
  /** Registered signing key (public JWK, `use: sig`), by which the unit accepts policies. */
  readonly signingKey: Readonly<Record<string, unknown>> | null;
  /** Latest set in force that the unit accepted: it discloses under that one, and without one gives nothing. */
  readonly acceptedPolicySet: Digest | null;
}

/** Every organisation and unit at one version; the version is checked again when a disclosure commits. */
export interface PartnerRegistry {
  readonly version: number;
  readonly units: ReadonlyMap<UnitId, Unit>;
}

/** A natural person at a partner on whose behalf its system asks. */
export interface User {
  readonly id: string;
  readonly role: string;
  readonly name: string;
}

/** The unit that calls, recognised from its certificate. Minted by `recognise` alone. */
export type Partner = Brand<{ readonly unit: Unit; readonly thumbprint: string }, 'Partner'>;
