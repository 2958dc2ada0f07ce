import { readFileSync } from 'node:fs';
import { connect, createSecureContext, type SecureContext } from 'node:tls';
import { endWithParent, reportReady } from '../../../src/processes/end-with-parent.ts';
import { completeStatus } from '../raw-connection.ts';
import { percentile } from '../statistics.ts';
import { type ConnectPlan, type ConnectResult, connectPlan } from './connect-plan.ts';

/** Entry of the load generator's own process: `connect-load.ts PLAN`; reports its result, then ends. */
endWithParent();
const plan = connectPlan.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
reportReady(await generate(plan));
process.disconnect();

interface Exchange {
  readonly status: number;
  readonly resumed: boolean;
  /** The last ticket that came; null: none. */
  readonly session: Buffer | null;
}

/** One connection from its first byte to the last of its answer. */
function connectOnce(url: URL, context: SecureContext, session: Buffer | null): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const to = { host: url.hostname, port: Number(url.port), servername: 'localhost' };
    const options = { ...to, secureContext: context, rejectUnauthorized: false };
    const socket = connect(session === null ? options : { ...options, session });
    let ticket: Buffer | null = null;
    let received: Buffer = Buffer.alloc(0);
    socket.setNoDelay(true);
    socket.on('session', (next: Buffer) => {
      ticket = next;
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the connection was closed before its answer')));
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const status = completeStatus(received);
      if (status === null) return;
      resolve({ status, resumed: socket.isSessionReused(), session: ticket });
      socket.destroy();
    });
    socket.write(`GET ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\naccept: application/json\r\n\r\n`);
  });
}

async function generate({
  clients,
  warmUpMs,
  measureMs,
  resume,
  expect,
  ...rest
}: ConnectPlan): Promise<ConnectResult> {
  // As light as it can be, since it must not be what is measured: it looks at nobody's certificate, and offers the one
  // group that every server here takes first.
  const context = createSecureContext({ ...rest.credentials, ca: [], ecdhCurve: 'X25519' });
  const url = new URL(rest.url);
  const from = performance.now() + warmUpMs;
  const until = from + measureMs;
  const latenciesUs: number[] = [];
  let total = 0;
  let resumed = 0;

  async function client(): Promise<void> {
    let session: Buffer | null = null;
    for (let startedAt = performance.now(); startedAt < until; startedAt = performance.now()) {
      const done: Exchange = await connectOnce(url, context, session);
      if (done.status !== expect) throw new Error(`expected status ${expect}, got ${done.status}`);
      const endedAt = performance.now();
      if (resume) session = done.session ?? session;
      total += 1;
      if (done.resumed) resumed += 1;
      if (startedAt >= from && endedAt <= until) latenciesUs.push((endedAt - startedAt) * 1_000);
    }
  }
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: clients }, client));
  const { user, system } = process.cpuUsage(before);
  if (latenciesUs.length === 0) throw new Error('no connection began and ended within the measured time');
  latenciesUs.sort((a, b) => a - b);
  return {
    connections: latenciesUs.length,
    measuredMs: measureMs,
    total,
    resumed,
    cpuUs: (user + system) / total,
    p50Us: percentile(latenciesUs, 50),
    p99Us: percentile(latenciesUs, 99),
  };
}
