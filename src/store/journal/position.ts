import { noPreviousHead } from '../../core/ledger/flush-head.ts';

/** Where the next flush of an instance goes. Moves on only after a COMMIT that is known to have happened. */
export interface Position {
  readonly instance: string;
  readonly number: number;
  readonly first: number;
  readonly previous: Buffer;
}

export function firstPosition(instance: string): Position {
  return { instance, number: 1, first: 1, previous: noPreviousHead };
}
