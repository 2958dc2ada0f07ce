import type { EntryRow } from '../ledger-rows.ts';

/** Which entry a row is of, whatever its leaf is worth. */
export interface EntryPlace {
  readonly id: string;
  readonly instance: string;
  readonly sequence: number;
}

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What the columns say of it, and the leaf where they are silent; null where neither does, or in another form. */
export function entryPlace({ leaf, columns }: Pick<EntryRow, 'leaf' | 'columns'>): EntryPlace | null {
  const { id, instance, sequence } = { ...membersOf(leaf), ...columns };
  if (typeof id !== 'string' || !uuidForm.test(id)) return null;
  if (typeof instance !== 'string' || !uuidForm.test(instance)) return null;
  if (!Number.isSafeInteger(sequence) || (sequence as number) < 1) return null;
  return { id, instance, sequence: sequence as number };
}

/** Of a text that need not be a good leaf. */
function membersOf(text: string | null): Readonly<Record<string, unknown>> {
  if (text?.startsWith('{') !== true) return {};
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
