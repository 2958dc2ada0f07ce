import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { until } from '../../scenarios/chain/running-chain.ts';
import { type CuttingProxy, cuttingProxy } from '../../world/cutting-proxy.ts';
import { isStopped } from '../../world/process-table.ts';
import type { WorkerEvent, WorkerTask } from './gateway-worker.ts';

export type Signed = Extract<WorkerEvent, { event: 'signed' }>;

/** A gateway-like process under load, each of its two logins behind a proxy of its own. */
export interface RunningWorker {
  readonly pid: number;
  /** Its name in the lease. */
  readonly holder: string;
  readonly journalProxy: CuttingProxy;
  readonly sequencerProxy: CuttingProxy;
  readonly signed: readonly Signed[];
  readonly isAlive: boolean;
  /** Works that were acknowledged so far. */
  readonly acknowledged: number;
  load(isWanted: boolean): void;
  /** Resolves when nothing is on its way. */
  quiet(): Promise<void>;
  freeze(): Promise<void>;
  thaw(): void;
  kill(): Promise<void>;
}

export interface Listening {
  heard(event: WorkerEvent): void;
  /** It ended, and nobody had killed it. */
  crashed(how: string): void;
}

/** Resolves when it takes work. Throws when it ends before that. */
export async function startWorker(task: WorkerTask, listening: Listening): Promise<RunningWorker> {
  const journalProxy = await cuttingProxy(task.serve);
  const sequencerProxy = await cuttingProxy(task.sequencer);
  const file = path.join(import.meta.dirname, 'gateway-worker.ts');
  const child = fork(file, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const signed: Signed[] = [];
  let holder: string | null = null;
  let acknowledged = 0;
  let isQuiet = true;
  let isDoomed = false;
  child.on('message', (message) => {
    const event = message as WorkerEvent;
    if (event.event === 'started') holder = event.holder;
    if (event.event === 'acknowledged') acknowledged += 1;
    if (event.event === 'signed') signed.push(event);
    if (event.event === 'quiet') isQuiet = true;
    listening.heard(event);
  });
  child.once('exit', (code, signal) => {
    if (!isDoomed) listening.crashed(`${signal ?? code}`);
  });
  child.send({ ...task, serve: journalProxy.url, sequencer: sequencerProxy.url });
  await until(() => holder !== null || hasEnded(child), 'a worker that starts');
  if (holder === null) throw new Error('a worker ended before it began');
  const { pid } = child;
  if (pid === undefined) throw new Error('a process that runs has a number');
  return {
    pid,
    holder,
    journalProxy,
    sequencerProxy,
    signed,
    get isAlive() {
      return !hasEnded(child) && !isDoomed;
    },
    get acknowledged() {
      return acknowledged;
    },
    load(isWanted) {
      isQuiet = false;
      // One that ended is told of by `crashed`, or was killed.
      if (!hasEnded(child)) child.send({ load: isWanted });
    },
    quiet: () => until(() => isQuiet || hasEnded(child), 'a worker that is quiet'),
    freeze() {
      child.kill('SIGSTOP');
      return until(() => isStopped(pid), 'a process that stands still');
    },
    thaw: () => void child.kill('SIGCONT'),
    async kill() {
      isDoomed = true;
      if (!hasEnded(child)) {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
      await Promise.all([journalProxy.close(), sequencerProxy.close()]);
    },
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
