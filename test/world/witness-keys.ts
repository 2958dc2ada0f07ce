import { generateKeyPairSync, sign } from 'node:crypto';
import type { Checkpoint } from '../../src/core/ledger/checkpoint.ts';
import { cosignatureLine } from '../../src/core/ledger/cosignature.ts';
import { readNote } from '../../src/core/ledger/note.ts';
import { cosignerKey, type Witness } from '../../src/core/ledger/witnessed.ts';
import { checkerOf } from '../../src/crypto/raw-key.ts';

/** A witness in memory, which cosigns whatever it is given. */
export interface TestWitness extends Witness {
  readonly sign: (message: Buffer) => Buffer;
  /** One line, to put behind the note. `time` in POSIX seconds. */
  readonly cosign: (note: string, tree: Checkpoint, time?: number) => string;
}

export function newWitness(name: string, kind: 'ed25519' | 'ml-dsa-44' = 'ed25519'): TestWitness {
  // The types of Node do not know every kind of key that it makes.
  const { privateKey, publicKey } = generateKeyPairSync(kind as 'ed25519');
  const jwk: Readonly<Record<string, unknown>> = { ...publicKey.export({ format: 'jwk' }) };
  const raw = Buffer.from(String(jwk.x ?? jwk.pub), 'base64url');
  const witness = { name, publicKey: raw, check: checkerOf(raw) };
  const signing = (message: Buffer) => sign(null, message, privateKey);
  return {
    ...witness,
    sign: signing,
    cosign: (note, tree, time = 1_700_000_000) =>
      cosignatureLine(cosignerKey(witness), signing, { text: readNote(note)?.text ?? '', tree, time }),
  };
}
