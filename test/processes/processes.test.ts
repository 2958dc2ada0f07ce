import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ChildSpec, createProcesses } from '../../src/processes/processes.ts';

const ready = z.strictObject({ pid: z.int(), name: z.string() });
let folder = '';
let logs = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluis-family-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function newLog(): string {
  logs += 1;
  return join(folder, `${logs}.log`);
}

function childSpec(name: string, behaviour: string, log: string): ChildSpec<z.infer<typeof ready>> {
  const module = new URL('./family/child.ts', import.meta.url);
  return { name, module, args: [name, behaviour, log], log: `${log}.out`, ready, readyWithinMs: 1_500 };
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

async function untilGone(pids: readonly number[]): Promise<readonly number[]> {
  for (let tries = 0; tries < 100 && pids.some(alive); tries += 1) await wait(50);
  return pids.filter(alive);
}

/** Starts a parent of three in a process group of its own and reads the pids of its children. */
async function startParent(log: string, ...args: string[]) {
  const parent = spawn(process.execPath, [join(import.meta.dirname, 'family', 'parent.ts'), log, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const exited = new Promise<number | string | null>((resolve) => {
    parent.once('exit', (code, signal) => resolve(signal ?? code));
  });
  for await (const line of createInterface({ input: parent.stdout })) {
    return { pid: z.int().parse(parent.pid), pids: z.array(z.int()).length(3).parse(JSON.parse(line)), exited };
  }
  throw new Error('the parent ended before its children were ready');
}

describe('a family of processes', () => {
  test('hands over what a child says when it is ready, and stops them in reverse order', async () => {
    const log = newLog();
    const processes = createProcesses({ signals: false });
    const one = await processes.start(childSpec('one', 'willing', log));
    const two = await processes.start(childSpec('two', 'willing', log));
    expect(one.ready).toEqual({ pid: one.pid, name: 'one' });
    expect([one.pid, two.pid].every(alive)).toBe(true);
    await processes.stop();
    expect([one.pid, two.pid].filter(alive)).toEqual([]);
    expect(readFileSync(log, 'utf8')).toBe('two\none\n');
    await expect(processes.start(childSpec('late', 'willing', log))).rejects.toThrow('late');
  });

  test('runs what the parent itself holds open after the last child has ended', async () => {
    let left: boolean | null = null;
    const processes = createProcesses({
      signals: false,
      after: async () => {
        left = alive(child.pid);
      },
    });
    const child = await processes.start(childSpec('one', 'willing', newLog()));
    await processes.stop();
    expect(left).toBe(false);
  });

  test.each([
    ['crash', 'stopte voordat het gereed was (7)'],
    ['silent', 'was niet gereed binnen 1500 ms'],
    ['nonsense', 'gaf een onleesbare gereedmelding'],
  ])('says of a child that starts badly (%s) what went wrong', async (behaviour, message) => {
    const processes = createProcesses({ signals: false });
    await expect(processes.start(childSpec('bron', behaviour, newLog()))).rejects.toThrow(message);
    await processes.stop();
  });

  test('ends a child whose own stop hangs, and one that does not listen at all', async () => {
    const processes = createProcesses({ signals: false, graceMs: 600 });
    const stubborn = await processes.start(childSpec('stubborn', 'stubborn', newLog()));
    const deaf = await processes.start(childSpec('deaf', 'deaf', newLog()));
    await processes.stop();
    expect(await stubborn.exited).toEqual({ code: 143, signal: null });
    expect(await deaf.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });
});

describe('nothing is left', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('after %s to the whole group: children end in order, the parent says why', async (signal, code) => {
    const log = newLog();
    const parent = await startParent(log);
    // A terminal signals every process of its group, children included. SIGTERM comes to the parent alone.
    process.kill(signal === 'SIGTERM' ? parent.pid : -parent.pid, signal);
    expect(await parent.exited).toBe(code);
    expect(await untilGone(parent.pids)).toEqual([]);
    expect(readFileSync(log, 'utf8')).toBe('three\ntwo\none\n');
  });

  test('after kill -9 of the parent', async () => {
    const parent = await startParent(newLog());
    expect(parent.pids.every(alive)).toBe(true);
    process.kill(parent.pid, 'SIGKILL');
    expect(await parent.exited).toBe('SIGKILL');
    expect(await untilGone(parent.pids)).toEqual([]);
  });

  test('after a crash of the parent', async () => {
    const parent = await startParent(newLog(), 'crash');
    expect(await parent.exited).toBe(1);
    expect(await untilGone(parent.pids)).toEqual([]);
  });
});
