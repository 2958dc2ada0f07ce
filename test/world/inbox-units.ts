import type { RegisteredKey } from '../../src/core/partner/registered-key.ts';
import { type EncryptionPair, encryptionPair } from './encryption-keys.ts';
import { units } from './personas.ts';

/** The chain in small, with a prison whose people answer and a municipality to which is sealed. */
export function inboxUnits(pair: EncryptionPair = encryptionPair()) {
  const encryptionKeys: readonly RegisteredKey[] = [{ jwk: pair.jwk, proof: null }];
  return units.map((unit) => {
    if (unit.id === 'pi') return { ...unit, connector: { type: 'inbox' } as const };
    return unit.id === 'gemeente' ? { ...unit, encryptionKeys } : unit;
  });
}
