import { createHash } from 'node:crypto';
import { committedNames, openingsOf, saltBytes } from '../../src/core/ledger/commitment.ts';
import type { EntryDraft, Receipt } from '../../src/core/ledger/entry.ts';
import { draftProblem } from '../../src/core/ledger/forms/draft-problem.ts';
import { writeLeaf } from '../../src/core/ledger/leaf.ts';

/** A real leaf under a flush that proves nothing: what proves is tested with the ledger. */
export function memoryReceipt(draft: EntryDraft): Receipt {
  const openings = openingsOf(draft, Buffer.alloc(committedNames(draft).length * saltBytes, 1));
  const place = { instance: '01920000-0000-7000-b000-00000000000f', sequence: 1 };
  return {
    v: 1,
    leaf: writeLeaf(draft, place, openings).text,
    flush: {
      instance: 'memory',
      number: 1,
      first: 1,
      count: 1,
      index: 0,
      path: [],
      previous: '',
      key: 'memory',
      signature: createHash('sha256').update(draft.id).digest('base64url'),
    },
    openings,
  };
}

/** What the ledger would refuse is a mistake here too, whatever the test is about. */
export function insistOnForm(draft: EntryDraft): void {
  const problem = draftProblem(draft);
  if (problem !== null) throw new TypeError(problem);
}
