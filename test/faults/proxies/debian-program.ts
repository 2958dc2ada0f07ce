import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

/** Path of a program, also where only an administrator's shell would look; null where it is not installed. */
function debianProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/**
 * Describes tests that need a program of Debian's. Where it is absent they are skipped, with the reason in the name;
 * on a machine that could have installed it (CI as root) that is a failure.
 */
export function describeWith(program: string, title: string, tests: (path: string) => void): void {
  const path = debianProgram(program);
  if (path !== null) {
    describe(title, () => tests(path));
  } else if (process.env.CI !== undefined && process.getuid?.() === 0) {
    it(title, () => {
      throw new Error(`${program} is not installed: apt-get install -y ${program}`);
    });
  } else {
    it.skip(`${title} (${program} is not installed)`, () => undefined);
  }
}
