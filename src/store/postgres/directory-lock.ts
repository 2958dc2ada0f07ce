import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { hasCode } from './errno.ts';
import { isAlive, startTicks } from './process-alive.ts';

/** Another gateway keeps its database in this directory. */
export class DataDirectoryInUse extends Error {
  constructor(directory: string, pid: number) {
    super(`${directory} is in use by process ${pid}: two gateways cannot share one data directory`);
    this.name = 'DataDirectoryInUse';
  }
}

export interface DirectoryLock {
  /** Says that the holder is on its way out, so that a successor waits for it. */
  markStopping(): Promise<void>;
  release(): Promise<void>;
}

const content = z.strictObject({ pid: z.number().int(), started: z.string().nullable(), stopping: z.boolean() });
type Content = z.infer<typeof content>;

const patienceMs = 1000;
const stoppingPatienceMs = 20_000;
const turnMs = 5000;

/**
 * Takes the data directory for this process, over the lock of a dead process if need be. A holder
 * that is stopping is waited for, any other not for long. Throws `DataDirectoryInUse`.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const file = path.join(directory, 'sluis.lock');
  const mine: Content = { pid: process.pid, started: await startTicks(process.pid), stopping: false };
  const since = performance.now();
  while (!(await createWhole(file, mine))) {
    const holder = await read(file);
    if (holder === null) continue;
    if (!(await holds(holder.content))) {
      await removeStale(file, holder.text);
      continue;
    }
    const patience = holder.content.stopping ? stoppingPatienceMs : patienceMs;
    if (performance.now() - since > patience) throw new DataDirectoryInUse(directory, holder.content.pid);
    await sleep(50);
  }
  return {
    markStopping: () => replace(file, { ...mine, stopping: true }),
    release: () => rm(file, { force: true }),
  };
}

async function holds(holder: Content): Promise<boolean> {
  if (!isAlive(holder.pid)) return false;
  const started = await startTicks(holder.pid);
  return holder.started === null || started === null || started === holder.started;
}

/** A hard link fails where the name is taken, and shows the content whole or not at all. */
async function createWhole(file: string, value: Content): Promise<boolean> {
  const draft = await writeDraft(file, value);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function replace(file: string, value: Content): Promise<void> {
  await rename(await writeDraft(file, value), file);
}

async function writeDraft(file: string, value: Content): Promise<string> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, JSON.stringify(value), { mode: 0o600, flag: 'wx' });
  return draft;
}

async function read(file: string): Promise<{ text: string; content: Content } | null> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  });
  return text === null ? null : { text, content: content.parse(JSON.parse(text)) };
}

/**
 * One at a time, and only what was found stale: a lock that came in its place in between is left alone.
 * A turn that was never ended (killed within these lines) is over after a while; should two then
 * go on at once, PostgreSQL's own lock still stands between two servers.
 */
async function removeStale(file: string, stale: string): Promise<void> {
  const turn = `${file}.turn`;
  try {
    await mkdir(turn);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    await sleep(10);
    const begun = await stat(turn).catch(() => null);
    if (begun !== null && Date.now() - begun.mtimeMs > turnMs) await rm(turn, { recursive: true, force: true });
    return;
  }
  try {
    if ((await read(file))?.text === stale) await rm(file);
  } finally {
    await rm(turn, { recursive: true, force: true });
  }
}
