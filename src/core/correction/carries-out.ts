import type { CarriedOutAs, RightsWish } from '../rights/rights-request.ts';
import type { CorrectionKind } from './correction.ts';

/** By which corrections a source does what a person asked: it is done by no other. */
export const carriedOutBy: Readonly<Record<RightsWish, readonly CarriedOutAs[]>> = {
  // What is not right is as well gone.
  correct: ['rectified', 'erased'],
  erase: ['erased'],
  restrict: ['restricted', 'erased'],
  object: ['restricted', 'erased'],
};

export function carriesOut(kind: CorrectionKind, wish: RightsWish): boolean {
  const ways: readonly CorrectionKind[] = carriedOutBy[wish];
  return ways.includes(kind);
}
