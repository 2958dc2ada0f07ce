import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type RestrictedLogin, restrictedLogins } from './privileges.ts';

export type Passwords = Readonly<Record<RestrictedLogin, string>>;

const password = z.string().regex(/^[\x21-\x7e]{16,128}$/);
const passwordsFile = z.strictObject({ serve: password, sequencer: password, eraser: password });

/**
 * The passwords of the logins that the gateway made for itself: read, or made at random and written
 * once, readable for its owner alone. `made` tells which. Throws when the file is open to others or not whole.
 */
export async function loginPasswords(file: string): Promise<{ readonly passwords: Passwords; readonly made: boolean }> {
  const made = await writeOnce(file);
  const { mode } = await stat(file);
  if ((mode & 0o077) !== 0) throw new Error(`${file} holds passwords and may be read by others: chmod 600 it`);
  const parsed = passwordsFile.safeParse(parseJson(await readFile(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file} does not hold the passwords of the database logins`);
  return { passwords: parsed.data, made };
}

/** Whole or not at all, also when two gateways start at once: a hard link fails where the name is taken. */
async function writeOnce(file: string): Promise<boolean> {
  await mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const passwords = Object.fromEntries(restrictedLogins.map((login) => [login, randomBytes(24).toString('base64url')]));
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(passwords, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
