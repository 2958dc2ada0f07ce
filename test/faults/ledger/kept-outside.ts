import type { NoteVerifier } from '../../../src/core/ledger/checkpoint.ts';
import { openCheckpoint } from '../../../src/core/ledger/checkpoint.ts';
import type { Receipt } from '../../../src/core/ledger/entry.ts';
import type { KeyRing } from '../../../src/core/ledger/ports.ts';
import { verifyReceipt } from '../../../src/core/ledger/receipt.ts';
import type { Acknowledged, WorkerEvent } from './gateway-worker.ts';

/** A state of the tree that somebody was shown. */
export interface SeenState {
  readonly size: number;
  /** base64. */
  readonly root: string;
}

/**
 * What people elsewhere hold: each receipt that was handed out, and each checkpoint that was signed. No process that is
 * killed has any of it.
 */
export interface KeptOutside {
  readonly acknowledged: ReadonlyMap<string, { readonly kind: string; readonly receipt: Receipt | null }>;
  /** Distinct states, whoever signed or published them. */
  readonly states: ReadonlyMap<string, SeenState>;
  readonly refused: ReadonlyMap<string, number>;
  /** What no round may lead to: a receipt that proves nothing, a note that is none, a ledger that was refused. */
  readonly wrong: readonly string[];
  heard(event: WorkerEvent): void;
  /** A note as the world sees it. */
  published(note: string): void;
}

export function keptOutside(origin: string, keys: KeyRing, logKey: NoteVerifier): KeptOutside {
  const acknowledged = new Map<string, { readonly kind: string; readonly receipt: Receipt | null }>();
  const states = new Map<string, SeenState>();
  const refused = new Map<string, number>();
  const wrong: string[] = [];

  const keep = ({ id, kind, receipt }: Acknowledged): void => {
    acknowledged.set(id, { kind, receipt });
    if (receipt === null) return;
    const checked = verifyReceipt(receipt, keys);
    if (!checked.ok) wrong.push(`the receipt of ${id} does not verify: ${checked.refusal}`);
    else if (checked.value.id !== id) wrong.push(`the receipt of ${id} is of another entry`);
  };
  const see = (size: number, root: string): void => void states.set(`${size} ${root}`, { size, root });
  return {
    acknowledged,
    states,
    refused,
    wrong,
    heard(event) {
      if (event.event === 'acknowledged') for (const each of event.entries) keep(each);
      if (event.event === 'refused') refused.set(event.code, (refused.get(event.code) ?? 0) + 1);
      if (event.event === 'alarm' && event.isRefusal) wrong.push(event.alarm);
      if (event.event === 'signed') {
        const [, size, root] = event.text.split('\n');
        see(Number(size), String(root));
      }
    },
    published(note) {
      const checkpoint = openCheckpoint(note, origin, logKey);
      if (checkpoint === null) wrong.push('a note that was published is no checkpoint of this ledger');
      else see(checkpoint.size, checkpoint.root.toString('base64'));
    },
  };
}
