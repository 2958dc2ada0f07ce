import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const shipped = resolve(import.meta.dirname, '../../policies');

/** A copy of the shipped policies that a test may spoil. */
export interface PolicyCopy {
  readonly dir: string;
  /** Replaces a text that must occur; returns the line (from 1) where it first stood. */
  replace(file: string, from: string, to: string): number;
  write(file: string, text: string | Buffer): void;
  remove(file: string): void;
}

/** Gives a test its own copy and removes it afterwards. */
export function withCopy<T>(use: (copy: PolicyCopy) => T): T {
  const dir = mkdtempSync(join(tmpdir(), 'sluis-policies-'));
  try {
    cpSync(shipped, dir, { recursive: true });
    return use({
      dir,
      replace: (file, from, to) => {
        const text = readFileSync(join(dir, file), 'utf8');
        const at = text.indexOf(from);
        if (at < 0) throw new Error(`${file} does not hold "${from}"`);
        writeFileSync(
          join(dir, file),
          text.replace(from, () => to),
        );
        return text.slice(0, at).split('\n').length;
      },
      write: (file, text) => writeFileSync(join(dir, file), text),
      remove: (file) => rmSync(join(dir, file)),
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
