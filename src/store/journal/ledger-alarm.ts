/** Why nothing is signed any more. */
export type LedgerRefusal =
  /** The database has fewer entries than were signed: an older backup, or a tail that was cut off. */
  | 'entries-gone'
  /** What was signed reads otherwise now: it was rewritten, or it is another branch of the same ledger. */
  | 'history-differs'
  /** The tree lacks tiles, or they do not fit together. */
  | 'tree-damaged'
  /** Checkpoints were signed, and what stands outside the database holds none. */
  | 'store-empty'
  /** What stands outside the database is older than what was signed: an old copy, or one for each host. */
  | 'store-behind'
  /** What stands outside the database is no checkpoint of this log. */
  | 'store-unreadable';

/**
 * The ledger in the database does not continue what was signed, or nobody can tell: nothing may be signed
 * any more until somebody has looked into it. Nothing personal in the message.
 */
export class LedgerAlarm extends Error {
  readonly refusal: LedgerRefusal;
  /** Entries that the last checkpoint which is known covers; 0 where none is. */
  readonly signed: number;

  constructor(refusal: LedgerRefusal, message: string, signed: number) {
    super(message);
    this.name = 'LedgerAlarm';
    this.refusal = refusal;
    this.signed = signed;
  }
}

/** What `read` resolves with; a tree that cannot be what it must be (RangeError) becomes a `LedgerAlarm`. */
export async function orDamaged<T>(signed: number, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new LedgerAlarm('tree-damaged', error.message, signed);
  }
}
