import type { JWK } from 'jose';
import { describe, expect, test } from 'vitest';
import type { Digest, TraceId, UnitId } from '../../../src/core/brand.ts';
import { type AcceptPorts, acceptPolicySet } from '../../../src/core/policy-set/accept.ts';
import { statementText } from '../../../src/core/policy-set/statement.ts';
import { checkDetachedJws, signDetachedJws } from '../../../src/crypto/detached-jws.ts';
import { type TestKey, testKey } from '../../world/forge-jws.ts';
import { memoryUnit, memoryWorld } from '../../world/memory-world.ts';
import { shippedSet } from '../../world/shipped-set.ts';

const set = shippedSet();
const wanted = `sha256:${'1'.repeat(64)}` as Digest;
const [old, next, foreign] = [testKey('OKP'), testKey('EC'), testKey('OKP')];

async function accept(registered: readonly TestKey[], signer: TestKey) {
  const unit = memoryUnit('pi', 'prison', { signingKeys: registered.map(({ jwk }) => jwk) });
  const { ports } = memoryWorld(set, [unit]);
  const records: AcceptPorts['records'] = {
    holds: async () => true,
    acceptedBy: async () => [],
    read: async () => ({ active: set.digest, standing: [set.digest], planned: [], registryVersion: 1 }),
  };
  const statement = { action: 'accept', set: wanted, unit: 'pi' as UnitId } as const;
  const privateJwk = signer.privateKey.export({ format: 'jwk' }) as JWK;
  const signature = await signDetachedJws(statementText(statement), privateJwk, new Date());
  const trace = '0af7651916cd43dd8448eb211c80319c' as TraceId;
  return acceptPolicySet(
    { ...ports, records, signatures: checkDetachedJws },
    { unit: 'pi' as UnitId, set: wanted, signature, trace },
  );
}

describe('a unit whose keys follow one another', () => {
  test.each([
    ['old', [old, next], old],
    ['next', [old, next], next],
  ] as const)('accepts by the %s one while both are registered', async (_, registered, signer) => {
    expect(await accept(registered, signer)).toMatchObject({ kind: 'accepted', set: wanted });
  });

  test('does not accept by one that is registered no longer, nor by somebody else’s', async () => {
    // Its name is not of a key that is known, which is told before its signature.
    expect(await accept([next], old)).toMatchObject({ kind: 'signature' });
    expect(await accept([old, next], foreign)).toMatchObject({ kind: 'signature' });
  });

  test('accepts nothing without a key', async () => {
    expect(await accept([], old)).toEqual({ kind: 'no-signing-key' });
  });
});
