export type TrustProblemCode =
  | 'unreadable'
  | 'no-certificate'
  | 'unfit-authority'
  | 'authority-not-now'
  | 'no-list'
  | 'not-signed'
  | 'partial-list'
  | 'list-not-yet'
  | 'list-expired'
  | 'nothing-usable';

/** What is wrong, with which CA or file. INVARIANT: codes, names of CAs and files, dates; never a sentence. */
export interface TrustDetail {
  readonly [member: string]: string;
}

/** Something that does not work, in one line for the operator's log, and in codes for pages in two languages. */
export interface TrustProblem {
  readonly text: string;
  readonly detail: TrustDetail;
}

export function trustProblem(
  problem: TrustProblemCode,
  about: { readonly file: string } | { readonly authority: string },
  text: string,
): TrustProblem {
  return { text, detail: { problem, ...about } };
}
