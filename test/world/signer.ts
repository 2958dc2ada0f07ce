import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { type SigningKey, signingKey } from '../../src/core/partner/signing-key.ts';
import type { Approval, Approver } from '../../src/core/policy-set/approval.ts';
import { type ChangeStatement, statementText } from '../../src/core/policy-set/statement.ts';
import { publicHalf, signDetachedJws } from '../../src/crypto/detached-jws.ts';

export interface TestSigner {
  readonly name: string;
  readonly privateJwk: JWK;
  readonly key: SigningKey;
  readonly thumbprint: string;
  readonly approver: Approver;
  approves(statement: ChangeStatement, at?: Date): Promise<Approval>;
}

export async function testSigner(name: string, alg: 'EdDSA' | 'ES256' | 'PS256' = 'EdDSA'): Promise<TestSigner> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const privateJwk = await exportJWK(privateKey);
  const key = signingKey.parse({ ...publicHalf(privateJwk), use: 'sig' });
  const thumbprint = await calculateJwkThumbprint(publicHalf(privateJwk), 'sha256');
  return {
    name,
    privateJwk,
    key,
    thumbprint,
    approver: { name, key, thumbprint, revokedAt: null },
    approves: async (statement, at = new Date()) => ({
      approver: name,
      statement,
      signature: await signDetachedJws(statementText(statement), privateJwk, at),
    }),
  };
}
