import { createProcesses } from '../../src/processes/processes.ts';
import type { Round } from './bench-report.ts';
import type { Asking, BenchWorld } from './bench-world.ts';
import { openInserts } from './insert-load.ts';
import { type LoadPlan, proxyReady } from './load-plan.ts';
import { type Measurement, type Measuring, measure, writePlan } from './measure.ts';
import { openPgbench } from './statements/pgbench-statements.ts';

export interface RoundsOptions {
  /** How many clients at once, of the gateway and of the proxy. */
  readonly clients: readonly number[];
  readonly repetitions: number;
  readonly measureMs: number;
  /** Before each measurement: connections, and what else is slower the first time. */
  readonly warmUpMs: number;
  /** Before the first round, at eight clients: code that V8 has not compiled yet is many times slower. */
  readonly heatMs: number;
  /** Disclosures that pgbench makes a round, at so many connections; as many clients get sealed answers. */
  readonly statements: { readonly clients: number; readonly each: number };
  readonly say: (line: string) => void;
}

/** Measures gateway, proxy, INSERTs and the statements alone in turn, round after round. */
export async function runRounds(world: BenchWorld, options: RoundsOptions): Promise<Round[]> {
  const processes = createProcesses({ signals: false });
  const to: Measuring = { processes, folder: world.folder };
  const inserts = await openInserts(world.databaseUrl);
  const pgbench = await openPgbench(world.databaseUrl);
  try {
    const proxy = await processes.start({
      name: 'bare proxy',
      module: new URL('./bare-proxy.ts', import.meta.url),
      args: [
        await writePlan(to, {
          server: world.proxy,
          source: { url: world.source.url, credentials: world.source.credentials },
        }),
      ],
      log: null,
      ready: proxyReady,
    });
    const times = { warmUpMs: options.warmUpMs, measureMs: options.measureMs };
    const { gateway, source } = world;
    const asking = ({ url, credentials, expect, signer, bodies }: Asking) => {
      return { ...times, url, credentials, bodies: [...bodies], signer, idempotent: true, expect, busy: 503 };
    };
    const throughGateway = asking(gateway);
    const sealed = { ...asking(world.sealed), clients: options.statements.clients };
    const throughProxy = {
      ...times,
      url: `https://127.0.0.1:${proxy.ready.port}${new URL(source.url).pathname}`,
      credentials: gateway.credentials,
      bodies: [...source.bodies],
      idempotent: false,
      expect: source.expect,
    };
    const targets = { gateway: [throughGateway, gateway.pids], proxy: [throughProxy, [proxy.pid]] } as const;
    const heat = { warmUpMs: 0, measureMs: options.heatMs, clients: 8 };
    options.say('warming up');
    await measure(to, { ...throughGateway, ...heat }, gateway.pids);
    await measure(to, { ...throughProxy, ...heat }, [proxy.pid]);
    const rounds: Round[] = [];
    for (let round = 1; round <= options.repetitions; round += 1) {
      options.say(`round ${round} of ${options.repetitions}`);
      rounds.push({
        ...(await alternate(to, options.clients, targets)),
        sealed: await measure(to, sealed, gateway.pids),
        insertsPerSecond: await inserts.measure(options.measureMs),
        statementsPerSecond: (await pgbench?.measure(options.statements)) ?? null,
      });
    }
    return rounds;
  } finally {
    await processes.stop();
    await inserts.close();
    await pgbench?.close();
  }
}

type Target = readonly [plan: Omit<LoadPlan, 'clients'>, pids: readonly number[]];

async function alternate(
  to: Measuring,
  counts: readonly number[],
  targets: { readonly gateway: Target; readonly proxy: Target },
) {
  const gateway: Measurement[] = [];
  const proxy: Measurement[] = [];
  for (const clients of counts) {
    gateway.push(await measure(to, { ...targets.gateway[0], clients }, targets.gateway[1]));
    proxy.push(await measure(to, { ...targets.proxy[0], clients }, targets.proxy[1]));
  }
  return { gateway, proxy };
}
