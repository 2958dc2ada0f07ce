import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { instant } from '../core/brand.ts';
import { type KeyUse, keyUses, signingUses } from '../crypto/key-uses.ts';
import { type GatewayKeys, openKeys } from '../crypto/keys.ts';
import { publicKeys } from '../store/keys.ts';
import { openRecordedKeys } from '../store/recorded-keys.ts';
import { exitCodes, printJson, printLines } from './terminal.ts';
import { withDatabase } from './with-database.ts';

/** `sluis keys test`: exit code 1 when a key does not do what it is for. */
export async function keysTest({ json }: { readonly json: boolean }): Promise<void> {
  const good = await withDatabase('serve', async (pool, _dataDir, settings) => {
    const keys = await openRecordedKeys(pool, (may) => openKeys({ ...settings, ...may }), instant(new Date()));
    const published = new Map((await publicKeys(pool)).map(({ id, jwk }) => [id, jwk]));
    return keyUses.map((use) => ({ use, works: works(keys, use, published) }));
  });
  if (json) printJson({ ok: good.every((use) => use.works), keys: good });
  else printLines(good.map(({ use, works: does }) => `${use}: ${does ? 'works' : 'DOES NOT WORK'}`));
  if (!good.every((use) => use.works)) process.exitCode = exitCodes.wrong;
}

function works(
  keys: GatewayKeys,
  use: KeyUse,
  published: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): boolean {
  const text = randomUUID();
  const signer = signingUses.find((each) => each === use);
  if (signer !== undefined) {
    const jwk = published.get(keys[signer].keyId);
    const message = Buffer.from(text);
    if (jwk === undefined) return false;
    return verify(null, message, createPublicKey({ key: { ...jwk }, format: 'jwk' }), keys[signer].sign(message));
  }
  const { identifiers, subjects, users } = keys;
  if (use === 'lookup') return identifiers.lookup('bsn', text).equals(identifiers.lookup('bsn', text));
  if (use === 'data') return identifiers.decrypt(identifiers.encrypt(text, 'test'), 'test') === text;
  if (use === 'users') return users.decrypt(users.encrypt(text, 'test'), 'test') === text;
  const wrapped = use === 'unknown' ? subjects.dummyKey : subjects.newKey();
  return subjects.decrypt(wrapped, subjects.encrypt(wrapped, Buffer.from(text), 'test'), 'test').toString() === text;
}
