import { Fault } from '../../core/fault.ts';
import { committedNames, openingsOf, saltBytes } from '../../core/ledger/commitment.ts';
import { sha256 } from '../../core/ledger/encoding.ts';
import type { EntryDraft, Opening, Receipt } from '../../core/ledger/entry.ts';
import { flushHeadHash, flushHeadText } from '../../core/ledger/flush-head.ts';
import { type WrittenLeaf, writeLeaf } from '../../core/ledger/leaf.ts';
import { treeOf } from '../../core/ledger/merkle.ts';
import type { LedgerSigner, RandomBytes } from '../../core/ledger/ports.ts';
import { writeReceipt } from '../../core/ledger/receipt.ts';
import { sealedDigest } from '../../core/ledger/sealed-digest.ts';
import type { IdentifierSecrets, SubjectCipher } from '../../core/subject/ports.ts';
import { eventRow } from './event-row.ts';
import type { FlushRows, SealedOpening } from './flush-statement.ts';
import { sealOpening } from './opening.ts';
import type { Fate, PendingWork } from './pending-work.ts';
import type { Position } from './position.ts';

export interface FlushKeys {
  readonly signer: LedgerSigner;
  readonly cipher: SubjectCipher;
  readonly random: RandomBytes;
  /** For what changes hold in a partner's own words. */
  readonly secrets: Pick<IdentifierSecrets, 'encrypt' | 'lookups' | 'lookupKey'>;
  /** Of a unit and a person whose events go to it in order: the same for ever. */
  readonly orderMark: (text: string) => string;
}

/** A flush as it will be written, the receipts that may be given once it is durable, and where the next one goes. */
export interface ComposedFlush {
  readonly rows: FlushRows;
  readonly receipts: ReadonlyMap<PendingWork, readonly Receipt[]>;
  readonly next: Position;
}

interface ComposedEntry {
  readonly leaf: WrittenLeaf;
  readonly openings: readonly Opening[];
  readonly sealed: readonly SealedOpening[];
}

/**
 * Numbers, commits to, hashes and signs the entries of works that may be written. A work whose entry
 * cannot be written at all fails alone and takes no number. null when nothing is left.
 */
export function composeFlush(
  works: readonly PendingWork[],
  position: Position,
  keys: FlushKeys,
): { readonly flush: ComposedFlush | null; readonly fates: ReadonlyMap<PendingWork, Fate> } {
  const fates = new Map<PendingWork, Fate>();
  const composed = new Map<PendingWork, readonly ComposedEntry[]>();
  let sequence = position.first;
  for (const pending of works) {
    try {
      const start = sequence;
      const entries = pending.work.entries.map((draft, index) =>
        composeEntry(draft, { instance: position.instance, sequence: start + index }, pending, keys),
      );
      composed.set(pending, entries);
      sequence += entries.length;
    } catch (error) {
      fates.set(pending, {
        type: 'failed',
        fault: new Fault('ledger-unavailable', 'an entry has no form', { cause: error }),
      });
    }
  }
  const entries = [...composed.values()].flat();
  if (entries.length === 0) return { flush: null, fates };
  return { flush: signFlush(composed, entries, position, keys), fates };
}

function signFlush(
  composed: ReadonlyMap<PendingWork, readonly ComposedEntry[]>,
  entries: readonly ComposedEntry[],
  position: Position,
  { signer, orderMark }: FlushKeys,
): ComposedFlush {
  const leaves = entries.map(({ leaf }) => leaf);
  const tree = treeOf(leaves.map(({ hash }) => hash));
  const head = { ...position, count: leaves.length, root: tree.root };
  const signature = signer.sign(flushHeadText(head));
  const receiptOf = ({ leaf, openings }: ComposedEntry): Receipt => {
    const index = leaf.leaf.sequence - position.first;
    const path = tree.inclusion(index);
    return writeReceipt({ text: leaf.text, index, path }, { head, key: signer.keyId, signature }, openings);
  };
  return {
    rows: {
      works: [...composed.keys()],
      head,
      key: signer.keyId,
      signature,
      leaves,
      openings: entries.flatMap(({ sealed }) => sealed),
      events: [...composed.keys()]
        .flatMap(({ work }) => work.changes)
        .flatMap((change) => (change.type === 'event-emitted' ? [change.event] : []))
        .map((event, place) => eventRow(event, place, orderMark)),
    },
    receipts: new Map([...composed].map(([pending, own]) => [pending, own.map(receiptOf)])),
    next: {
      instance: position.instance,
      number: position.number + 1,
      first: position.first + leaves.length,
      previous: flushHeadHash(head),
    },
  };
}

function composeEntry(
  draft: EntryDraft,
  place: { readonly instance: string; readonly sequence: number },
  pending: PendingWork,
  { cipher, random }: FlushKeys,
): ComposedEntry {
  const openings = openingsOf(draft, random(committedNames(draft).length * saltBytes));
  const wrappedKey = pending.openingKeys.get(draft.subject);
  if (wrappedKey === undefined) throw new TypeError('an entry about a subject without a key');
  const sealed = openings
    .filter(({ name }) => Object.hasOwn(draft.personal, name))
    .map((opening) => ({
      entry: draft.id,
      name: opening.name,
      subject: draft.subject,
      ciphertext: sealOpening(cipher, wrappedKey, draft.id, opening),
    }));
  return { leaf: writeLeaf({ ...draft, body: sealedBody(draft, sealed) }, place, openings), openings, sealed };
}

/** With what binds the openings that are stored beside the leaf; the domain never says that itself. */
function sealedBody({ body }: EntryDraft, sealed: readonly SealedOpening[]): EntryDraft['body'] {
  if (Object.hasOwn(body, 'sealed')) throw new TypeError('the journal alone seals an entry');
  if (sealed.length === 0) return body;
  return {
    ...body,
    sealed: sealedDigest(sealed.map(({ name, ciphertext }) => ({ name, digest: sha256(ciphertext) }))),
  };
}
