import type { z } from 'zod';
import { type Accepts, compileForm } from './compile-form.ts';

/** Who may hold an opening beside the gateway's own officers, as a party of the entry. */
export type Reader = 'recipient' | 'source' | 'subject';

/** A value that stands in the leaf as a commitment. */
export interface OpeningForm {
  /** `stored`: kept under the subject's key. `fleeting`: only ever in the receipt of the moment. */
  readonly kept: 'stored' | 'fleeting';
  readonly required: boolean;
  /** Whoever is not named gets it in no receipt. */
  readonly readers: readonly Reader[];
}

/** Members of the envelope that a kind always or never names; what is left out may be either. */
export type Named = Readonly<Partial<Record<'policySet' | 'purpose' | 'source' | 'recipient', 'always' | 'never'>>>;

/**
 * What one version of a kind of entry holds. Forms are final once a ledger holds entries of them: what changes
 * is a next version, and the one before stays for reading.
 */
export interface EntryForm {
  /** Strict: a member that is not named here is refused. */
  readonly body: z.ZodType;
  /** The verdict of `body`, quickly. */
  readonly isBody: Accepts;
  readonly openings: Readonly<Record<string, OpeningForm>>;
  /** Of `openings` those that every such entry has. */
  readonly requiredNames: readonly string[];
  readonly named: Named;
}

/** Versions of a kind, from 1: `body.v` names the version, and a body without it is of version 1. */
export type EntryVersions = readonly [EntryForm, ...EntryForm[]];

export function entryForm(body: z.ZodType, openings: EntryForm['openings'], named: Named = {}): EntryForm {
  const requiredNames = Object.keys(openings).filter((name) => openings[name]?.required);
  return { body, isBody: compileForm(body), openings, requiredNames, named };
}

/** A personal value that every such entry has. */
export function stored(...readers: readonly Reader[]): OpeningForm {
  return { kept: 'stored', required: true, readers };
}

/** A personal value that such an entry may have. */
export function maybeStored(...readers: readonly Reader[]): OpeningForm {
  return { kept: 'stored', required: false, readers };
}

/** A value that is committed to and never kept. */
export function fleeting(...readers: readonly Reader[]): OpeningForm {
  return { kept: 'fleeting', required: true, readers };
}

/** Both parties and the purpose stand in the clear: entries about a request, a notice or a consent. */
export const betweenParties: Named = { purpose: 'always', source: 'always', recipient: 'always' };

/** About no partner and no purpose. */
export const aboutNobody: Named = { purpose: 'never', source: 'never', recipient: 'never' };
