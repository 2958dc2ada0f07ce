import type { KeyObject } from 'node:crypto';
import { compactVerify, errors } from 'jose';
import type { Instant, UnitId } from '../core/brand.ts';
import type { Sealer } from '../core/disclosure/ports.ts';
import { Fault } from '../core/fault.ts';
import { type EncryptionKey, encryptionKey } from '../core/partner/encryption-key.ts';
import { jwkThumbprint } from '../core/partner/jwk-thumbprint.ts';
import type { KeyChecks, KeyProblem, KeyRefusal } from '../core/partner/key-check.ts';
import { type KeyProof, readKeyProof } from '../core/partner/key-proof.ts';
import type { Unit } from '../core/partner/partner.ts';
import { unitOfPeer } from '../core/partner/recognise.ts';
import { keyText, type RegisteredKey } from '../core/partner/registered-key.ts';
import { type PathRules, verifyCertificate } from './certificate.ts';
import { namesIssuer } from './path/build-paths.ts';
import { DerError } from './path/der.ts';
import { type ParsedCertificate, parseCertificate } from './path/parse-certificate.ts';

export interface KeyCheckPorts {
  readonly sealer: Sealer;
  /** Asked only where there is a proof. */
  readonly rules: () => Omit<PathRules, 'now'>;
  /** RFC 7638 thumbprints of the keys in certificates with which a unit came in. */
  readonly certificateKeys: (unit: UnitId) => Promise<ReadonlySet<string>>;
}

interface Proving {
  readonly unit: Unit;
  readonly units: ReadonlyMap<UnitId, Unit>;
  readonly now: Instant;
}

/**
 * Judges an encryption key before it is registered: that it can be sealed to, that it is in no certificate of its unit,
 * and, where it brings a proof, that the unit itself signed it, by a certificate with which it would be let in now.
 */
export function keyChecks(ports: KeyCheckPorts): KeyChecks {
  return {
    async refusalOf(key, unit, units, now) {
      const fit = encryptionKey.safeParse(key.jwk);
      if (!fit.success || !(await isSealable(ports.sealer, fit.data))) return refusal('unfit');
      if ((await ports.certificateKeys(unit.id)).has(jwkThumbprint(fit.data))) return refusal('of-certificate');
      return key.proof === null ? null : refusalOfProof(ports, key, { unit, units, now });
    },
  };
}

async function isSealable(sealer: Sealer, key: EncryptionKey): Promise<boolean> {
  try {
    await sealer.seal(null, key);
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code === 'seal-impossible') return false;
    throw error;
  }
}

async function refusalOfProof(ports: KeyCheckPorts, key: RegisteredKey, proving: Proving): Promise<KeyRefusal | null> {
  const proof = readKeyProof(key.proof ?? '');
  if (proof === null) return refusal('proof-malformed');
  const said = problemOfClaims(proof, key, proving);
  return said === null ? refusalOfSigner(ports, proof, key, proving) : refusal(said);
}

function problemOfClaims({ claims, from, until }: KeyProof, key: RegisteredKey, proving: Proving): KeyProblem | null {
  const { unit, now } = proving;
  const number: string = unit.selector.subOin ?? unit.organisation.oin;
  if (claims.iss !== unit.id || claims.oin !== number) return 'proof-of-other-unit';
  if (keyText({ jwk: claims.jwk, proof: null }) !== keyText({ jwk: key.jwk, proof: null })) return 'proof-of-other-key';
  if (now < from) return 'proof-not-yet';
  return now >= until ? 'proof-over' : null;
}

/** Whoever signed comes in by the same rules as with TLS, and speaks for this one unit. */
async function refusalOfSigner(
  { rules }: KeyCheckPorts,
  proof: KeyProof,
  key: RegisteredKey,
  { unit, units, now }: Proving,
): Promise<KeyRefusal | null> {
  const [leaf, ...chain] = parsedPath(proof.header.x5c) ?? [];
  if (leaf === undefined || !isInOrder([leaf, ...chain])) return refusal('proof-malformed');
  const presented = { certificate: leaf.der, chain: chain.map(({ der }) => der) };
  const peer = await verifyCertificate(presented, { ...rules(), now: new Date(now) });
  if (!peer.ok) return refusal('proof-certificate', peer.refusal);
  const speaksFor = unitOfPeer({ version: 0, units }, peer.value, unit.id);
  if (!speaksFor.ok) return refusal('proof-certificate-of-other', speaksFor.refusal);
  if (peer.value.key === jwkThumbprint(key.jwk)) return refusal('of-certificate');
  if (proof.until > peer.value.notAfter) return refusal('proof-outlives-certificate');
  const problem = await problemOfSignature(proof, leaf.key);
  return problem === null ? null : refusal(problem);
}

/** By the same reading as the path is judged by: Node would take PEM that stands somewhere in the bytes instead. */
function parsedPath(x5c: readonly string[]): readonly ParsedCertificate[] | null {
  try {
    return x5c.map((text) => parseCertificate(Buffer.from(text, 'base64')));
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}

/** Each names the next as its issuer (RFC 7515 §4.1.6): nothing else comes along. */
function isInOrder(path: readonly ParsedCertificate[]): boolean {
  return path.every((certificate, index) => {
    const issuer = path[index + 1];
    return issuer === undefined || namesIssuer(certificate, issuer);
  });
}

/** One algorithm for each kind of key; a certificate of another kind comes in, and signs no proof. */
const algorithms: Readonly<Record<string, string>> = {
  rsa: 'PS256',
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
  ed25519: 'EdDSA',
};

async function problemOfSignature({ jws, header }: KeyProof, key: KeyObject): Promise<KeyProblem | null> {
  const own = algorithms[key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? ''];
  if (own === undefined || header.alg !== own) return 'proof-wrong-algorithm';
  try {
    await compactVerify(`${jws.protectedPart}.${jws.payloadPart}.${jws.signaturePart}`, key, { algorithms: [own] });
    return null;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWSInvalid)
      return 'proof-does-not-match';
    throw error;
  }
}

function refusal(problem: KeyProblem, detail: string | null = null): KeyRefusal {
  return { problem, detail };
}
