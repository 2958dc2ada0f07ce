import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld } from '../../../src/demo/world.ts';
import { createProcesses } from '../../../src/processes/processes.ts';
import { plainReady } from './connect-plan.ts';
import { nginxProgram, startNginx } from './nginx-server.ts';
import { parseTlsOptions, type TlsBenchOptions, tlsHelp } from './tls-options.ts';
import { renderTlsReport, type TlsReport, tlsReport } from './tls-report.ts';
import { tlsRounds } from './tls-rounds.ts';

const results = join(import.meta.dirname, '../results');
const clients = 16;
const partner = 'gemeente-zwolle';
/** Behind recognition and the count of calls, and nothing else: no such resource, said to who was recognised. */
const cheapest = '/v1/nothing-here';

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function measured(program: string, { seconds, repetitions }: TlsBenchOptions): Promise<TlsReport> {
  const [load = 0] = loadavg();
  say('starting the world');
  // Every connection is one partner's, which the limits would stop: they count, and allow it.
  const settings = await mkdtemp(join(tmpdir(), 'sluis-bench-'));
  const limits = join(settings, 'limits.yaml');
  await writeFile(limits, 'unit: { requestsPerMinute: 10000000, refusalsInARow: 10000000 }\n');
  const env = { SLUIS_LIMITS: limits };
  const world = await startWorld({ signals: true, gateways: 1, persons: 40, env });
  const processes = createProcesses({ signals: false });
  try {
    const { caFile, crlFile } = world.authority;
    const { certificateFile, keyFile } = await world.authority.issueServer({ name: 'bench-server' });
    const files = { certificateFile, keyFile, caFile, crlFile };
    const nginx = await startNginx(program, world.directory, files);
    try {
      const plain = await processes.start({
        name: 'bare server',
        module: new URL('./plain-server.ts', import.meta.url),
        args: [JSON.stringify(files)],
        log: null,
        ready: plainReady,
      });
      const [gateway] = world.gateways;
      const client = world.credentials.get(partner);
      if (gateway === undefined || client === undefined) throw new Error('the world is not whole');
      const targets = {
        gateway: { url: new URL(cheapest, gateway.ready.partnerUrl).href, expect: 404, pids: [gateway.pid] },
        nginx: { url: `https://127.0.0.1:${nginx.port}/`, expect: 200, pids: nginx.pids },
        plain: { url: `https://127.0.0.1:${plain.ready.port}/`, expect: 200, pids: [plain.pid] },
      };
      const credentials = { cert: client.certificate, key: client.key };
      const times = { warmUpMs: 1_000, measureMs: seconds * 1_000 };
      const to = { processes, folder: world.directory };
      const rounds = await tlsRounds(to, targets, { credentials, clients, repetitions, ...times, say });
      const [processor] = cpus();
      const conditions = {
        node: process.version,
        nginx: nginx.version,
        cores: cpus().length,
        processor: processor?.model ?? 'unknown',
        load,
        at: new Date().toISOString(),
        secondsEach: seconds,
        repetitions,
        clients,
      };
      return tlsReport(conditions, rounds);
    } finally {
      await nginx.stop();
    }
  } finally {
    await processes.stop();
    await world.stop();
    await rm(settings, { recursive: true });
  }
}

/** `npm run bench -- tls`: the exit code; 1 where a goal is missed, 2 where the call is wrong or there is no nginx. */
export async function runTlsBench(args: readonly string[]): Promise<number> {
  const parsed = parseTlsOptions(args);
  if (parsed.kind === 'help') {
    process.stdout.write(tlsHelp);
    return 0;
  }
  if (parsed.kind === 'invalid') {
    process.stderr.write(`${parsed.problem}\n\n${tlsHelp}`);
    return 2;
  }
  const program = nginxProgram();
  if (program === null) {
    process.stderr.write('there is no nginx on this machine to stand beside: apt-get install nginx\n');
    return 2;
  }
  const report = await measured(program, parsed);
  const text = `${JSON.stringify(report, null, 2)}\n`;
  await mkdir(results, { recursive: true });
  const file = join(results, 'tls.json');
  await writeFile(file, text);
  process.stdout.write(parsed.json ? text : `\n${renderTlsReport(report, process.stdout.columns ?? 100)}\n`);
  say(`kept in ${file}`);
  return report.goals.every(({ met }) => met) ? 0 : 1;
}
