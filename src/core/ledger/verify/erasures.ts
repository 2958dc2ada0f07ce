import type { Leaf } from '../entry.ts';
import type { Findings } from './findings.ts';

/** What is not there any more, against what entries of kind `erasure` say was erased. */
export interface Erasures {
  /** A leaf that is gone. */
  goneLeaf(instance: string, sequence: number, id: string): void;
  /** An opening that is gone, of an entry whose leaf is there. */
  goneOpening(leaf: Leaf, name: string): void;
  leaf(leaf: Leaf): void;
  end(since: number): void;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Openings of one entry that are gone. */
interface Erased {
  readonly id: string;
  readonly sequence: number;
  readonly names: string[];
}

export function erasures(findings: Findings): Erasures {
  const gone = new Map<string, { from: number; to: number; readonly id: string }[]>();
  const announced = new Map<string, Range[]>();
  const erased = new Map<string, Erased[]>();
  const values = new Set<string>();
  let ofSubjects = 0;
  let withLeaves = 0;

  return {
    goneLeaf(instance, sequence, id) {
      findings.checked.erasedLeaves += 1;
      const ranges = gone.get(instance) ?? [];
      gone.set(instance, ranges);
      const last = ranges.at(-1);
      if (last !== undefined && last.to + 1 === sequence) last.to = sequence;
      else ranges.push({ from: sequence, to: sequence, id });
    },
    goneOpening({ id, instance, sequence }, name) {
      findings.checked.erasedOpenings += 1;
      const entries = erased.get(instance) ?? [];
      erased.set(instance, entries);
      const last = entries.at(-1);
      if (last?.sequence === sequence && last.id === id) last.names.push(name);
      else entries.push({ id, sequence, names: [name] });
    },
    leaf({ kind, body }) {
      if (kind !== 'erasure') return;
      if (body.scope === 'value') values.add(`${String(body.entry)}/${String(body.name)}`);
      if (body.scope === 'subject' && isCount(body.openings)) ofSubjects += body.openings;
      if (body.scope !== 'leaves' || !Array.isArray(body.ranges)) return;
      if (isCount(body.erased)) withLeaves += body.erased;
      for (const { instance, from, to } of body.ranges as readonly Record<string, unknown>[]) {
        if (typeof instance !== 'string' || !isCount(from) || !isCount(to)) continue;
        announced.set(instance, [...(announced.get(instance) ?? []), { from, to }]);
      }
    },
    end(since) {
      if (since > 0) {
        findings.notChecked('erasures before the beginning', 'they were not read');
        return;
      }
      const named = new Map([...announced].map(([instance, ranges]) => [instance, merged(ranges)]));
      for (const instance of new Set([...gone.keys(), ...announced.keys()])) {
        const covered = named.get(instance) ?? [];
        const ranges = gone.get(instance) ?? [];
        const found = ranges.flatMap((range) => uncovered(range, covered));
        for (const { from, to } of found) findings.problem('leaf-gone', `${instance}: ${from}–${to}`);
        if (length(covered) > length(ranges) - length(found)) findings.note('erasure-open', instance);
      }
      checkOpenings(named);
    },
  };

  /** First each value that was named, as that one; what is left as so many of persons. */
  function checkOpenings(named: ReadonlyMap<string, readonly Range[]>): void {
    const unmatched = new Set(values);
    const unsaid: string[] = [];
    for (const [instance, entries] of erased) {
      // Those of leaves that were to go are counted by the entry that says so, whether they went yet or not.
      const counted = entries.filter(({ sequence }) => !isIn(sequence, named.get(instance) ?? []));
      for (const place of counted.flatMap(({ id, names }) => names.map((name) => `${id}/${name}`))) {
        if (!unmatched.delete(place)) unsaid.push(place);
      }
    }
    // Of values whose opening is not among them, the leaf took along as many as it can have: the others are still there.
    const ofValues = Math.min(unmatched.size, withLeaves);
    if (withLeaves === 0) for (const place of unmatched) findings.note('erasure-open', place);
    else if (unmatched.size > ofValues) findings.note('erasure-open', `${unmatched.size - ofValues} values`);
    // Also where none is left: then leaves took along more than was ever ordered.
    const unannounced = unsaid.length - (ofSubjects - (withLeaves - ofValues));
    if (unannounced <= 0) return;
    for (const place of unsaid.slice(-unannounced)) findings.problem('opening-erased', place);
    if (unsaid.length === 0) findings.problem('opening-erased', `${unannounced} openings`);
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** In order, without overlap. */
function merged(ranges: readonly Range[]): readonly Range[] {
  const all: { from: number; to: number }[] = [];
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to);
    else all.push({ from, to });
  }
  return all;
}

/** Whether one of these ranges has it; they stand in order, without overlap. */
function isIn(sequence: number, ranges: readonly Range[]): boolean {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.to ?? 0) < sequence) low = middle + 1;
    else high = middle;
  }
  return (ranges[low]?.from ?? Number.POSITIVE_INFINITY) <= sequence;
}

function length(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

/** The parts of a range that none of these covers. */
function uncovered({ from, to }: Range, covered: readonly Range[]): readonly Range[] {
  const parts: Range[] = [];
  let next = from;
  for (const range of covered) {
    if (range.to < next) continue;
    if (range.from > to) break;
    if (range.from > next) parts.push({ from: next, to: range.from - 1 });
    next = range.to + 1;
  }
  if (next <= to) parts.push({ from: next, to });
  return parts;
}
