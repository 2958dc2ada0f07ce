import type { KeyedCipher } from '../core/subject/ports.ts';

/** What people write in their own words, and their names: encrypted in the column, authenticated with its row. */
export type SaidColumn =
  | 'fact.reference'
  | 'fact.dispute_ground'
  | 'involvement_claim.justification'
  | 'partner_change.said'
  | 'legal_hold.said'
  | 'request_message.said';

/** INVARIANT: nothing that somebody wrote stands in the database in clear. null stays null. */
export function sealSaid(
  cipher: Pick<KeyedCipher, 'encrypt'>,
  column: SaidColumn,
  row: string,
  text: string | null,
): Buffer | null {
  return text === null ? null : cipher.encrypt(text, saidContext(column, row));
}

/** Throws when it is not intact, or stands in another row or column. */
export function openSaid(
  cipher: Pick<KeyedCipher, 'decrypt'>,
  column: SaidColumn,
  row: string,
  sealed: Buffer | null,
): string | null {
  return sealed === null ? null : cipher.decrypt(sealed, saidContext(column, row));
}

export function saidContext(column: SaidColumn, row: string): string {
  return `${column}:${row}`;
}
