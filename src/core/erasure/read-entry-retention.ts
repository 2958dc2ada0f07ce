import { lengthOf } from '../calendar.ts';
import type { RetentionFile } from '../category/catalogue-files.ts';
import type { Problems } from '../category/file-problem.ts';
import { type EntryKind, entryKinds } from '../ledger/entry.ts';
import { type EntryRetention, neededToVerify, verifiableYears } from './entry-retention.ts';

type Form = NonNullable<RetentionFile['entries']>[string];

/**
 * The section `entries` of `retention.yaml`. A file without it, as sets on record from before have, says of no
 * kind how long it is kept: nothing of the ledger goes then. What contradicts itself is noted.
 */
export function readEntryRetention(entries: RetentionFile['entries'], notes: Problems): EntryRetention {
  const retention = new Map<EntryKind, { period: string; atLeast: string | null; law: Form['law'] | null }>();
  if (entries === undefined) return new Map();
  const kinds = new Set<string>(['default', ...entryKinds]);
  for (const [word, form] of Object.entries(entries)) {
    if (notes.known(['entries', word], 'kind of entry', word, kinds)) checkForm(word, form, notes);
  }
  for (const kind of entryKinds) {
    const form = entries[kind] ?? entries.default;
    if (form === undefined) {
      notes.add(['entries'], `says nothing about ${kind}: name it, or give a default`);
      continue;
    }
    if (neededToVerify.includes(kind) && months(form.period) < verifiableYears * 12) {
      notes.add(['entries', kind], `must be kept for ${verifiableYears} years: the rest is verified with it`);
    }
    retention.set(kind, { period: form.period, atLeast: form.atLeast ?? null, law: form.law ?? null });
  }
  return retention as EntryRetention;
}

function checkForm(word: string, { period, atLeast, law }: Form, notes: Problems): void {
  if (atLeast !== undefined && months(atLeast) > months(period)) {
    notes.add(['entries', word, 'period'], 'is shorter than `atLeast`');
  }
  if ((atLeast === undefined) !== (law === undefined)) {
    notes.add(['entries', word], '`atLeast` and `law` go together: the act that asks for it');
  }
}

function months(period: string): number {
  return lengthOf(period).months;
}
