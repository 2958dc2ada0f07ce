import type { Checkpoint } from '../core/ledger/checkpoint.ts';
import { cosignatureLine } from '../core/ledger/cosignature.ts';
import { readNote } from '../core/ledger/note.ts';
import { signatureTypes } from '../core/ledger/verifier-key.ts';
import { readMlDsaKey } from '../crypto/ml-dsa-key.ts';
import type { LedgerSettings } from '../ledger-settings.ts';

/**
 * Adds the log's own ML-DSA-44 line to its checkpoints, where there is such a key: C2SP tlog-cosignature under the
 * log's own name. Without one notes stay as they are. Throws `KeyFileError`.
 */
export function countersigner(
  { mlDsaKey, origin }: Pick<LedgerSettings, 'mlDsaKey' | 'origin'>,
  now: () => number = Date.now,
): (note: string, checkpoint: Checkpoint) => string {
  if (mlDsaKey === null) return (note) => note;
  const { publicKey, sign } = readMlDsaKey(mlDsaKey);
  const key = { name: origin, type: signatureTypes.mlDsa44Cosignature, publicKey };
  return (note, tree) => {
    const text = readNote(note)?.text ?? '';
    return `${note}${cosignatureLine(key, sign, { text, tree, time: Math.floor(now() / 1_000) })}`;
  };
}
