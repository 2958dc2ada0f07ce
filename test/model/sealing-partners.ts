import { CompactEncrypt, importJWK, type JWK } from 'jose';
import type { Sealing } from '../../src/core/disclosure/issue-permit.ts';
import { permitHash } from '../../src/core/disclosure/permit-token.ts';
import type { Unit } from '../../src/core/partner/partner.ts';
import { encryptionPair, forgeProof } from '../world/encryption-keys.ts';
import { memoryUnit } from '../world/memory-world.ts';
import { agreements } from './agreements.ts';

const pair = encryptionPair('EC');
const { source, recipient, fields } = agreements.notes;

/** In force from before lives begin, and for as long as a key can be: who lives longer is sealed for no more. */
const begins = Date.parse('2026-11-20T00:00:00.000Z') / 1_000;
const longest = 731 * 86_400;

/** A medical service that seals what it tells, and a hospital with a key that it signed. */
export function whoSeal(by: 'connectors that seal' | 'people who seal'): readonly Unit[] {
  const unit = memoryUnit(recipient, 'careProvider');
  const proof = forgeProof({
    ...{ jwk: pair.jwk, unit: recipient, oin: unit.organisation.oin, path: [Buffer.from('of the hospital')] },
    ...{ key: encryptionPair('EC').privateKey, claims: { nbf: begins, exp: begins + longest } },
  });
  const doctors = memoryUnit(source, 'prisonMedicalService');
  const held = Object.fromEntries(fields.map((field) => [field, '/x']));
  const connector: Unit['connector'] =
    by === 'people who seal' || doctors.connector?.type !== 'http'
      ? { type: 'inbox' }
      : { ...doctors.connector, answers: 'sealed', fields: held };
  return [
    { ...doctors, connector },
    { ...unit, encryptionKeys: [{ jwk: pair.jwk, proof }] },
  ];
}

/** What a source seals that keeps to its permit: each category on its own, bound to that permit and request. */
export async function sealAs({ permit, recipientKey }: Sealing): Promise<Record<string, string>> {
  const { use: _use, ...material } = recipientKey.jwk;
  const key = await importJWK(material as JWK, 'ECDH-ES');
  const { claims, jws } = permit;
  const said = {
    ...{ typ: 'sluis-sealed+jwe', alg: 'ECDH-ES', enc: 'A256GCM', kid: pair.thumbprint, cty: 'application/json' },
    ...{ crit: ['permit', 'category', 'request'], permit: permitHash(jws), request: claims.request, iat: claims.iat },
  };
  const sealed: Record<string, string> = {};
  for (const [category, names] of Object.entries(claims.fields)) {
    const content = Buffer.from(JSON.stringify(Object.fromEntries(names.map((name) => [name, ['x']]))));
    sealed[category] = await new CompactEncrypt(content)
      .setProtectedHeader({ ...said, category })
      .encrypt(key, { crit: { permit: true, category: true, request: true } });
  }
  return sealed;
}
