import type { X509Certificate } from 'node:crypto';
import type { JWK } from 'jose';

/** What a permit says; docs/sealed.md has its members. */
export interface Permit {
  readonly iss: string;
  readonly aud: string;
  readonly jti: string;
  readonly request: string;
  readonly purpose: string;
  readonly recipient: { readonly unit: string; readonly oin: string };
  /** Category → the fields that may be given. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** RFC 7638 thumbprint of the key to seal to. */
  readonly key: string;
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
}

/** A key of the gateway: `sluis_use` says what it signs. */
export type PublishedKey = JWK & { readonly sluis_use?: string };

/** Whom a permit is believed from: keys as `/.well-known/jwks.json` gives them, kept by you and not asked each time. */
export interface Believed {
  readonly gatewayKeys: { readonly keys: readonly PublishedKey[] };
  /** OIN of the gateway. */
  readonly gatewayOin: string;
  /** Left out: now. */
  readonly now?: Date;
}

/** By what a certificate is found to be taken back: one of the two, never neither. */
export interface Revocation {
  /**
   * Current revocation lists of every authority in the path, that you fetched: PEM as text, DER as bytes. A certificate of
   * which none of them says that it is good is refused.
   */
  readonly crls?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
  /** Your own way, such as OCSP: asked for each certificate below the anchor. What is not a boolean refuses. */
  readonly isRevoked?:
    | ((certificate: X509Certificate, issuer: X509Certificate) => boolean | Promise<boolean>)
    | undefined;
}

export interface PathTrust extends Revocation {
  /** PEM of the authorities that you trust to say who an organisation is. */
  readonly anchors: string | readonly string[];
}

export interface AnswerSealedOptions extends Believed, PathTrust {
  /** As the question brings them. */
  readonly permit: string;
  readonly recipientKey: { readonly jwk: JWK; readonly proof: string };
  /** Id of the request that the question names. */
  readonly request: string;
  /** Your own unit: a permit for another one is refused. */
  readonly unit: string;
  /** Catalogue field → value. What the permit does not name is left out. */
  readonly data: Readonly<Record<string, unknown>>;
  /** OINs to which you give at all; `any`: whomever the permit names. */
  readonly recipients: readonly string[] | 'any';
  /**
   * Whether nothing was sealed by this permit before: puts its id on record and answers `true` in one step, and anything
   * else refuses. It may be forgotten after `exp`. Left out: one process remembers for itself, until it stops.
   */
  readonly firstUse?: ((jti: string, permit: Permit) => boolean | Promise<boolean>) | undefined;
}

export interface AnsweredSealed {
  /** Category → compact JWE: the member `sealed` of the answer. */
  readonly sealed: Readonly<Record<string, string>>;
  readonly permit: Permit;
}

export interface SealedPart {
  readonly category: string | null;
  readonly fields: readonly string[];
  readonly sealed: string;
  /** By which its source sealed it; null: the gateway did, and it is opened in another way. */
  readonly permit: string | null;
}

export interface OpenSealedOptions extends Believed {
  /** As the answer has them. */
  readonly parts: readonly SealedPart[];
  /** Id of the request that you made. */
  readonly request: string;
  /** Your own unit and OIN. */
  readonly unit: string;
  readonly oin: string;
  /** The private half of your encryption key, or several where one follows another. */
  readonly privateKey: JWK | readonly JWK[];
}

export interface OpenedSealed {
  /** Permitted fields alone. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Names of what the source sealed and the permit does not name; its values are not given. Report it when it is not empty. */
  readonly excess: readonly string[];
}

export interface User {
  readonly id: string;
  readonly role: string;
  readonly name: string;
}

export interface ConnectOptions {
  /** Origin of the partner listener, for example `https://sluis.example:8443`. */
  readonly gateway: string;
  readonly gatewayOin: string;
  /** PEM: your client certificate with those above it, its key, and the authorities of the gateway's own certificate. */
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  /** Your unit, and the private JWK by which it says for whom it calls (Ed25519, P-256 or RSA). */
  readonly unit: string;
  readonly signingKey: JWK;
  /** Left out: fifteen seconds. */
  readonly timeoutMs?: number;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON, or the text of anything else. */
  readonly body: unknown;
}

export interface Connection {
  /** `POST /v1/requests`, for this person of yours. The key is the `Idempotency-Key`; left out: a new one. */
  ask(body: object, user: User, key?: string): Promise<Reply>;
  /** `POST /v1/requests/{id}/collections`. */
  collect(id: string, key?: string): Promise<Reply>;
  /** `POST /v1/requests/{id}/excess-reports`, with what `openSealed` named: of more than 64 the last as one without a name. */
  reportExcess(id: string, fields: readonly string[], user: User, key?: string): Promise<Reply>;
  get(path: string): Promise<Reply>;
  /** Any other `POST`; `signed` puts a user token for this call at a member of the body. */
  post(
    path: string,
    body: object,
    more?: { readonly key?: string; readonly signed?: { readonly member: string; readonly user: User } },
  ): Promise<Reply>;
  /** The token that says for whom one call is made: `body` without the member that carries it. */
  userToken(path: string, body: object, user: User): Promise<string>;
  close(): void;
}

export type AnswerSealed = (options: AnswerSealedOptions) => Promise<AnsweredSealed>;
export type OpenSealed = (options: OpenSealedOptions) => Promise<OpenedSealed>;
export type Connect = (options: ConnectOptions) => Connection;
export type ReadPermit = (
  jws: string,
  believed: Believed & { readonly request: string; readonly unit?: string },
) => Promise<Permit>;
export type CheckRecipientKey = (
  options: Pick<AnswerSealedOptions, 'recipientKey' | 'now' | keyof PathTrust> & { readonly permit: Permit },
) => Promise<void>;

/** Why nothing was sealed or opened: a stable word, and nothing of what it was about. */
export declare class SealedError extends Error {
  readonly code: string;
}
