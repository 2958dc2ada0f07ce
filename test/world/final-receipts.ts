import { randomBytes } from 'node:crypto';
import { signCheckpoint } from '../../src/core/ledger/checkpoint.ts';
import { committedNames, openingsOf, saltBytes } from '../../src/core/ledger/commitment.ts';
import { cosignatureLine } from '../../src/core/ledger/cosignature.ts';
import type { EntryDraft, Opening } from '../../src/core/ledger/entry.ts';
import { type FinalReceipt, type ReceiptTrust, writeFinalReceipt } from '../../src/core/ledger/final-receipt.ts';
import { writeLeaf } from '../../src/core/ledger/leaf.ts';
import { rootFromInclusion } from '../../src/core/ledger/merkle-check.ts';
import { cosignerKey, type WitnessPolicy } from '../../src/core/ledger/witnessed.ts';
import { newSigner } from './ledger-keys.ts';

type Signer = ReturnType<typeof newSigner>;

export const logOrigin = 'sluis.test/ledger';
export const cosignedAt = 1_790_000_000;

/** A log and its witnesses in memory: two of the three must have cosigned. */
export class WitnessedLog {
  readonly signer: Signer = newSigner();
  readonly witnesses = ['ap.example', 'gemeente.example', 'oost.example'].map((name) => ({
    name,
    signer: newSigner(),
  }));
  readonly policy: WitnessPolicy = {
    quorum: 2,
    witnesses: this.witnesses.map(({ name, signer: { publicKey, check } }) => ({ name, publicKey, check })),
  };
  readonly trust: ReceiptTrust = {
    logKeys: (origin) => [{ name: origin, publicKey: this.signer.publicKey, check: this.signer.check }],
    witnesses: this.policy,
  };

  /** A note over this root with the cosignatures of the first so many witnesses. */
  note(size: number, root: Buffer, cosigners: number, time = cosignedAt): string {
    const tree = { origin: logOrigin, size, root };
    const note = signCheckpoint(tree, { name: logOrigin, publicKey: this.signer.publicKey }, this.signer.sign);
    const text = note.slice(0, note.indexOf('\n\n') + 1);
    const lines = this.witnesses
      .slice(0, cosigners)
      .map(({ name, signer }) => cosignatureLine(cosignerKey({ name, ...signer }), signer.sign, { text, tree, time }));
    return note + lines.join('');
  }

  /** The leaf at a place in a tree whose other leaves nobody needs to know. */
  receipt(
    draft: EntryDraft,
    place: { readonly index: number; readonly size: number; readonly cosigners?: number },
    opens: (openings: readonly Opening[]) => readonly Opening[] = (all) => all,
  ): FinalReceipt {
    const openings = openingsOf(draft, randomBytes(saltBytes * committedNames(draft).length));
    const instance = '01920000-0000-7000-b000-000000000001';
    const { text, hash } = writeLeaf(draft, { instance, sequence: place.index + 1 }, openings);
    return this.place(text, hash, place, opens(openings));
  }

  place(
    leaf: string,
    hash: Buffer,
    { index, size, cosigners = 2 }: { readonly index: number; readonly size: number; readonly cosigners?: number },
    openings: readonly Opening[],
  ): FinalReceipt {
    const path: Buffer[] = [];
    let root = rootFromInclusion(hash, index, size, path);
    while (root === null && path.length < 54) {
      path.push(randomBytes(32));
      root = rootFromInclusion(hash, index, size, path);
    }
    if (root === null) throw new RangeError('no such place in a tree');
    return writeFinalReceipt(leaf, openings, { index, path, checkpoint: this.note(size, root, cosigners) });
  }
}
