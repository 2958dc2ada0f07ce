import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { canReach, type RunAs } from './run-as.ts';

export const ownerRole = 'sluis_owner';
/** Readable only for the user that the gateway runs as. */
const passwordFile = (dataDir: string): string => path.join(dataDir, 'owner-password');

/** Makes the data directory if it is missing. PostgreSQL's user passes through it and sees nothing else in it. */
export async function makeDataDirectory(dataDir: string): Promise<void> {
  const first = await mkdir(dataDir, { recursive: true });
  if (first === undefined) return;
  // Also under a strict umask; what is kept beside it has permissions of its own.
  for (let made = dataDir; made.startsWith(first); made = path.dirname(made)) await chmod(made, 0o711);
}

/**
 * Where PostgreSQL keeps its files for this data directory: in it, or in a directory of our own
 * under the temporary one when the server's user cannot get there (root below a closed home).
 * Once made, it stays where it is: throws rather than begin anew beside a database that is there.
 */
export async function clusterDirectory(dataDir: string, runAs: RunAs): Promise<string> {
  const inside = path.join(await realpath(dataDir), 'cluster');
  const there = await lstat(inside).catch(() => null);
  const reachable = await canReach(dataDir, runAs);
  if (there?.isSymbolicLink()) return existingElsewhere(inside);
  if (reachable) return inside;
  if (there !== null)
    throw new Error(`${inside} cannot be reached by user ${runAs?.uid}: open its path for passing through`);
  return path.join(await directoryElsewhere(path.dirname(inside)), 'cluster');
}

async function existingElsewhere(link: string): Promise<string> {
  const target = await readlink(link);
  if (await exists(path.join(target, 'PG_VERSION'))) return target;
  throw new Error(`the database of ${link} is gone from ${target}: bring it back, or remove the link to begin anew`);
}

async function directoryElsewhere(dataDir: string): Promise<string> {
  const key = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const elsewhere = path.join(await realpath(os.tmpdir()), `sluis-data-${key}`);
  await mkdir(elsewhere, { recursive: true, mode: 0o711 });
  const { uid, mode } = await lstat(elsewhere);
  if (uid !== process.getuid?.() || (mode & 0o022) !== 0) {
    throw new Error(`${elsewhere} belongs to another user: choose a data directory that is open for passing through`);
  }
  await chmod(elsewhere, 0o711);
  return elsewhere;
}

/** Makes the cluster if it is missing. Whole or not at all: `initdb` works on a draft that is then renamed. */
export async function makeCluster(native: string, dataDir: string, cluster: string, runAs: RunAs): Promise<void> {
  if (await exists(path.join(cluster, 'PG_VERSION'))) return;
  const draft = `${cluster}.${randomBytes(6).toString('hex')}`;
  const secret = `${draft}.password`;
  const password = randomBytes(24).toString('base64url');
  try {
    await mkdir(draft, { mode: 0o700 });
    await writeFile(secret, password, { mode: 0o600, flag: 'wx' });
    if (runAs !== null) for (const file of [draft, secret]) await chown(file, runAs.uid, runAs.gid);
    await initdb(native, draft, secret, runAs);
    await writeFile(passwordFile(dataDir), password, { mode: 0o600 });
    await rename(draft, cluster);
    const inside = path.join(await realpath(dataDir), 'cluster');
    if (inside !== cluster) await symlink(cluster, inside);
  } finally {
    await rm(secret, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

export async function ownerPassword(dataDir: string): Promise<string> {
  return readFile(passwordFile(dataDir), 'utf8');
}

async function initdb(native: string, directory: string, secret: string, runAs: RunAs): Promise<void> {
  const options = [
    `--pgdata=${directory}`,
    `--username=${ownerRole}`,
    `--pwfile=${secret}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    '--no-instructions',
  ];
  const child = spawn(path.join(native, 'bin', 'initdb'), options, {
    ...(runAs ?? {}),
    cwd: '/',
    env: { LC_ALL: 'C', PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${complaint.trim()}`);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
