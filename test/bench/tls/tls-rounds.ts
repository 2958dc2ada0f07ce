import { rm } from 'node:fs/promises';
import { cpuTimeUs } from '../cpu-time.ts';
import { type Measuring, writePlan } from '../measure.ts';
import { type ConnectPlan, connectResult } from './connect-plan.ts';
import { type Connections, type ServerName, servers, type TlsRound } from './tls-report.ts';

export interface TlsServer {
  readonly url: string;
  readonly expect: number;
  readonly pids: readonly number[];
}

export interface TlsRoundsOptions {
  readonly credentials: ConnectPlan['credentials'];
  readonly clients: number;
  readonly repetitions: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly say: (line: string) => void;
}

/** Measures every server in turn, round after round, each round in another order. */
export async function tlsRounds(
  to: Measuring,
  targets: Readonly<Record<ServerName, TlsServer>>,
  { repetitions, say, ...options }: TlsRoundsOptions,
): Promise<readonly TlsRound[]> {
  const once = (server: ServerName, resume: boolean) => connections(to, targets[server], { ...options, resume });
  say('warming up');
  for (const server of servers) await once(server, false);
  const rounds: TlsRound[] = [];
  for (let round = 0; round < repetitions; round += 1) {
    say(`round ${round + 1} of ${repetitions}`);
    const full: Partial<Record<ServerName, Connections>> = {};
    const resumed: Partial<Record<ServerName, Connections>> = {};
    for (const [turn] of servers.entries()) {
      const server = servers[(round + turn) % servers.length] ?? 'gateway';
      full[server] = await once(server, false);
      resumed[server] = await once(server, true);
    }
    rounds.push({ full: whole(full), resumed: whole(resumed) });
  }
  return rounds;
}

function whole(found: Partial<Record<ServerName, Connections>>): TlsRound['full'] {
  const { gateway, nginx, plain } = found;
  if (gateway === undefined || nginx === undefined || plain === undefined) throw new Error('a round is not whole');
  return { gateway, nginx, plain };
}

async function connections(
  to: Measuring,
  { url, expect, pids }: TlsServer,
  load: Pick<ConnectPlan, 'credentials' | 'clients' | 'warmUpMs' | 'measureMs' | 'resume'>,
): Promise<Connections> {
  const cpu = (): number | null =>
    pids.map((pid) => cpuTimeUs(pid)).reduce((sum, time) => (sum === null || time === null ? null : sum + time), 0);
  const path = await writePlan(to, { ...load, url, expect });
  const before = cpu();
  const generator = await to.processes.start({
    name: 'load generator',
    module: new URL('./connect-load.ts', import.meta.url),
    args: [path],
    log: null,
    ready: connectResult,
    readyWithinMs: load.warmUpMs + load.measureMs + 30_000,
  });
  const after = cpu();
  await generator.exited;
  await rm(path);
  const { connections: made, measuredMs, total, resumed, cpuUs, p50Us, p99Us } = generator.ready;
  return {
    perSecond: (made * 1_000) / measuredMs,
    p50Ms: p50Us / 1_000,
    p99Ms: p99Us / 1_000,
    cpuUs: before === null || after === null ? null : (after - before) / total,
    resumed: resumed / total,
    clientCpuUs: cpuUs,
  };
}
