import { z } from 'zod';
import type { TraceId } from '../brand.ts';
import { readLeaf, requestOf } from '../ledger/leaf.ts';
import type { Journal } from './ports.ts';
import type { RequestRecord } from './request.ts';

/** Why somebody asked, or offered, in their own words, and who it was. */
export interface WhatWasSaid {
  readonly justification: string;
  /** Of the own file of who said it. */
  readonly caseReference: string | null;
  /** By what the kept users know who it was; null: it does not say. */
  readonly user: { readonly role: string; readonly token: string; readonly trace: TraceId } | null;
}

/** What the openings are called of a question, and of an offer. */
const asked = { justification: 'justification', caseReference: 'caseReference', user: 'user' };
const offered = { justification: 'ground', caseReference: 'file', user: 'offerer' };
const userOpening = z.strictObject({ role: z.string(), token: z.string() });

/**
 * What was said when a request was made, from the openings of the entry that opened it: it stands nowhere else. null:
 * erased, or its period is over. Throws `Fault('database-unavailable')`.
 */
export async function whatWasSaid(
  { journal }: { readonly journal: Pick<Journal, 'receipt'> },
  request: Pick<RequestRecord, 'id' | 'openedBy'>,
): Promise<WhatWasSaid | null> {
  const receipt = request.openedBy === null ? null : await journal.receipt(request.openedBy);
  const leaf = receipt && readLeaf(receipt.leaf);
  if (receipt === null || leaf === null || requestOf(leaf.body) !== request.id) return null;
  const opening = (name: string) => receipt.openings.find((one) => one.name === name)?.value ?? null;
  const names = leaf.kind === 'source-offered' ? offered : asked;
  const justification = opening(names.justification);
  if (justification === null) return null;
  const user = userOf(opening(names.user));
  return { justification, caseReference: opening(names.caseReference), user: user && { ...user, trace: leaf.trace } };
}

function userOf(text: string | null): { readonly role: string; readonly token: string } | null {
  if (text === null) return null;
  try {
    return userOpening.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
