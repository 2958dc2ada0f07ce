import { renderTable } from '../../../src/demo/table.ts';
import type { Measurement } from '../measure.ts';
import { median } from '../statistics.ts';

export const servers = ['gateway', 'nginx', 'plain'] as const;
export type ServerName = (typeof servers)[number];

export interface Connections extends Omit<Measurement, 'busyShare'> {
  /** Part of the connections that took up an earlier session, 0 to 1. */
  readonly resumed: number;
  /** Processor time of the load generator per connection, µs. */
  readonly clientCpuUs: number;
}

/** One round: every server once, with and without resumption, one after the other. */
export type TlsRound = Readonly<Record<'full' | 'resumed', Readonly<Record<ServerName, Connections>>>>;

export interface TlsRow {
  readonly handshakes: 'full' | 'resumed';
  readonly server: ServerName;
  readonly measured: Connections;
  /** Connections per second ÷ those of nginx. */
  readonly ofNginx: number;
}

export interface TlsConditions {
  readonly node: string;
  readonly nginx: string;
  readonly cores: number;
  readonly processor: string;
  /** How many processes of others wanted a core in the minute before: more than a few, and only ratios say something. */
  readonly load: number;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly secondsEach: number;
  readonly repetitions: number;
  readonly clients: number;
}

export interface TlsReport {
  readonly conditions: TlsConditions;
  /** Medians over the rounds. */
  readonly rows: readonly TlsRow[];
  readonly goals: readonly { readonly goal: string; readonly figure: number; readonly met: boolean }[];
  readonly rounds: readonly TlsRound[];
}

const leastOfNginx = 0.75;

function middle(measured: readonly Connections[]): Connections {
  const cpu = measured.map(({ cpuUs }) => cpuUs).filter((value) => value !== null);
  return {
    perSecond: median(measured.map(({ perSecond }) => perSecond)),
    p50Ms: median(measured.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(measured.map(({ p99Ms }) => p99Ms)),
    cpuUs: cpu.length === measured.length ? median(cpu) : null,
    resumed: median(measured.map(({ resumed }) => resumed)),
    clientCpuUs: median(measured.map(({ clientCpuUs }) => clientCpuUs)),
  };
}

/** Ratios are of each round, so that what else the machine did in it hits both. */
export function tlsReport(conditions: TlsConditions, rounds: readonly TlsRound[]): TlsReport {
  const rows = (['full', 'resumed'] as const).flatMap((handshakes) =>
    servers.map((server) => ({
      handshakes,
      server,
      measured: middle(rounds.map((round) => round[handshakes][server])),
      ofNginx: median(rounds.map(({ [handshakes]: round }) => round[server].perSecond / round.nginx.perSecond)),
    })),
  );
  const figure = rows.find(({ handshakes, server }) => handshakes === 'full' && server === 'gateway')?.ofNginx ?? 0;
  const goal = `new connections of the gateway, without resumption, at least ${leastOfNginx} of nginx`;
  return { conditions, rows, goals: [{ goal, figure, met: figure >= leastOfNginx }], rounds };
}

export function renderTlsReport({ conditions, rows, goals }: TlsReport, width: number): string {
  const right = (header: string) => ({ header, align: 'right' as const });
  const columns = [
    { header: 'server' },
    { header: 'handshakes' },
    ...['/s', 'p50 ms', 'p99 ms', 'CPU µs each', 'client µs', 'resumed', '÷ nginx'].map(right),
  ];
  const lines = rows.map(({ handshakes, server, measured, ofNginx }) => [
    server,
    handshakes,
    measured.perSecond.toFixed(0),
    measured.p50Ms.toFixed(1),
    measured.p99Ms.toFixed(1),
    measured.cpuUs?.toFixed(0) ?? '–',
    measured.clientCpuUs.toFixed(0),
    `${(100 * measured.resumed).toFixed(0)} %`,
    ofNginx.toFixed(2),
  ]);
  const { node, nginx, cores, processor, load, secondsEach, repetitions, clients } = conditions;
  const machine = `Node ${node}, nginx ${nginx}, ${cores} cores (${processor}), load before ${load.toFixed(1)}`;
  const head = `${machine}; ${clients} clients, medians of ${repetitions} × ${secondsEach} s`;
  const told = goals.map(({ goal, figure, met }) => `${met ? 'met' : 'MISSED'}: ${goal}: ${figure.toFixed(2)}`);
  return `${head}\n\n${renderTable(columns, lines, width)}\n\n${told.join('\n')}`;
}
