import { type Checkpoint, noteVerifierKey, signCheckpoint } from '../../src/core/ledger/checkpoint.ts';
import { type MemoryTree, treeOf } from '../../src/core/ledger/merkle.ts';
import { leafHash } from '../../src/core/ledger/tree-hash.ts';
import { writeAddCheckpoint } from '../../src/witness/add-checkpoint.ts';
import type { newSigner } from './ledger-keys.ts';

/** A log of sixty entries in memory, of which any size can be signed; another seed is another history of it. */
export function logInMemory(origin: string, signer: ReturnType<typeof newSigner>, seed = '') {
  const key = { name: origin, publicKey: signer.publicKey, check: signer.check };
  const leaves = Array.from({ length: 60 }, (_, n) => leafHash(`${seed}${n}`));
  const tree = (size: number): MemoryTree => treeOf(leaves.slice(0, size));
  const checkpoint = (size: number): Checkpoint => ({ origin, size, root: tree(size).root });
  const note = (size: number) => signCheckpoint(checkpoint(size), key, signer.sign);
  const proof = (old: number, size: number) => (old > 0 && old < size ? tree(size).consistency(old) : []);
  const body = (old: number, size: number) => writeAddCheckpoint({ old, proof: proof(old, size), note: note(size) });
  return { origin, key, vkeys: [noteVerifierKey(key)], checkpoint, note, proof, body };
}
