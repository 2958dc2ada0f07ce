import { instant } from '../../src/core/brand.ts';
import { openingsOf } from '../../src/core/ledger/commitment.ts';
import type { Opening, Receipt } from '../../src/core/ledger/entry.ts';
import type { FinalReceipt } from '../../src/core/ledger/final-receipt.ts';
import { flushHeadText, noPreviousHead } from '../../src/core/ledger/flush-head.ts';
import { writeLeaf } from '../../src/core/ledger/leaf.ts';
import { writeReceipt } from '../../src/core/ledger/receipt.ts';
import { leafHash } from '../../src/core/ledger/tree-hash.ts';
import { lawWords } from '../../src/pages/law-words.ts';
import { pageNames, pageWitnesses, type ReceiptPageData } from '../../src/receipt-page/page-data.ts';
import { logOrigin, WitnessedLog } from '../world/final-receipts.ts';
import { memoryUnit } from '../world/memory-world.ts';
import { realDisclosure, realPermit } from '../world/real-entries.ts';
import { shippedSet } from '../world/shipped-set.ts';

/** Receipts of one permit and its disclosure, and a page that believes whoever signed them. */
export class ReceiptWorld {
  readonly log = new WitnessedLog();
  readonly early: Receipt = this.#early();
  readonly final: FinalReceipt = this.log.receipt(
    realDisclosure,
    { index: 1_048_000, size: 1_048_577 },
    only('subject'),
  );
  readonly permit: FinalReceipt = this.log.receipt(
    realPermit,
    { index: 1_047_999, size: 1_048_577 },
    only('reference', 'justification', 'caseReference', 'user'),
  );

  pageData(changes: Partial<ReceiptPageData['trust']> = {}): ReceiptPageData {
    const units = [
      memoryUnit('pi-zwolle', 'prison', { name: 'PI Zwolle' }),
      memoryUnit('gemeente-zwolle', 'municipality', { name: 'Gemeente Zwolle, team Nazorg' }),
    ];
    return {
      trust: {
        origin: logOrigin,
        keys: { [this.log.signer.keyId]: this.log.signer.publicKey.toString('base64url') },
        noteKeys: [this.log.signer.publicKey.toString('base64url')],
        logKeys: [],
        witnesses: pageWitnesses(this.log.policy),
        ...changes,
      },
      names: pageNames(shippedSet(), { units: new Map(units.map((unit) => [unit.id, unit])) }, lawWords),
      madeAt: instant(new Date('2026-11-22T08:00:00.000Z')),
    };
  }

  #early(): Receipt {
    const { signer } = this.log;
    const openings = openingsOf(realPermit, Buffer.alloc(16 * Object.keys(realPermit.personal).length, 7));
    const instance = '01920000-0000-7000-b000-000000000001';
    const { text } = writeLeaf(realPermit, { instance, sequence: 1 }, openings);
    const head = { instance, number: 1, first: 1, count: 1, previous: noPreviousHead };
    const signature = signer.sign(flushHeadText({ ...head, root: leafHash(text) }));
    const shown = only('reference', 'justification', 'caseReference', 'user')(openings);
    return writeReceipt({ text, index: 0, path: [] }, { head, key: signer.keyId, signature }, shown);
  }
}

function only(...names: readonly string[]) {
  return (openings: readonly Opening[]) => openings.filter(({ name }) => names.includes(name));
}
