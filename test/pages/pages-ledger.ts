import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { EntryId } from '../../src/core/brand.ts';
import { signCheckpoint } from '../../src/core/ledger/checkpoint.ts';
import { committedNames, openingsOf, saltBytes } from '../../src/core/ledger/commitment.ts';
import type { EntryDraft, Receipt } from '../../src/core/ledger/entry.ts';
import { flushHeadHash, flushHeadText, noPreviousHead } from '../../src/core/ledger/flush-head.ts';
import { writeLeaf } from '../../src/core/ledger/leaf.ts';
import { treeOf } from '../../src/core/ledger/merkle.ts';
import { writeReceipt } from '../../src/core/ledger/receipt.ts';
import type { TlogProof } from '../../src/core/ledger/tlog-proof.ts';
import type { InclusionProof, Proofs } from '../../src/pages/ports.ts';
import { newSigner } from '../world/ledger-keys.ts';

/** Real receipts and real inclusion proofs over drafts in memory: each draft is a flush of its own. */
export class PagesLedger implements Proofs {
  readonly log: Proofs['log'];
  readonly #signer = newSigner();
  readonly #instance = v7();
  readonly #receipts = new Map<string, Receipt>();
  readonly #hashes: Buffer[] = [];
  #previous: Buffer = noPreviousHead;
  /** Whether the sequencer has run: without it nothing is under a checkpoint. */
  sequenced = true;

  constructor() {
    const verifier = { name: 'sluis.test/log', publicKey: this.#signer.publicKey, check: this.#signer.check };
    this.log = { origin: 'sluis.test/log', verifiers: () => [verifier] };
  }

  receipt(draft: EntryDraft): Receipt {
    const known = this.#receipts.get(draft.id);
    if (known !== undefined) return known;
    const openings = openingsOf(draft, randomBytes(saltBytes * committedNames(draft).length));
    const number = this.#hashes.length + 1;
    const { text, hash } = writeLeaf(draft, { instance: this.#instance, sequence: number }, openings);
    const head = { instance: this.#instance, number, first: number, count: 1, previous: this.#previous };
    const signature = this.#signer.sign(flushHeadText({ ...head, root: hash }));
    const flush = { head, key: this.#signer.keyId, signature };
    const receipt = writeReceipt({ text, index: 0, path: [] }, flush, openings);
    this.#previous = flushHeadHash({ ...head, root: hash });
    this.#hashes.push(hash);
    this.#receipts.set(draft.id, receipt);
    return receipt;
  }

  async inclusion(entry: EntryId): Promise<InclusionProof | null> {
    const index = [...this.#receipts.keys()].indexOf(entry);
    if (index === -1 || !this.sequenced) return null;
    const tree = treeOf(this.#hashes);
    const size = this.#hashes.length;
    const key = { name: this.log.origin, publicKey: this.#signer.publicKey };
    const checkpoint = signCheckpoint({ origin: this.log.origin, size, root: tree.root }, key, this.#signer.sign);
    return { index, size, path: tree.inclusion(index).map((hash) => hash.toString('base64url')), checkpoint };
  }

  /** Whether the witnesses have cosigned what the sequencer signed. */
  witnessedToo = true;

  async witnessed(entry: EntryId): Promise<TlogProof | null> {
    const found = this.witnessedToo ? await this.inclusion(entry) : null;
    if (found === null) return null;
    const path = found.path.map((hash) => Buffer.from(hash, 'base64url'));
    return { index: found.index, path, checkpoint: found.checkpoint };
  }

  async keys() {
    return new Map([[this.#signer.keyId, this.#signer.check]]);
  }
}
