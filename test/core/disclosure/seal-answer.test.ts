import { compactDecrypt } from 'jose';
import { describe, expect, it } from 'vitest';
import type { UnitId } from '../../../src/core/brand.ts';
import { ask } from '../../../src/core/disclosure/ask.ts';
import type { RegisteredKey } from '../../../src/core/partner/registered-key.ts';
import type { Obligations } from '../../../src/core/policy/decision.ts';
import { joseSealer } from '../../../src/crypto/seal.ts';
import { type EncryptionPair, encryptionPair, forgeProof } from '../../world/encryption-keys.ts';
import { type MemoryWorld, memoryWorld } from '../../world/memory-world.ts';
import { detain, planAnswer, planRequest, units } from '../../world/personas.ts';
import { keysOf } from '../../world/pki/keys.ts';
import { shippedSet } from '../../world/shipped-set.ts';
import { withObligations } from '../../world/with-obligations.ts';

const set = shippedSet();
const [older, newer] = [encryptionPair('RSA'), encryptionPair('OKP')];
const plain = ({ jwk }: EncryptionPair): RegisteredKey => ({ jwk, proof: null });
const unfit = { jwk: { ...older.jwk, alg: 'RSA-OAEP' }, proof: null } as RegisteredKey;

function proven({ jwk }: EncryptionPair, from: string, until: string): RegisteredKey {
  const plan = { jwk, unit: 'gemeente', oin: '00000099000000001000', path: [Buffer.from('x')] };
  const [nbf, exp] = [from, until].map((text) => Date.parse(text) / 1_000);
  return { jwk, proof: forgeProof({ ...plan, key: keysOf('p256:leaf').privateKey, claims: { nbf, exp } }) };
}

interface Asked {
  readonly world: MemoryWorld;
  readonly outcome: Awaited<ReturnType<typeof ask>> | string;
  /** Whether the source was asked at all. */
  readonly fetched: boolean;
}

/** The municipality asks, under a policy that says this of sealing; a fault is told by its code. */
async function asked(encryptionKeys: readonly RegisteredKey[] | null, seal: Obligations['seal']): Promise<Asked> {
  const own = units.map((unit) => (unit.id === 'gemeente' ? { ...unit, encryptionKeys } : unit));
  const world = memoryWorld(set, own);
  let fetched = false;
  world.answer = async () => {
    fetched = true;
    return planAnswer;
  };
  await detain(world.ports, () => world.call('pi'));
  world.bound.set('pi' as UnitId, withObligations(set, 'plan-basic-conditions', { seal }));
  const ports = { ...world.ports, sealer: joseSealer() };
  const outcome = await ask(ports, world.call('gemeente'), planRequest()).catch((fault) => String(fault.code));
  return { world, outcome, fetched };
}

describe('an answer', () => {
  it('is clear only where the policy allows that and the recipient never had a key', async () => {
    expect((await asked(null, 'transport')).outcome).toMatchObject({ answer: { form: 'clear', data: planAnswer } });
    expect((await asked(null, 'recipient')).outcome).toBe('seal-impossible');
  });

  it.each(['transport', 'recipient'] as const)('is sealed to the newest key (%s)', async (seal) => {
    const { outcome } = await asked([plain(newer), plain(older)], seal);
    if (typeof outcome === 'string' || outcome.kind !== 'delivered') throw new Error('not delivered');
    if (outcome.answer.form !== 'sealed') throw new Error('not sealed');
    const opened = await compactDecrypt(outcome.answer.jwe, newer.privateKey);
    expect(opened.protectedHeader).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM', kid: newer.thumbprint });
    expect(JSON.parse(Buffer.from(opened.plaintext).toString())).toEqual(planAnswer);
    await expect(compactDecrypt(outcome.answer.jwe, older.privateKey)).rejects.toThrow();
  });

  const past = ['2025-01-01T00:00:00Z', '2026-01-01T00:00:00Z'] as const;
  const coming = ['2027-01-01T00:00:00Z', '2028-01-01T00:00:00Z'] as const;
  it.each<[string, readonly RegisteredKey[]]>([
    ['its only key was dropped', []],
    ['its only key is of another algorithm', [unfit]],
    ['its only key is over', [proven(newer, ...past)]],
    ['its only key does not count yet', [proven(newer, ...coming)]],
    ['the proof of its only key cannot be read', [{ jwk: newer.jwk, proof: 'a.b.c' }]],
  ])('is not given to a unit of which %s, and its source is not asked', async (_, keys) => {
    for (const seal of ['transport', 'recipient'] as const) {
      const { outcome, fetched, world } = await asked(keys, seal);
      expect([outcome, fetched]).toEqual(['seal-impossible', false]);
      expect(world.entries.at(-1)).toMatchObject({ kind: 'failed-attempt', body: { code: 'seal-impossible' } });
    }
  });

  it('is sealed to the next key when the newest is over', async () => {
    const { outcome } = await asked([proven(newer, ...past), plain(older)], 'recipient');
    if (typeof outcome === 'string' || outcome.kind !== 'delivered' || outcome.answer.form !== 'sealed') {
      throw new Error('not sealed');
    }
    expect((await compactDecrypt(outcome.answer.jwe, older.privateKey)).protectedHeader.alg).toBe('RSA-OAEP-256');
  });

  it('that its source must seal is not fetched in clear', async () => {
    const { outcome, fetched } = await asked([plain(newer)], 'end-to-end');
    expect([outcome, fetched]).toEqual(['seal-impossible', false]);
  });
});
