import { type ChildProcess, fork } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Behaviour, fromSource, type SourceSettings, sourceReady } from './source-behaviour.ts';

/** A partner's running system. */
export interface SourceProcess {
  readonly unit: string;
  readonly pid: number;
  readonly url: string;
  /** SHA-256 of the certificate that it shows. */
  readonly thumbprint: string;
  /** Resolves when the source behaves so. */
  behave(behaviour: Behaviour): Promise<void>;
  /** Resolves at the next question that reaches the source while it misbehaves: the moment to act in between. */
  asked(): Promise<void>;
  /** Resolves when the process is gone. */
  stop(): Promise<void>;
}

const ready = z.strictObject({ type: z.literal('ready'), value: sourceReady });
const startMs = 30_000;
const graceMs = 6_000;

/**
 * Starts the source system of one unit; it ends with this process, however that ends.
 *
 * @param log file that gets what the source prints; null shows it on this process's own output.
 */
export async function startSource(settings: SourceSettings, log: string | null = null): Promise<SourceProcess> {
  const file = log === null ? null : openSync(log, 'a', 0o600);
  const output = file ?? 'inherit';
  const entry = fileURLToPath(new URL('./source-system.ts', import.meta.url));
  const child = fork(entry, [JSON.stringify(settings)], { execArgv: [], stdio: ['ignore', output, output, 'ipc'] });
  if (file !== null) closeSync(file);
  const { url } = await readiness(child, settings.unit);
  return {
    unit: settings.unit,
    pid: child.pid ?? Number.NaN,
    url,
    thumbprint: thumbprintOf(settings.certificateFile),
    async behave(behaviour) {
      const behaving = messageOf(child, 'behaving');
      child.send({ type: 'behave', behaviour });
      await behaving;
    },
    asked: () => messageOf(child, 'asked'),
    stop: () => stopChild(child),
  };
}

function thumbprintOf(certificateFile: string): string {
  const { fingerprint256 } = new X509Certificate(readFileSync(certificateFile));
  return fingerprint256.replaceAll(':', '').toLowerCase();
}

async function readiness(child: ChildProcess, unit: string): Promise<{ url: string }> {
  const gaveUp = new AbortController();
  const timer = setTimeout(() => gaveUp.abort(), startMs);
  const ended = once(child, 'exit', { signal: gaveUp.signal }).then(() => {
    throw new Error(`het bronsysteem van ${unit} stopte voordat het gereed was`);
  });
  try {
    const message = await Promise.race([once(child, 'message', { signal: gaveUp.signal }), ended]);
    return ready.parse(message[0]).value;
  } catch (error) {
    await stopChild(child);
    throw error;
  } finally {
    clearTimeout(timer);
    // Ends the wait for an exit that is not to come; what it then rejects with was heard by the race.
    ended.catch(() => undefined);
    gaveUp.abort();
  }
}

function messageOf(child: ChildProcess, type: 'behaving' | 'asked'): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('het bronsysteem is gestopt'));
    const hear = (message: unknown): void => {
      if (fromSource.parse(message).type !== type) return;
      child.off('message', hear).off('exit', gone);
      resolve();
    };
    child.on('message', hear).once('exit', gone);
  });
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  const insist = setTimeout(() => child.kill('SIGKILL'), graceMs);
  child.kill('SIGTERM');
  await exited;
  clearTimeout(insist);
}
