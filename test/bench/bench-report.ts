import { renderTable } from '../../src/demo/table.ts';
import type { Measurement } from './measure.ts';
import { median } from './statistics.ts';

export const clientCounts = [1, 8, 64] as const;

/** One round: every thing measured once, one after the other, so that what else the machine does hits all alike. */
export interface Round {
  readonly gateway: readonly Measurement[];
  readonly proxy: readonly Measurement[];
  readonly insertsPerSecond: number;
}

export interface Conditions {
  readonly node: string;
  readonly platform: string;
  readonly cores: number;
  readonly processor: string;
  readonly postgres: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly secondsEach: number;
  readonly repetitions: number;
}

export interface Row {
  readonly clients: number;
  readonly gateway: Measurement;
  readonly proxy: Measurement;
  readonly insertsPerSecond: number;
  /** Brokered disclosures ÷ exchanges of the bare proxy. */
  readonly ofProxy: number;
  /** Brokered disclosures ÷ one-row commits. */
  readonly ofInserts: number;
}

export interface Report {
  readonly conditions: Conditions;
  /** Medians over the rounds. */
  readonly rows: readonly Row[];
  readonly rounds: readonly Round[];
}

function middle(measurements: readonly Measurement[]): Measurement {
  const cpu = measurements.map((one) => one.cpuUs).filter((value) => value !== null);
  return {
    perSecond: median(measurements.map((one) => one.perSecond)),
    p50Ms: median(measurements.map((one) => one.p50Ms)),
    p99Ms: median(measurements.map((one) => one.p99Ms)),
    cpuUs: cpu.length === measurements.length ? median(cpu) : null,
  };
}

export function report(conditions: Conditions, rounds: readonly Round[]): Report {
  const insertsPerSecond = median(rounds.map((round) => round.insertsPerSecond));
  const rows = clientCounts.map((clients, index) => {
    const gateway = middle(rounds.flatMap((round) => round.gateway[index] ?? []));
    const proxy = middle(rounds.flatMap((round) => round.proxy[index] ?? []));
    return {
      clients,
      gateway,
      proxy,
      insertsPerSecond,
      ofProxy: gateway.perSecond / proxy.perSecond,
      ofInserts: gateway.perSecond / insertsPerSecond,
    };
  });
  return { conditions, rows, rounds };
}

function digits(value: number | null, decimals: number): string {
  return value === null ? '–' : value.toFixed(decimals);
}

function cells({ perSecond, p50Ms, p99Ms, cpuUs }: Measurement): string[] {
  return [digits(perSecond, 0), digits(p50Ms, 1), digits(p99Ms, 1), digits(cpuUs, 0)];
}

/** The report as a person reads it: absolute figures of this machine, and the ratios that travel. */
export function renderReport({ conditions, rows }: Report, width: number): string {
  const right = (header: string) => ({ header, align: 'right' as const });
  const columns = [
    { header: 'server' },
    ...['clients', '/s', 'p50 ms', 'p99 ms', 'CPU µs each', '÷ proxy', '÷ INSERT'].map(right),
  ];
  const lines = rows.flatMap((row) => [
    ['gateway', String(row.clients), ...cells(row.gateway), digits(row.ofProxy, 2), digits(row.ofInserts, 2)],
    ['bare proxy', String(row.clients), ...cells(row.proxy), '1', ''],
  ]);
  const inserts = ['INSERT, one row a commit', '8', digits(rows[0]?.insertsPerSecond ?? null, 0), '', '', '', '', '1'];
  const { node, cores, processor, postgres, secondsEach, repetitions } = conditions;
  const head = `Node ${node}, PostgreSQL ${postgres}, ${cores} cores (${processor}); medians of ${repetitions} × ${secondsEach} s`;
  return `${head}\n\n${renderTable(columns, [...lines, inserts], width)}`;
}
