import { hash } from 'node:crypto';
import { toBase64Url } from '../encoding.ts';
import { flushHeadText, noPreviousHead } from '../flush-head.ts';
import type { FlushRow } from '../ledger-rows.ts';
import type { LedgerSource } from '../ledger-source.ts';
import type { KeyRing } from '../ports.ts';
import { hashLength } from '../tile.ts';
import type { Findings } from './findings.ts';
import { rootOfHashes } from './grow-tree.ts';
import type { KnownHeads } from './known-heads.ts';

/** What the pass has seen of an instance. */
export interface Lane {
  readonly instance: string;
  /** Of the latest entry; 0 before the first. */
  sequence: number;
  /** What came of it before, voids aside. `untold`: entries without a good leaf, which may have been anything. */
  spoken: 'nothing' | 'untold' | 'something';
  /** The flush whose entries come by now; null before the first, and where there is none with the number. */
  flush: FlushRow | null;
  /** Number of the latest flush in which a void came by, and anything else; null: in none. */
  voided: number | null;
  written: number | null;
  /** The latest flush that was opened, whether it is open still. */
  latest: OpenedFlush | null;
}

export interface OpenedFlush {
  readonly row: FlushRow;
  /** SHA-256 of its text, calculated. */
  readonly head: Buffer;
  /** false: part of it lies before what is read. */
  readonly isWhole: boolean;
}

export interface InstanceLanes {
  /**
   * An entry comes by; its leaf hash stands in `hashes` at `start`. What it returns must be waited for before
   * the next one: a flush is read then.
   */
  take(lane: Lane, entry: PlacedEntry, hashes: Buffer, start: number): Promise<void> | undefined;
  of(instance: string): Lane;
  /** Closes what is open, and reads the flushes of which no entry came by. */
  end(): Promise<void>;
}

export interface PlacedEntry {
  readonly id: string;
  readonly sequence: number;
  readonly flush: number;
}

interface OpenLane extends Lane {
  /** Largest number of a flush that an entry named, whether there is one or not. */
  named: number;
  rows: AsyncIterator<readonly FlushRow[]> | null;
  page: readonly FlushRow[];
  next: number;
  /** Leaf hashes of the open flush. */
  hashes: Buffer;
  count: number;
}

export interface FlushTrust {
  readonly keys: KeyRing;
  /** false: flush signatures are left out. */
  readonly signatures: boolean;
}

/** Entries of each instance against its flushes: numbers without gaps, roots, the chain of heads, signatures. */
export function instanceLanes(
  source: LedgerSource,
  since: number,
  trust: FlushTrust,
  heads: KnownHeads,
  findings: Findings,
): InstanceLanes {
  const lanes = new Map<string, OpenLane>();

  const close = (lane: OpenLane): void => {
    const { flush, latest, count } = lane;
    lane.flush = null;
    if (flush === null || latest?.isWhole !== true) return;
    const where = `${lane.instance}/${flush.number}`;
    if (count !== flush.count) findings.problem('flush-count', where);
    if (count > 0 && !rootOfHashes(lane.hashes, count).equals(flush.root)) findings.problem('flush-root', where);
  };
  const open = (lane: OpenLane, row: FlushRow, entry: PlacedEntry | null): void => {
    const isBetween = since === 0 || lane.latest !== null;
    const head = checkHead(row, isBetween || row.number === 1 ? lane.latest : 'unknown', trust, findings);
    lane.latest = { row, head, isWhole: isBetween || row.first === entry?.sequence };
    lane.flush = row;
    lane.count = 0;
    heads.seen(lane.instance, row.number, toBase64Url(head));
  };
  /** Opens the flush with a number, and those before it that no entry named. */
  const advance = async (lane: OpenLane, entry: PlacedEntry | null): Promise<void> => {
    close(lane);
    for (;;) {
      const row = await nextRow(source, lane, since > 0 && entry !== null ? entry.flush : 1);
      if (row === null || (entry !== null && row.number > entry.flush)) break;
      lane.next += 1;
      open(lane, row, entry);
      if (row.number === entry?.flush) return;
      close(lane);
    }
    if (entry !== null) findings.problem('flush-missing', entry.id);
  };
  const add = (lane: OpenLane, entry: PlacedEntry, hashes: Buffer, start: number): void => {
    const { flush } = lane;
    if (flush === null || flush.number !== entry.flush) return;
    if (entry.sequence < flush.first || entry.sequence >= flush.first + flush.count) {
      findings.problem('flush-place', entry.id);
    }
    if (lane.hashes.length < (lane.count + 1) * hashLength) {
      lane.hashes = Buffer.concat([lane.hashes, Buffer.alloc(lane.hashes.length)]);
    }
    hashes.copy(lane.hashes, lane.count * hashLength, start, start + hashLength);
    lane.count += 1;
  };

  return {
    of(instance) {
      const known = lanes.get(instance);
      if (known !== undefined) return known;
      const lane = newLane(instance);
      lanes.set(instance, lane);
      return lane;
    },
    take(taken, entry, hashes, start) {
      const lane = taken as OpenLane;
      if (lane.sequence === 0 && since > 0 && entry.sequence > 1) lane.spoken = 'something';
      const isNext = entry.sequence === lane.sequence + 1 || (lane.sequence === 0 && since > 0);
      if (!isNext) findings.problem('sequence-gap', entry.id);
      lane.sequence = Math.max(entry.sequence, lane.sequence);
      if (lane.flush?.number === entry.flush) {
        add(lane, entry, hashes, start);
        return undefined;
      }
      if (entry.flush < lane.named) {
        findings.problem('flush-place', entry.id);
        return undefined;
      }
      lane.named = entry.flush;
      return advance(lane, entry).then(() => add(lane, entry, hashes, start));
    },
    async end() {
      for (const instance of await source.instances()) if (since === 0) this.of(instance);
      for (const lane of lanes.values()) await advance(lane, null);
      findings.checked.instances += lanes.size;
    },
  };
}

function newLane(instance: string): OpenLane {
  return {
    ...{ instance, sequence: 0, spoken: 'nothing', voided: null, written: null, flush: null, latest: null },
    ...{ named: 0, rows: null, page: [], next: 0, count: 0 },
    hashes: Buffer.alloc(8 * hashLength),
  };
}

async function nextRow(source: LedgerSource, lane: OpenLane, from: number): Promise<FlushRow | null> {
  lane.rows ??= source.flushes(lane.instance, from)[Symbol.asyncIterator]();
  while (lane.next >= lane.page.length) {
    const page = await lane.rows.next();
    if (page.done === true) return null;
    lane.page = page.value;
    lane.next = 0;
  }
  return lane.page[lane.next] ?? null;
}

/** One flush head against the one before it and its signature. Returns its calculated hash. */
function checkHead(
  flush: FlushRow,
  previous: OpenedFlush | null | 'unknown',
  { keys, signatures }: FlushTrust,
  findings: Findings,
): Buffer {
  const where = `${flush.instance}/${flush.number}`;
  const text = flushHeadText(flush);
  const head = hash('sha256', text, 'buffer');
  findings.checked.flushes += 1;
  if (previous !== 'unknown') {
    const { number = 0, first = 1, count = 0 } = previous?.row ?? {};
    if (flush.number !== number + 1) findings.problem('flush-gap', where);
    if (flush.first !== first + count) findings.problem('flush-place', where);
    if (!flush.previous.equals(previous?.head ?? noPreviousHead)) findings.problem('flush-chain', where);
  }
  if (!flush.head.equals(head)) findings.problem('flush-head', where);
  const check = keys.get(flush.key);
  if (check === undefined) findings.problem('unknown-key', where);
  else if (signatures) {
    findings.checked.flushSignatures += 1;
    if (!check(text, flush.signature)) findings.problem('flush-signature', where);
  }
  return head;
}
