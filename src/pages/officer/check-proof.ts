import { openCheckpoint } from '../../core/ledger/checkpoint.ts';
import type { Receipt } from '../../core/ledger/entry.ts';
import { rootFromInclusion } from '../../core/ledger/merkle-check.ts';
import type { KeyRing } from '../../core/ledger/ports.ts';
import { verifyReceipt } from '../../core/ledger/receipt.ts';
import { leafHash } from '../../core/ledger/tree-hash.ts';
import type { EntryDetail, InclusionProof, Proofs } from '../ports.ts';

export type CheckName = 'leaf' | 'receipt' | 'openings' | 'checkpoint' | 'inclusion';
export type CheckState = 'passed' | 'failed' | 'absent';

export interface ProofReport {
  readonly checks: readonly { readonly name: CheckName; readonly state: CheckState }[];
  readonly verdict: 'proved' | 'pending' | 'failed';
}

/**
 * Verifies again, from the bytes and public keys alone, what a reader of the page is asked to believe.
 * Without a receipt nothing is proved; without an inclusion proof the entry is signed but not yet in the tree.
 */
export function checkProof(
  entry: Pick<EntryDetail, 'id'>,
  receipt: Receipt | null,
  inclusion: InclusionProof | null,
  trusted: { readonly keys: KeyRing; readonly log: Proofs['log'] },
): ProofReport {
  const checks = [...receiptChecks(entry, receipt, trusted.keys), ...treeChecks(receipt, inclusion, trusted.log)];
  const verdict = checks.some(({ state }) => state === 'failed')
    ? 'failed'
    : checks.some(({ state }) => state === 'absent')
      ? 'pending'
      : 'proved';
  return { checks, verdict };
}

function receiptChecks(entry: Pick<EntryDetail, 'id'>, receipt: Receipt | null, keys: KeyRing): ProofReport['checks'] {
  const closed = receipt === null ? null : verifyReceipt({ ...receipt, openings: [] }, keys);
  const opened = receipt === null ? null : verifyReceipt(receipt, keys);
  const isThisEntry = closed?.ok === true && closed.value.id === entry.id;
  return [
    { name: 'leaf', state: passed(isThisEntry) },
    { name: 'receipt', state: passed(closed?.ok === true) },
    { name: 'openings', state: passed(opened?.ok === true) },
  ];
}

function treeChecks(
  receipt: Receipt | null,
  inclusion: InclusionProof | null,
  log: Proofs['log'],
): ProofReport['checks'] {
  if (inclusion === null) {
    return [
      { name: 'checkpoint', state: 'absent' },
      { name: 'inclusion', state: 'absent' },
    ];
  }
  const checkpoint = openCheckpoint(inclusion.checkpoint, log.origin, ...log.verifiers());
  const path = inclusion.path.map((hash) => Buffer.from(hash, 'base64url'));
  const root =
    receipt === null ? null : rootFromInclusion(leafHash(receipt.leaf), inclusion.index, inclusion.size, path);
  const isIncluded = root !== null && checkpoint?.size === inclusion.size && checkpoint.root.equals(root);
  return [
    { name: 'checkpoint', state: passed(checkpoint !== null) },
    { name: 'inclusion', state: passed(isIncluded) },
  ];
}

function passed(is: boolean): CheckState {
  return is ? 'passed' : 'failed';
}
