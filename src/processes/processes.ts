import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const readyMessage = z.strictObject({ type: z.literal('ready'), value: z.unknown() });

export interface ChildSpec<Ready> {
  /** How the process is called in messages, for example `bron van de PI`. */
  readonly name: string;
  /** Entry file: calls `endWithParent` first and `reportReady` when it can do its work. */
  readonly module: URL;
  readonly args?: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** File that gets what the child prints; null shows it on this process's own output. */
  readonly log: string | null;
  readonly ready: z.ZodType<Ready>;
  readonly readyWithinMs?: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child<Ready> {
  readonly name: string;
  readonly pid: number;
  readonly ready: Ready;
  readonly exited: Promise<Exit>;
  /** Asks with SIGTERM, insists with SIGKILL after the grace period; resolves when the process is gone. */
  stop(): Promise<void>;
  /** For stories about crashes. */
  kill(signal: NodeJS.Signals): void;
}

export interface Processes {
  /** Rejects when the child ends, or says something else, or nothing in time, before it is ready. */
  start<Ready>(spec: ChildSpec<Ready>): Promise<Child<Ready>>;
  /** Ends every child, the last started first. Idempotent. */
  stop(): Promise<void>;
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

function readiness<Ready>(child: ChildProcess, spec: ChildSpec<Ready>): Promise<Ready> {
  const see = spec.log === null ? '' : `; zie ${spec.log}`;
  return new Promise((resolve, reject) => {
    const withinMs = spec.readyWithinMs ?? 30_000;
    const timer = setTimeout(() => {
      reject(new Error(`${spec.name} was niet gereed binnen ${withinMs} ms${see}`));
    }, withinMs);
    child.once('error', (cause) => {
      clearTimeout(timer);
      reject(new Error(`${spec.name} kon niet starten`, { cause }));
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`${spec.name} stopte voordat het gereed was (${signal ?? code})${see}`));
    });
    child.once('message', (message) => {
      clearTimeout(timer);
      const envelope = readyMessage.safeParse(message);
      const value = envelope.success ? spec.ready.safeParse(envelope.data.value) : null;
      if (value?.success) resolve(value.data);
      else reject(new Error(`${spec.name} gaf een onleesbare gereedmelding`));
    });
  });
}

function launch(spec: ChildSpec<unknown>): ChildProcess {
  const log = spec.log === null ? null : openSync(spec.log, 'a', 0o600);
  const output = log ?? 'inherit';
  const child = fork(fileURLToPath(spec.module), spec.args ?? [], {
    execPath: process.execPath,
    execArgv: [],
    env: { ...process.env, ...spec.env },
    stdio: ['ignore', output, output, 'ipc'],
  });
  if (log !== null) closeSync(log);
  return child;
}

function handle(name: string, child: ChildProcess, graceMs: number): Omit<Child<unknown>, 'ready'> {
  const exited = exitOf(child);
  return {
    name,
    pid: child.pid ?? Number.NaN,
    exited,
    kill: (signal) => {
      child.kill(signal);
    },
    async stop() {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const insist = setTimeout(() => child.kill('SIGKILL'), graceMs);
      child.kill('SIGTERM');
      await exited;
      clearTimeout(insist);
    },
  };
}

export interface FamilyOptions {
  /** Whether SIGINT, SIGTERM and SIGHUP end the family and then this process, with 128 + the signal. */
  readonly signals: boolean;
  /** What this process itself holds open; runs after the last child has ended. */
  readonly after?: () => Promise<void>;
  /** How long a child may take to end before it is killed; more than what children give themselves. */
  readonly graceMs?: number;
}

/**
 * A family of Node processes that ends as one: in order on `stop` and on a signal, and through the
 * closing of their channels when this process crashes or is killed.
 */
export function createProcesses(options: FamilyOptions): Processes {
  const family: Omit<Child<unknown>, 'ready'>[] = [];
  let stopping: Promise<void> | null = null;

  async function stopAll(): Promise<void> {
    for (let child = family.pop(); child !== undefined; child = family.pop()) await child.stop();
    await options.after?.();
  }
  function stop(): Promise<void> {
    stopping ??= stopAll();
    return stopping;
  }
  function endBy(code: number): void {
    stop().then(
      () => process.exit(code),
      () => process.exit(1),
    );
  }

  if (options.signals) {
    process.once('SIGHUP', () => endBy(129));
    process.once('SIGINT', () => endBy(130));
    process.once('SIGTERM', () => endBy(143));
  }
  return {
    async start(spec) {
      if (stopping !== null) throw new Error(`${spec.name} wordt niet meer gestart: alles stopt`);
      const child = launch(spec);
      const own = handle(spec.name, child, options.graceMs ?? 6_000);
      family.push(own);
      try {
        return { ...own, ready: await readiness(child, spec) };
      } catch (error) {
        await own.stop();
        throw error;
      }
    },
    stop,
  };
}
