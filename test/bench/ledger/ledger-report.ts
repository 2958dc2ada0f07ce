import { renderTable } from '../../../src/demo/table.ts';

export const ledgerParts = ['alone', 'group', 'checkpoints', 'verify', 'proof', 'disk'] as const;
export type LedgerPart = (typeof ledgerParts)[number];

/** How long and how often a part measures. */
export interface Timing {
  readonly seconds: number;
  readonly repetitions: number;
  readonly say: (line: string) => void;
}

export interface AloneFigures {
  readonly connections: number;
  readonly ledgerPerSecond: number;
  readonly plainPerSecond: number;
  /** Median of the ratios of each round, so that what else the machine did in it hits both. */
  readonly ratio: number;
  readonly rounds: readonly { readonly ledger: number; readonly plain: number }[];
}

export interface GroupFigures {
  readonly callers: number;
  readonly entriesPerSecond: number;
  /** The same transactions with plain rows and a commit each. */
  readonly sameWorkPerSecond: number;
  /** One INSERT of the same bytes, a commit each. */
  readonly insertsPerSecond: number;
  readonly ofSameWork: number;
  readonly ofInserts: number;
  readonly rounds: readonly { readonly grouped: number; readonly plain: number; readonly inserts: number }[];
}

export interface CheckpointFigures {
  readonly intervalMs: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rounds: readonly { readonly p50Ms: number; readonly p99Ms: number; readonly entries: number }[];
}

interface VerifyRun {
  readonly cpuSeconds: number;
  readonly maxRssMb: number;
}

export interface VerifyFigures {
  readonly entries: number;
  readonly bytes: number;
  readonly cpuSeconds: number;
  readonly cpuSecondsWithSignatures: number;
  readonly maxRssMb: number;
  readonly runs: { readonly without: readonly VerifyRun[]; readonly all: readonly VerifyRun[] };
}

export interface ProofFigures {
  readonly leaves: number;
  readonly proofs: number;
  /** Proofs of which leaf and path were seen to lead to the signed root. */
  readonly checked: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface TableBytes {
  readonly table: string;
  readonly bytesEach: number;
}

export interface DiskFigures {
  readonly disclosures: number;
  readonly ledgerBytesEach: number;
  readonly allBytesEach: number;
  readonly tables: readonly TableBytes[];
}

export interface LedgerFigures {
  readonly alone: readonly AloneFigures[] | null;
  readonly group: GroupFigures | null;
  readonly checkpoints: CheckpointFigures | null;
  readonly verify: VerifyFigures | null;
  readonly proof: ProofFigures | null;
  readonly disk: DiskFigures | null;
}

export interface LedgerConditions {
  readonly node: string;
  readonly postgres: string;
  readonly cores: number;
  readonly processor: string;
  /** How many processes of others wanted a core in the minute before: more than a few, and only ratios say something. */
  readonly load: number;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly secondsEach: number;
  readonly repetitions: number;
}

export interface LedgerGoal {
  readonly goal: string;
  readonly figure: number;
  readonly met: boolean;
}

export interface LedgerReport {
  readonly conditions: LedgerConditions;
  readonly figures: LedgerFigures;
  readonly goals: readonly LedgerGoal[];
  /** Parts that could not be measured here, and why. */
  readonly skipped: readonly string[];
}

function atLeast(goal: string, figure: number, least: number): LedgerGoal {
  return { goal: `${goal}, at least ${least}`, figure, met: figure >= least };
}

function atMost(goal: string, figure: number, most: number): LedgerGoal {
  return { goal: `${goal}, at most ${most}`, figure, met: figure <= most };
}

/** Every goal of what was measured; a verification of fewer entries is held to its share. */
export function ledgerGoals(figures: LedgerFigures): readonly LedgerGoal[] {
  const { alone, group, checkpoints, verify, proof, disk } = figures;
  return [
    ...(alone ?? []).map(({ connections, ratio }) =>
      atLeast(`disclosure transactions ÷ the same with plain rows, ${connections} connections`, ratio, 0.85),
    ),
    ...(group === null
      ? []
      : [
          atLeast('entries that share commits ÷ the same work with a commit each', group.ofSameWork, 2),
          atLeast('entries that share commits ÷ bare INSERTs with a commit each', group.ofInserts, 2),
        ]),
    ...(checkpoints === null ? [] : [atMost('commit to signed checkpoint, p99, ms', checkpoints.p99Ms, 150)]),
    ...(verify === null
      ? []
      : [atMost('verify 1,000,000 entries, CPU-seconds', (verify.cpuSeconds * 1e6) / verify.entries, 10)]),
    ...(proof === null ? [] : [atMost(`proof of one of ${proof.leaves} entries, p50, ms`, proof.p50Ms, 2)]),
    ...(disk === null ? [] : [atMost('bytes of the ledger on disk for each disclosure', disk.ledgerBytesEach, 2_560)]),
  ];
}

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** The report as a person reads it. */
export function renderLedgerReport({ conditions, figures, goals, skipped }: LedgerReport, width: number): string {
  const { node, postgres, cores, processor, load, secondsEach, repetitions } = conditions;
  const machine = `Node ${node}, PostgreSQL ${postgres}, ${cores} cores (${processor}), load before ${load.toFixed(1)}`;
  const right = (header: string) => ({ header, align: 'right' as const });
  const lines = figureLines(figures);
  const disk = figures.disk?.tables ?? [];
  return [
    `${machine}; medians of ${repetitions} × ${secondsEach} s`,
    renderTable([{ header: 'what' }, right('figure')], lines, width),
    ...(disk.length === 0
      ? []
      : [
          renderTable(
            [{ header: 'table' }, right('bytes for each disclosure')],
            disk.map(({ table, bytesEach }) => [table, digits(bytesEach)]),
            width,
          ),
        ]),
    goals.map(({ goal, figure, met }) => `${met ? 'met' : 'MISSED'}: ${goal}: ${digits(figure)}`).join('\n'),
    ...skipped,
  ].join('\n\n');
}

function figureLines({ alone, group, checkpoints, verify, proof, disk }: LedgerFigures): string[][] {
  const lines: [string, number][] = [];
  for (const { connections, ledgerPerSecond, plainPerSecond } of alone ?? []) {
    lines.push([`disclosure transactions/s, ${connections} connections`, ledgerPerSecond]);
    lines.push([`the same with plain rows/s, ${connections} connections`, plainPerSecond]);
  }
  if (group !== null) {
    lines.push([`entries/s of ${group.callers} callers who share commits`, group.entriesPerSecond]);
    lines.push(['the same work with plain rows, a commit each/s', group.sameWorkPerSecond]);
    lines.push(['bare INSERTs of the same bytes, a commit each/s', group.insertsPerSecond]);
  }
  if (checkpoints !== null) {
    lines.push([`commit to checkpoint, p50 ms (${checkpoints.perSecond} entries/s)`, checkpoints.p50Ms]);
    lines.push(['commit to checkpoint, p99 ms', checkpoints.p99Ms]);
  }
  if (verify !== null) {
    lines.push([`verify ${verify.entries} entries, CPU-seconds`, verify.cpuSeconds]);
    lines.push(['with signatures, CPU-seconds', verify.cpuSecondsWithSignatures]);
    lines.push(['most memory, MB', verify.maxRssMb]);
  }
  if (proof !== null) {
    lines.push([`proof among ${proof.leaves}, p50 ms`, proof.p50Ms]);
    lines.push([`proof among ${proof.leaves}, p99 ms`, proof.p99Ms]);
  }
  if (disk !== null) {
    lines.push(['bytes for each disclosure, the ledger', disk.ledgerBytesEach]);
    lines.push(['bytes for each disclosure, everything', disk.allBytesEach]);
  }
  return lines.map(([what, figure]) => [what, digits(figure)]);
}
