import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '../config.ts';
import { writeVerifierKey } from '../core/ledger/verifier-key.ts';
import { endWithParent, reportReady } from '../processes/end-with-parent.ts';
import { createWitness, type WitnessEvent } from '../witness/witness.ts';
import { readWitnessKey } from '../witness/witness-key.ts';
import { listenAsWitness, type WitnessListener } from '../witness/witness-listener.ts';
import { readWitnessedLogs } from '../witness-files.ts';

export interface WitnessServeOptions {
  readonly logs: string;
  readonly state: string;
  readonly host: string;
  readonly port: string;
  readonly cert?: string;
  readonly key?: string;
  readonly json: boolean;
}

/** `sluis witness serve`: until it is told to stop. What it refuses it says on standard error, and loudest of a fork. */
export async function witnessServe(options: WitnessServeOptions): Promise<void> {
  const { port, tls } = listeningOf(options);
  const state = resolve(options.state);
  const logs = readWitnessedLogs(options.logs);
  const key = await readWitnessKey(state);
  const tell = (event: WitnessEvent): void => {
    if (options.json) process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
    const text = wordsOf(event);
    if (text !== null) process.stderr.write(`sluis witness: ${text}\n`);
  };
  const witness = createWitness({ state, logs, ...key, now: Date.now, tell });
  let listener: WitnessListener | null = null;
  const end = (): Promise<void> => listener?.close() ?? Promise.resolve();
  endWithParent(end);
  const onFault = (error: unknown): void => {
    process.stderr.write(`sluis witness: ${error instanceof Error ? error.message : 'something failed'}\n`);
  };
  listener = await listenAsWitness(witness, { host: options.host, port, tls, onFault });
  const url = `${tls === null ? 'http' : 'https'}://${hostOf(options.host)}:${listener.port}`;
  reportReady({ url });
  if (options.json)
    process.stdout.write(`${JSON.stringify({ event: 'listening', url, key: writeVerifierKey(key.key) })}\n`);
  process.stderr.write(`sluis witness: ${key.key.name} on ${url}, for ${[...logs.keys()].join(', ')}\n`);
  if (process.channel !== undefined) return;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      end().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

function wordsOf(event: WitnessEvent): string | null {
  if (event.event === 'cosigned') return null;
  const kept = event.evidence === null ? '' : `; both notes are in ${event.evidence}`;
  if (event.why === 'forked')
    return `ALARM: ${event.origin} HAS FORKED: it signed two different trees of one size${kept}. Tell its owner and its supervisor`;
  if (event.why === 'not-proved')
    return `ALARM: a checkpoint that ${event.origin} signed came without a proof that it continues what was cosigned: the ledger was forked or restored, or somebody sent a wrong proof${kept}`;
  return `refused a checkpoint of ${event.origin}: ${event.why}`;
}

function listeningOf({ host, port, cert, key }: WitnessServeOptions): {
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string } | null;
} {
  const number = /^[0-9]{1,5}$/.test(port) ? Number(port) : Number.NaN;
  if (!(number <= 65_535)) throw new ConfigError(['--port must be a number from 0 to 65535']);
  if ((cert === undefined) !== (key === undefined)) throw new ConfigError(['--cert and --key go together']);
  if (cert !== undefined && key !== undefined)
    return { port: number, tls: { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') } };
  if (!['127.0.0.1', '::1', 'localhost'].includes(host))
    throw new ConfigError(['--cert and --key are needed: without TLS a witness listens on loopback only']);
  return { port: number, tls: null };
}

function hostOf(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
