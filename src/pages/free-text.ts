/** How long what somebody types may be: least and most letters, as their browser counts them. */
export interface TextLength {
  readonly least: number;
  readonly most: number;
}

/** As long as what systems may send. */
export const fewLines: TextLength = { least: 3, most: 500 };

/** What somebody says in a form, without the space around it; null: too short or too long, for them to mend. */
export function saidText(typed: string, { least, most }: TextLength): string | null {
  const said = typed.trim();
  return said.length >= least && said.length <= most ? said : null;
}
