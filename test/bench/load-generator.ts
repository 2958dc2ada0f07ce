import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { endWithParent, reportReady } from '../../src/processes/end-with-parent.ts';
import { freshTokens } from './fresh-tokens.ts';
import { type LoadPlan, type LoadResult, loadPlan } from './load-plan.ts';
import { openConnection, type RawConnection } from './raw-connection.ts';
import { percentile } from './statistics.ts';

/** New connections come a few at a time, as they do to a gateway that has been up for a while. */
const handshakesAtOnce = 16;

/** Entry of the load generator's own process: `load-generator.ts PLAN`; reports its result, then ends. */
endWithParent();
const plan = loadPlan.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
reportReady(await generate(plan));
process.disconnect();

function requests({ url, bodies, idempotent, signer }: LoadPlan): () => string {
  const { host, pathname } = new URL(url);
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\naccept: application/json\r\n`;
  const asItStands = (body: string) => () => body;
  const writers = bodies.map(signer === undefined ? asItStands : freshTokens(signer, pathname));
  let turn = 0;
  return () => {
    const body = writers[turn % writers.length]?.() ?? '';
    turn += 1;
    const key = idempotent ? `idempotency-key: ${randomUUID()}\r\n` : '';
    return `${head}content-length: ${Buffer.byteLength(body)}\r\n${key}\r\n${body}`;
  };
}

async function generate({ clients, warmUpMs, measureMs, expect, ...rest }: LoadPlan): Promise<LoadResult> {
  const next = requests({ clients, warmUpMs, measureMs, expect, ...rest });
  const open = () => openConnection(new URL(rest.url), rest.credentials);
  const connections: RawConnection[] = [];
  while (connections.length < clients) {
    const missing = Math.min(handshakesAtOnce, clients - connections.length);
    connections.push(...(await Promise.all(Array.from({ length: missing }, open))));
  }
  const from = performance.now() + warmUpMs;
  const until = from + measureMs;
  const latenciesUs: number[] = [];
  let total = 0;
  let busy = 0;

  async function client(connection: RawConnection): Promise<void> {
    for (let startedAt = performance.now(); startedAt < until; startedAt = performance.now()) {
      const status = await connection.exchange(next());
      if (status === rest.busy) {
        if (performance.now() >= from) busy += 1;
        continue;
      }
      if (status !== expect) throw new Error(`expected status ${expect}, got ${status}`);
      const endedAt = performance.now();
      total += 1;
      if (endedAt >= from && endedAt <= until) latenciesUs.push((endedAt - startedAt) * 1_000);
    }
  }
  await Promise.all(connections.map(client));
  for (const connection of connections) connection.close();
  if (latenciesUs.length === 0) throw new Error('no exchange ended within the measured time');
  latenciesUs.sort((a, b) => a - b);
  return {
    exchanges: latenciesUs.length,
    measuredMs: measureMs,
    busy,
    total,
    p50Us: percentile(latenciesUs, 50),
    p99Us: percentile(latenciesUs, 99),
  };
}
