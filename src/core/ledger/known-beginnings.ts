import type { JsonValue, Leaf } from './entry.ts';
import type { EntryForm } from './forms/entry-form.ts';
import { formOf } from './forms/entry-forms.ts';
import type { PlainScan } from './plain-scan.ts';

/** How good leaves begin, by what was read of them. */
export interface KnownBeginnings {
  /** Those that this text may begin like. */
  of(text: string): readonly Beginning[];
  /** @param text of the leaf, which is good */
  remember(text: string, leaf: Leaf): void;
}

/**
 * Body and commitments of good leaves of one kind, as they are spelt, that differ in nothing but UUIDs and hashes.
 * No form tells one UUID from another, or one hash, and each has one spelling: when one such beginning is canonical
 * and of the form of its kind, all are.
 */
export interface Beginning extends Pick<Leaf, 'kind' | 'body' | 'commitments'> {
  readonly form: EntryForm;
  /** Where they differ, in order. */
  readonly inBody: readonly Difference[];
  readonly inCommitments: readonly Difference[];
  /** What stands behind the last of them, up to the id of the leaf. */
  readonly after: string;
}

interface Difference {
  /** What stands between the one before it and this one. */
  readonly before: string;
  readonly name: string;
  readonly of: 'uuid' | 'hash';
}

const beforeBody = '{"body":';
const beforeCommitments = ',"commitments":';
const beforeId = '},"id":"';
const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const hashForm = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
/** So much is remembered: of so many lengths the latest, and none that is longer. */
const mostLengths = 256;
const mostOfLength = 8;
const longest = 4_096;
const none: readonly Beginning[] = [];

export function knownBeginnings(): KnownBeginnings {
  const byLength = new Map<number, readonly Beginning[]>();
  const lengthIn = (text: string): number => text.indexOf(beforeId) + beforeId.length;
  return {
    of: (text) => byLength.get(lengthIn(text)) ?? none,
    remember(text, leaf) {
      const length = lengthIn(text);
      const known = length > longest ? null : beginningOf(text.slice(0, length), leaf);
      if (known === null) return;
      byLength.set(length, [known, ...(byLength.get(length) ?? none)].slice(0, mostOfLength));
      const [oldest] = byLength.keys();
      if (byLength.size > mostLengths && oldest !== undefined) byLength.delete(oldest);
    },
  };
}

/** Passes what begins like these leaves. */
export function passLike(known: Beginning, scan: PlainScan): Pick<Leaf, 'body' | 'commitments'> {
  const body: { [name: string]: JsonValue } = { ...known.body };
  for (const { before, name, of } of known.inBody) {
    scan.passLong(before);
    body[name] = of === 'uuid' ? scan.uuid() : scan.hash();
  }
  const commitments: { [name: string]: string } = { ...known.commitments };
  for (const { before, name } of known.inCommitments) {
    scan.passLong(before);
    commitments[name] = scan.hash();
  }
  scan.passLong(known.after);
  return { body, commitments };
}

function beginningOf(beginning: string, { kind, body, commitments }: Leaf): Beginning | null {
  const form = formOf({ kind, body });
  const toCommitments = `${beforeBody}${JSON.stringify(body)}${beforeCommitments}`;
  // Not where what stands before the id of the leaf stands in its body too.
  if (form === null || beginning !== `${toCommitments}${JSON.stringify(commitments).slice(0, -1)}${beforeId}`)
    return null;
  let passed = 0;
  const differencesIn = (members: Leaf['body'], start: number): readonly Difference[] => {
    const found: Difference[] = [];
    let at = start + '{'.length;
    // Members stand in the text in the order in which they are listed.
    for (const [name, value] of Object.entries(members)) {
      const from = at + JSON.stringify(name).length + ':'.length;
      const to = from + JSON.stringify(value).length;
      const of =
        typeof value !== 'string' ? null : uuidForm.test(value) ? 'uuid' : hashForm.test(value) ? 'hash' : null;
      if (of !== null) {
        found.push({ before: beginning.slice(passed, from + 1), name, of });
        passed = to - 1;
      }
      at = to + ','.length;
    }
    return found;
  };
  const inBody = differencesIn(body, beforeBody.length);
  const inCommitments = differencesIn(commitments, toCommitments.length);
  return { kind, form, body, commitments, inBody, inCommitments, after: beginning.slice(passed) };
}
