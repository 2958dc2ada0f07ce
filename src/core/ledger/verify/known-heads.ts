import { toBase64Url } from '../encoding.ts';
import { flushHeadHash } from '../flush-head.ts';
import type { FlushRow } from '../ledger-rows.ts';
import type { LedgerSource } from '../ledger-source.ts';
import type { Findings, ProblemCode } from './findings.ts';

/** That a flush with this number and head stands in the ledger. */
export interface ExpectedHead {
  readonly instance: string;
  readonly number: number;
  /** base64url. */
  readonly head: string;
  readonly code: ProblemCode;
  readonly where: string;
}

export interface KnownHeads {
  /** The pass has come to this flush. */
  seen(instance: string, number: number, head: string): void;
  /** Looks now, later when the pass is not there yet, or in the source when it was there long ago. */
  expect(expected: ExpectedHead): Promise<void> | undefined;
  /** What was expected and did not come. */
  end(): Promise<void>;
}

/** So many of the latest heads of an instance are kept; an older one is looked up. */
const kept = 256;

interface Instance {
  first: number;
  last: number;
  readonly recent: Map<number, string>;
  readonly later: Map<number, ExpectedHead[]>;
}

/**
 * Compares heads that entries, marks and receipts name with those of the flushes that are there.
 * @param since first position of the pass: flushes before it are there all the same, unless the source begins later too
 */
export function knownHeads(
  source: Pick<LedgerSource, 'flushes' | 'since'>,
  since: number,
  findings: Findings,
): KnownHeads {
  const instances = new Map<string, Instance>();
  const of = (instance: string): Instance => {
    const known = instances.get(instance) ?? { first: 0, last: 0, recent: new Map(), later: new Map() };
    instances.set(instance, known);
    return known;
  };
  const compare = ({ head, code, where }: ExpectedHead, found: string | undefined): void => {
    if (found !== head) findings.problem(code, where);
  };
  const firstFrom = async (instance: string, from: number): Promise<FlushRow | undefined> => {
    for await (const [row] of source.flushes(instance, from)) return row;
    return undefined;
  };
  const lookUp = async (expected: ExpectedHead): Promise<void> => {
    const { instance, number } = expected;
    const row = await firstFrom(instance, number);
    const isThere = row?.number === number;
    const begins =
      isThere || source.since === 0 ? 1 : ((await firstFrom(instance, 1))?.number ?? Number.POSITIVE_INFINITY);
    if (begins > number) findings.notChecked('heads before the beginning', 'the export has no flushes from then');
    else compare(expected, isThere ? toBase64Url(flushHeadHash(row)) : undefined);
  };

  return {
    seen(instance, number, head) {
      const known = of(instance);
      if (known.first === 0) known.first = number;
      known.last = number;
      known.recent.set(number, head);
      known.recent.delete(number - kept);
      for (const expected of known.later.get(number) ?? []) compare(expected, head);
      known.later.delete(number);
    },
    expect(expected) {
      const known = of(expected.instance);
      const { number } = expected;
      if (number > known.last || known.last === 0) {
        known.later.set(number, [...(known.later.get(number) ?? []), expected]);
        return undefined;
      }
      if (known.recent.has(number) || (number > known.last - kept && number >= known.first)) {
        compare(expected, known.recent.get(number));
        return undefined;
      }
      return lookUp(expected);
    },
    async end() {
      for (const { later } of instances.values()) {
        for (const expected of [...later.values()].flat()) {
          // All flushes came by, or else those before the beginning did not.
          if (since === 0) compare(expected, undefined);
          else await lookUp(expected);
        }
      }
    },
  };
}
