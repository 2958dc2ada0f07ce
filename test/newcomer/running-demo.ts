import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { familyOf } from './family-of.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const saysWithinMs = 90_000;
const goneWithinMs = 20_000;

export interface RunningDemo {
  /** Temporary directory of this demo alone. */
  readonly place: string;
  /** Of the demo itself, the first of its process group. */
  readonly pid: number;
  readonly ended: Promise<number | null>;
  output(): string;
  /** Resolves when the output holds this; rejects when the demo ends first. */
  says(text: string): Promise<void>;
  /** Resolves when no process of the family is there any more; rejects with those that stay. */
  allGone(): Promise<void>;
  /** Ends whatever is left of it. */
  remove(): void;
}

/** `npm run demo` as npm starts it, in a process group and a temporary directory of its own. */
export function startDemo(args: readonly string[] = []): RunningDemo {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'sluis-newcomer-')));
  // PostgreSQL's own user must be able to pass through, as it can through any machine's /tmp.
  chmodSync(place, 0o711);
  const script = ['--import', './src/node-version.mjs', 'src/main.ts', 'demo', ...args];
  const child = spawn(process.execPath, script, {
    cwd: checkout,
    detached: true,
    env: { ...process.env, TMPDIR: place },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  let isOver = false;
  const ended = endOf(child).finally(() => {
    isOver = true;
  });
  return {
    place,
    pid: child.pid ?? Number.NaN,
    ended,
    output: () => text,
    async says(wanted) {
      const endMs = performance.now() + saysWithinMs;
      while (!text.includes(wanted)) {
        if (isOver || performance.now() > endMs) throw new Error(`the demo does not say ${wanted}:\n${text}`);
        await sleep(20);
      }
    },
    async allGone() {
      const endMs = performance.now() + goneWithinMs;
      while (familyOf(place).length > 0) {
        if (performance.now() > endMs) throw new Error(`processes stay: ${familyOf(place).join(', ')}`);
        await sleep(50);
      }
    },
    remove() {
      for (const pid of familyOf(place)) endByForce(pid);
      rmSync(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

function endByForce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
