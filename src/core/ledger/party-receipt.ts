import type { EntryKind, Leaf, Opening } from './entry.ts';
import { type FinalReceipt, writeFinalReceipt } from './final-receipt.ts';
import { readLeaf } from './leaf.ts';
import { openingsFor, type Reader } from './reader.ts';
import type { TlogProof } from './tlog-proof.ts';

/** An entry with every opening that is kept of it, and its proof once its checkpoint is witnessed. */
export interface ReceiptParts {
  /** The exact canonical leaf text. */
  readonly leaf: string;
  readonly openings: readonly Opening[];
  /** null: no checkpoint that enough witnesses cosigned covers it yet. */
  readonly proof: TlogProof | null;
  /** It is of what a source wanted to offer and did not, or decides which of it is offered: its recipient has none of it. */
  readonly neverOffered: boolean;
}

/**
 * Kinds of which a partner gets the final receipt: those whose entry it brings about or is told of. What a person
 * decides on a consent is not among them: to a partner a consent that is not there looks like a person who is not.
 */
const partyKinds: ReadonlySet<EntryKind> = new Set<EntryKind>([
  ...(['permit', 'refusal', 'disclosure', 'failed-attempt', 'notice'] as const),
  ...(['destruction-confirmed', 'destruction-reported'] as const),
  ...(['correction-made', 'correction-told', 'correction-confirmed'] as const),
  ...(['fact-attested', 'fact-ended', 'fact-corrected', 'fact-disputed', 'fact-confirmed'] as const),
  ...(['involvement-claimed', 'involvement-confirmed', 'involvement-rejected'] as const),
  ...(['approval', 'approval-declined', 'consent-requested', 'request-expired'] as const),
  ...(['source-asked', 'source-answered', 'source-declined', 'answer-closed'] as const),
  ...(['request-questioned', 'answer-taken', 'collection-confirmed', 'excess-reported'] as const),
  ...(['source-offered', 'offer-accepted', 'offer-declined'] as const),
  ...(['break-glass', 'break-glass-confirmed', 'break-glass-revoked'] as const),
  'subscription-changed',
]);

/**
 * Kinds of which the source alone gets it: to the recipient a stopped request looks as one that was refused; who of its
 * people a source turns to is its own, and so is when the person is told and what they ask.
 */
const sourceKinds: ReadonlySet<EntryKind> = new Set<EntryKind>([
  'request-stopped',
  'request-delegated',
  'informing-delayed',
  'informing-followed',
  'rights-request',
]);

/**
 * The final receipt of an entry for one unit, with what that unit may open. null: the unit is no party of it, or
 * its kind is not for partners; nobody can tell the two from an entry that is not there.
 */
export function partyReceipt(parts: ReceiptParts, unit: string): FinalReceipt | 'pending' | null {
  const leaf = readLeaf(parts.leaf);
  const reader = leaf && readerOf(leaf, parts.neverOffered, unit);
  if (leaf === null || reader === null) return null;
  return parts.proof === null
    ? 'pending'
    : writeFinalReceipt(parts.leaf, openingsFor(leaf, reader, parts.openings), parts.proof);
}

function readerOf(leaf: Leaf, neverOffered: boolean, unit: string): Reader | null {
  if (neverOffered || sourceKinds.has(leaf.kind)) return leaf.source === unit ? 'source' : null;
  if (!partyKinds.has(leaf.kind)) return null;
  if (leaf.recipient === unit) return 'recipient';
  return leaf.source === unit ? 'source' : null;
}
