import { renderTable } from '../../src/demo/table.ts';
import type { Measurement } from './measure.ts';
import type { IdleFigures } from './measure-idle.ts';
import { median } from './statistics.ts';

export const clientCounts = [1, 8, 64, 300] as const;

/** One round: every thing measured once, one after the other, so that what else the machine does hits all alike. */
export interface Round {
  readonly gateway: readonly Measurement[];
  readonly proxy: readonly Measurement[];
  /** Answers that are sealed, at 64 clients. */
  readonly sealed: Measurement;
  readonly insertsPerSecond: number;
  /** Disclosures by their statements alone, at 64 connections; null: there is no pgbench here. */
  readonly statementsPerSecond: number | null;
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
  /** How many at once, in the order in which each round measured them. */
  readonly clients: readonly number[];
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
  readonly sealed: Measurement;
  readonly statementsPerSecond: number | null;
  readonly goals: readonly Goal[];
  readonly idle: IdleFigures | null;
  readonly rounds: readonly Round[];
}

/** What the gateway is meant to do, by ratios and processor time of one run. */
export interface Goal {
  readonly what: string;
  readonly limit: number;
  readonly atLeast: boolean;
  /** null: it could not be measured here. */
  readonly found: number | null;
}

function middle(measurements: readonly Measurement[]): Measurement {
  const cpu = measurements.map((one) => one.cpuUs).filter((value) => value !== null);
  return {
    perSecond: median(measurements.map((one) => one.perSecond)),
    p50Ms: median(measurements.map((one) => one.p50Ms)),
    p99Ms: median(measurements.map((one) => one.p99Ms)),
    busyShare: median(measurements.map((one) => one.busyShare)),
    cpuUs: cpu.length === measurements.length ? median(cpu) : null,
  };
}

export function report(conditions: Conditions, rounds: readonly Round[], idle: IdleFigures | null = null): Report {
  const insertsPerSecond = median(rounds.map((round) => round.insertsPerSecond));
  const rows = conditions.clients.map((clients, index) => {
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
  const sealed = middle(rounds.map((round) => round.sealed));
  const statementsPerSecond = medianOf(rounds.map((round) => round.statementsPerSecond));
  return {
    conditions,
    rows,
    sealed,
    statementsPerSecond,
    goals: goalsOf(rows, { sealed, statementsPerSecond, idle }),
    idle,
    rounds,
  };
}

/** null where one of them is not known. */
function medianOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 || known.length < values.length ? null : median(known);
}

function goalsOf(
  rows: readonly Row[],
  { sealed, statementsPerSecond, idle }: Pick<Report, 'sealed' | 'statementsPerSecond' | 'idle'>,
): readonly Goal[] {
  const at = (clients: number) => rows.find((row) => row.clients === clients);
  const [eight, many, most] = [at(8), at(64), at(300)];
  const ofStatements = many && statementsPerSecond ? many.gateway.perSecond / statementsPerSecond : null;
  const share = medianOf(idle?.sharesWith ?? []);
  const atLeast = (what: string, limit: number, found: number | null = null) => ({ what, limit, atLeast: true, found });
  const atMost = (what: string, limit: number, found: number | null = null) => ({ what, limit, atLeast: false, found });
  return [
    atLeast('÷ the same statements by pgbench, 64 clients', 0.5, ofStatements),
    atMost('CPU µs an answer in clear, 64 clients', 350, many?.gateway.cpuUs),
    atMost('CPU µs a sealed answer, 64 clients', 700, sealed.cpuUs),
    atMost('p50 ms over the bare proxy, 8 clients', 3, eight && eight.gateway.p50Ms - eight.proxy.p50Ms),
    atLeast('÷ the bare proxy, 300 clients', 0.5, most?.ofProxy),
    atMost('CPU share idle with 100,000 waiting', 0.05, share),
  ];
}

function digits(value: number | null, decimals: number): string {
  return value === null ? '–' : value.toFixed(decimals);
}

function cells({ perSecond, p50Ms, p99Ms, busyShare, cpuUs }: Measurement): string[] {
  const times = [digits(p50Ms, 1), digits(p99Ms, 1)];
  return [digits(perSecond, 0), ...times, digits(busyShare * 100, 0), digits(cpuUs, 0)];
}

/** The report as a person reads it: absolute figures of this machine, and the ratios that travel. */
export function renderReport({ conditions, rows, sealed, statementsPerSecond, goals }: Report, width: number): string {
  const right = (header: string) => ({ header, align: 'right' as const });
  const columns = [
    { header: 'server' },
    ...['clients', '/s', 'p50 ms', 'p99 ms', '% 503', 'CPU µs each', '÷ proxy', '÷ INSERT'].map(right),
  ];
  const lines = rows.flatMap((row) => [
    ['gateway', String(row.clients), ...cells(row.gateway), digits(row.ofProxy, 2), digits(row.ofInserts, 2)],
    ['bare proxy', String(row.clients), ...cells(row.proxy), '1', ''],
  ]);
  const sealing = ['gateway, sealed', '64', ...cells(sealed), '', ''];
  const statements = ['its statements, pgbench', '64', digits(statementsPerSecond, 0), '', '', '', '', '', ''];
  const inserts = [
    'INSERT, one row a commit',
    '8',
    digits(rows[0]?.insertsPerSecond ?? null, 0),
    '',
    '',
    '',
    '',
    '',
    '1',
  ];
  const { node, cores, processor, postgres, secondsEach, repetitions } = conditions;
  const head = `Node ${node}, PostgreSQL ${postgres}, ${cores} cores (${processor}); medians of ${repetitions} × ${secondsEach} s`;
  const table = renderTable(columns, [...lines, sealing, statements, inserts], width);
  return `${head}\n\n${table}\n\n${renderGoals(goals, width)}`;
}

function renderGoals(goals: readonly Goal[], width: number): string {
  const columns = [{ header: 'goal' }, ...['meant', 'found'].map((header) => ({ header, align: 'right' as const }))];
  const lines = goals.map(({ what, limit, atLeast, found }) => [
    what,
    `${atLeast ? '≥' : '≤'} ${limit}`,
    digits(found, limit < 1 ? 3 : 1),
  ]);
  return renderTable(columns, lines, width);
}
