import { type Checkpoint, type NoteVerifier, openCheckpoint } from './checkpoint.ts';
import { type CosignerKey, verifyCosignature } from './cosignature.ts';
import { isBy, readNote } from './note.ts';
import type { CheckSignature } from './ports.ts';
import { signatureTypes } from './verifier-key.ts';

/** Somebody elsewhere who keeps the last size of the log and cosigns only what continues it. */
export interface Witness {
  /** The name on its cosignatures. */
  readonly name: string;
  /** Raw public key: 32 bytes for Ed25519, 1312 for ML-DSA-44. */
  readonly publicKey: Buffer;
  readonly check: CheckSignature;
}

export interface WitnessPolicy {
  readonly witnesses: readonly Witness[];
  /** How many different ones must have cosigned before a checkpoint counts as witnessed. */
  readonly quorum: number;
}

export interface WitnessedCheckpoint extends Checkpoint {
  /** In the order of the policy. */
  readonly cosigners: readonly Cosigner[];
}

export interface Cosigner {
  readonly name: string;
  /** When it cosigned by its own clock, in POSIX seconds; the latest, where it did so more than once. */
  readonly time: number;
}

export const noWitnesses: WitnessPolicy = { witnesses: [], quorum: 0 };

/**
 * The checkpoint of a note that the log signed and that enough witnesses cosigned, with who did and when.
 * Null when it is no checkpoint of this log (see `openCheckpoint`), when fewer witnesses than the quorum
 * cosigned it, or when one line that says to be by a known witness is not.
 */
export function openWitnessed(
  note: string,
  origin: string,
  logKeys: readonly NoteVerifier[],
  policy: WitnessPolicy,
): WitnessedCheckpoint | null {
  const checkpoint = openCheckpoint(note, origin, ...logKeys);
  const cosigners = checkpoint === null ? null : cosignersOf(note, checkpoint, policy.witnesses);
  if (checkpoint === null || cosigners === null || !isQuorum(cosigners.length, policy)) return null;
  return { ...checkpoint, cosigners };
}

export function cosignerKey({ name, publicKey, check }: Witness): CosignerKey {
  const type = publicKey.length === 32 ? signatureTypes.ed25519Cosignature : signatureTypes.mlDsa44Cosignature;
  return { name, type, publicKey, check };
}

/** A quorum that is no whole number is none that anybody can reach. */
function isQuorum(cosigned: number, { quorum }: WitnessPolicy): boolean {
  return Number.isSafeInteger(quorum) && quorum >= 0 && cosigned >= quorum;
}

function cosignersOf(note: string, checkpoint: Checkpoint, witnesses: readonly Witness[]): readonly Cosigner[] | null {
  const signed = readNote(note);
  if (signed === null) return null;
  const cosigners: Cosigner[] = [];
  const counted = new Set<string>();
  for (const witness of witnesses) {
    const key = cosignerKey(witness);
    const times = signed.signatures
      .filter((signature) => isBy(signature, key))
      .map((signature) => verifyCosignature(signature, key, signed.text, checkpoint));
    if (times.includes(null)) return null;
    // A time of zero is how a cosigner says that it does not know whether this is the largest tree it saw.
    const time = Math.max(0, ...times.filter((known) => known !== null));
    const who = witness.publicKey.toString('hex');
    if (time === 0 || counted.has(who)) continue;
    counted.add(who);
    cosigners.push({ name: witness.name, time });
  }
  return cosigners;
}
