import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readVerifierKey, type VerifierKey } from '../../src/core/ledger/verifier-key.ts';
import { checkerOf } from '../../src/crypto/raw-key.ts';

const repository = join(import.meta.dirname, '..', '..');
const ready = z.object({ type: z.literal('ready'), value: z.object({ url: z.string() }) });

export interface WitnessProcess {
  readonly name: string;
  readonly state: string;
  /** Its verifier key, as text and taken apart. */
  readonly vkey: string;
  readonly key: VerifierKey;
  readonly check: (message: Buffer, signature: Buffer) => boolean;
  /** Where it listens since it was last started: the same port each time. */
  url(): string;
  /** What it wrote on standard error since it was last started. */
  said(): string;
  start(): Promise<void>;
  /** With SIGKILL, unless told otherwise; resolves when it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export interface KnownLog {
  readonly origin: string;
  readonly vkeys: readonly string[];
}

/** Files of a certificate and its key. */
export interface WitnessTls {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** `sluis witness` as its own process with its own state, for these logs; not started yet. `tls` null: plain, on loopback. */
export function witnessProcess(
  folder: string,
  name: string,
  logs: readonly KnownLog[],
  tls: WitnessTls | null = null,
): WitnessProcess {
  const state = join(folder, 'state');
  const logsFile = join(folder, 'logs.yaml');
  mkdirSync(folder, { recursive: true });
  writeFileSync(logsFile, JSON.stringify({ logs: logs.map(({ origin, vkeys }) => ({ origin, keys: vkeys })) }));
  const made = sluis('witness', 'keygen', '--name', name, '--state', state, '--json');
  const { key: vkey } = z.object({ key: z.string() }).parse(JSON.parse(made.stdout));
  const key = readVerifierKey(vkey);
  if (key === null) throw new Error('keygen printed no verifier key');

  let child: ChildProcess | null = null;
  let url = '';
  let said = '';
  return {
    name,
    state,
    vkey,
    key,
    check: checkerOf(key.publicKey),
    url: () => url,
    said: () => said,
    async start() {
      said = '';
      const port = url === '' ? '0' : new URL(url).port;
      const identity = tls === null ? [] : ['--cert', tls.certificateFile, '--key', tls.keyFile];
      const args = ['witness', 'serve', '--logs', logsFile, '--state', state, '--port', port, ...identity];
      const started = spawn(process.execPath, [join(repository, 'src', 'main.ts'), ...args], {
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      });
      child = started;
      started.stderr?.on('data', (text: Buffer) => {
        said += text.toString();
      });
      const [message] = await Promise.race([
        once(started, 'message'),
        once(started, 'exit').then(() => {
          throw new Error(`the witness ended: ${said}`);
        }),
      ]);
      url = ready.parse(message).value.url;
    },
    async kill(signal = 'SIGKILL') {
      if (child === null || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
      child = null;
    },
  };
}

/** A command, with the surroundings of this process or others. */
export function sluis(...args: readonly string[]): Ended {
  return sluisIn(process.env, ...args);
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function sluisIn(env: NodeJS.ProcessEnv, ...args: readonly string[]): Ended {
  return spawnSync(process.execPath, [join(repository, 'src', 'main.ts'), ...args], { encoding: 'utf8', env });
}
