import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { type PathRules, verifyCertificate, verifyPeer } from '../../../src/crypto/certificate.ts';
import { loadIdentity, partnerListenerTls } from '../../../src/crypto/tls.ts';
import { loadTrust } from '../../../src/crypto/trust.ts';
import { createAuthority } from '../../../src/demo/authority.ts';

const help = `npm run bench -- certificate

Processor time, in microseconds, of checking the certificate of a caller: for a request on a kept connection, for
a new connection of a known certificate, and for a certificate that was never seen. Medians of 9 repetitions.
Kept as test/bench/results/certificate.json; exit code 1 where the goal is missed.
`;
const results = join(import.meta.dirname, '../results');
const goalUs = 20;
const repetitions = 9;
const calls = { kept: 200_000, known: 5_000, fresh: 200 };

/** Median over the repetitions of the processor time of one call. */
async function cost(times: number, call: () => unknown): Promise<number> {
  const costs: number[] = [];
  for (let repetition = -1; repetition < repetitions; repetition += 1) {
    const before = process.cpuUsage();
    for (let index = 0; index < times; index += 1) await call();
    const { user, system } = process.cpuUsage(before);
    // the first round only warms up
    if (repetition >= 0) costs.push((user + system) / times);
  }
  return costs.sort((a, b) => a - b)[Math.floor(repetitions / 2)] ?? Number.NaN;
}

/** The same without waiting between calls, as one request after another on one connection. */
function costNow(times: number, call: () => unknown): Promise<number> {
  const all = () => {
    for (let index = 0; index < times; index += 1) call();
  };
  return cost(1, all).then((us) => us / times);
}

/** Measures, prints, and gives the exit code. */
export async function runCertificateBench(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    process.stdout.write(help);
    return args[0] === '--help' ? 0 : 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'sluis-bench-'));
  try {
    const authority = await createAuthority(folder);
    const now = new Date();
    const files = { caFiles: [authority.caFile], crlFiles: [authority.crlFile] };
    const rules: PathRules = { trust: loadTrust(files, { environment: 'demo', now }), acceptTestOins: true, now };
    const own = loadIdentity(await authority.issueServer({ name: 'server' }), { environment: 'demo', now });
    const client = await authority.issueClient({ name: 'client', oin: '00000099000000001000' });
    const { socket, close } = await connected(partnerListenerTls(own, rules.trust), client);
    const leaf = socket.getPeerX509Certificate()?.raw;
    if (leaf === undefined || !verifyPeer(socket, rules).ok) throw new Error('the client is not known');
    const presented = { certificate: leaf, chain: [] };
    const kept = await costNow(calls.kept, () => verifyPeer(socket, { ...rules, now: new Date() }));
    const known = await cost(calls.known, () => verifyCertificate(presented, rules));
    const unseen = await cost(calls.fresh, () => verifyCertificate(presented, { ...rules, trust: { ...rules.trust } }));
    close();
    tell({ kept, known, unseen });
    return kept <= goalUs ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** All in µs of processor time. */
interface Costs {
  readonly kept: number;
  readonly known: number;
  readonly unseen: number;
}

function tell({ kept, known, unseen }: Costs): void {
  const conditions = {
    node: process.version,
    cores: cpus().length,
    processor: cpus()[0]?.model ?? 'unknown',
    load: loadavg()[0],
    at: new Date().toISOString(),
    repetitions,
  };
  const goals = [{ goal: `request on a kept connection, at most ${goalUs} µs`, figure: kept, met: kept <= goalUs }];
  mkdirSync(results, { recursive: true });
  const costsUs = { keptConnection: kept, knownCertificate: known, judgedAgain: unseen };
  writeFileSync(join(results, 'certificate.json'), `${JSON.stringify({ conditions, costsUs, goals }, null, 2)}\n`);
  process.stdout.write(
    [
      `request on a kept connection           ${kept.toFixed(2)} µs (goal: at most ${goalUs})`,
      `new connection, certificate known      ${known.toFixed(1)} µs`,
      `certificate judged again after a change of trust  ${unseen.toFixed(1)} µs`,
      '',
    ].join('\n'),
  );
}

async function connected(
  tls: ReturnType<typeof partnerListenerTls>,
  client: { readonly certificate: string; readonly key: string },
): Promise<{ readonly socket: TLSSocket; close(): void }> {
  const server = createServer(tls);
  const came = new Promise<TLSSocket>((resolve) => server.once('secureConnection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const outgoing = connect({ port, cert: client.certificate, key: client.key, rejectUnauthorized: false });
  const socket = await came;
  return {
    socket,
    close() {
      outgoing.destroy();
      socket.destroy();
      server.close();
    },
  };
}
