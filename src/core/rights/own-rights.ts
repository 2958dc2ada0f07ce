import type { SubjectId } from '../brand.ts';
import type { Journal } from '../disclosure/ports.ts';
import { readLeaf } from '../ledger/leaf.ts';
import { openingsFor } from '../ledger/reader.ts';
import type { RightsRequest, RightsRequests } from './rights-request.ts';

/** What a person asked, as they read it themselves. */
export interface OwnRights {
  readonly rights: RightsRequest;
  /** Why it was decided so, in the words of the source; null: not decided, or the record of it is erased. @law AVG 12(4) */
  readonly ground: string | null;
}

/** What this person asked, newest first. INVARIANT: a reason is read by whose request it is alone, from the ledger. */
export async function ownRights(
  { rights, journal }: { readonly rights: RightsRequests; readonly journal: Pick<Journal, 'receipt'> },
  subject: SubjectId,
): Promise<readonly OwnRights[]> {
  const own: OwnRights[] = [];
  for (const one of await rights.of(subject)) own.push({ rights: one, ground: await groundOf(journal, one) });
  return own;
}

async function groundOf(
  journal: Pick<Journal, 'receipt'>,
  { decisionEntry }: Pick<RightsRequest, 'decisionEntry'>,
): Promise<string | null> {
  const receipt = decisionEntry === null ? null : await journal.receipt(decisionEntry);
  const leaf = receipt && readLeaf(receipt.leaf);
  if (!receipt || !leaf) return null;
  return openingsFor(leaf, 'subject', receipt.openings).find(({ name }) => name === 'ground')?.value ?? null;
}
