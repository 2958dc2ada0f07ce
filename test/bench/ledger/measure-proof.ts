import { randomInt } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { readCheckpoint } from '../../../src/core/ledger/checkpoint.ts';
import { rootFromInclusion } from '../../../src/core/ledger/merkle-check.ts';
import { leafHash } from '../../../src/core/ledger/tree-hash.ts';
import { proofOf, type StoredProof } from '../../../src/store/journal/proof.ts';
import { percentile } from '../statistics.ts';
import { entryAt, fillTree } from './fill-tree.ts';
import type { LedgerBenchServer } from './ledger-bench-server.ts';
import type { ProofFigures, Timing } from './ledger-report.ts';

/** Entry, its row in the tree, both keys and what is written ahead, for each leaf. */
const bytesPerLeaf = 600;
const proofs = 2_000;

/** null: there is not room enough for so many entries. */
export async function measureProof(
  server: LedgerBenchServer,
  leaves: number,
  { repetitions, say }: Timing,
): Promise<ProofFigures | null> {
  const { bavail, bsize } = await statfs(server.folder);
  if (bavail * bsize < leaves * bytesPerLeaf) return null;
  return server.withDatabase(async (database) => {
    await fillTree(database.pool('owner', 1), server.keys, leaves, say);
    const pool = database.pool('serve', 2);
    const entries = Array.from({ length: proofs }, () => entryAt(randomInt(leaves)));
    say('proof: warming up');
    for (const entry of entries) await proofOf(pool, entry);
    const latencies: number[] = [];
    for (let round = 1; round <= repetitions; round += 1) {
      say(`proof: round ${round} of ${repetitions}`);
      for (const entry of entries) {
        const from = performance.now();
        const proof = await proofOf(pool, entry);
        latencies.push(performance.now() - from);
        if (proof === null) throw new Error('an entry has no proof');
      }
    }
    const checked = entries.slice(0, 100);
    for (const entry of checked) {
      const proof = await proofOf(pool, entry);
      if (proof === null || !leadsToSignedRoot(proof)) throw new Error('a proof leads elsewhere');
    }
    latencies.sort((a, b) => a - b);
    return {
      ...{ leaves, proofs: latencies.length, checked: checked.length },
      ...{ p50Ms: percentile(latencies, 50), p99Ms: percentile(latencies, 99) },
    };
  });
}

/** Whether leaf and path of a proof lead to the root in its checkpoint. */
export function leadsToSignedRoot({ leaf, index, size, path, checkpoint }: StoredProof): boolean {
  const end = checkpoint.indexOf('\n\n') + 1;
  const signed = readCheckpoint(checkpoint.slice(0, end));
  const hashes = path.map((each) => Buffer.from(each, 'base64url'));
  const root = rootFromInclusion(leafHash(leaf), index, size, hashes);
  return signed !== null && signed.size === size && root?.equals(signed.root) === true;
}
