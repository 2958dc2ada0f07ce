import type { WitnessPolicy } from '../core/ledger/witnessed.ts';
import { lawWords } from '../pages/law-words.ts';
import { pageKeys, pageNames, pageNoteKeys, pageWitnesses } from '../receipt-page/page-data.ts';
import { receiptPage } from '../receipt-page/receipt-page.ts';
import { jwksFor, publicKeys } from '../store/keys.ts';
import type { AppWorld } from './apps.ts';

/** Anybody may ask for the page, so that it is made no more often than this, however many do. */
const keptMs = 60_000;

/** The page that checks receipts, with the public keys, the witnesses and the names of now. */
export function servedReceiptPage(
  { record, ports }: Pick<AppWorld, 'record' | 'ports'>,
  witnesses: WitnessPolicy | null,
): () => Promise<string> {
  let kept: { readonly page: Promise<string>; readonly until: number } | null = null;
  const make = async (): Promise<string> => {
    const keys = await publicKeys(record.serve);
    return receiptPage({
      trust: {
        origin: record.origin,
        keys: pageKeys(jwksFor('ledger', keys)),
        noteKeys: pageNoteKeys(jwksFor('checkpoint', keys)),
        logKeys: [],
        witnesses: witnesses === null ? null : pageWitnesses(witnesses),
      },
      names: pageNames(ports.policies.current(), ports.registry.current(), lawWords),
      madeAt: ports.clock.now(),
    });
  };
  return () => {
    const now = Date.parse(ports.clock.now());
    if (kept === null || now >= kept.until) {
      kept = { page: make(), until: now + keptMs };
      // What could not be made is tried again by whoever asks next.
      kept.page.catch(() => {
        kept = null;
      });
    }
    return kept.page;
  };
}
