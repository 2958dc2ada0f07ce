import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DerError } from './path/der.ts';
import { type ParsedCertificate, parseCertificate } from './path/parse-certificate.ts';
import { derInFile, PemError } from './path/pem-blocks.ts';
import { parseRevocationList, type RevocationList } from './path/revocation-list.ts';

/** What was read from one file, and how the file looked then. */
export interface ReadFile<T> {
  readonly path: string;
  readonly look: string;
  readonly items: readonly T[];
}

export interface FileProblem {
  readonly path: string;
  readonly text: string;
}

const mostBytes = 64 * 1_024 * 1_024;

export function readCertificateFile(path: string): ReadFile<ParsedCertificate> | FileProblem {
  return readItems(path, 'certificates', ['CERTIFICATE'], parseCertificate);
}

export function readListFile(path: string): ReadFile<RevocationList> | FileProblem {
  return readItems(path, 'revocation lists', ['X509 CRL', 'CRL'], parseRevocationList);
}

/**
 * The files that settings name, with those in a folder one by one, in a fixed order. What begins with a dot
 * or ends in `.new` is left alone: somebody has not finished it. A folder that cannot be read is told as a file that
 * cannot.
 */
export function filesIn(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const names = entriesOf(path);
    if (names === null) return [path];
    return names
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.') && !entry.name.endsWith('.new'))
      .map(({ name }) => join(path, name))
      .sort();
  });
}

function entriesOf(path: string): Dirent[] | null {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return null;
    throw error;
  }
}

/** Changes whenever the file is written or another takes its place; empty when it is not there. */
export function lookOf(path: string): string {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? '' : `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs}`;
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return '';
    throw error;
  }
}

function readItems<T>(
  path: string,
  what: string,
  labels: readonly string[],
  parse: (der: Buffer) => T,
): ReadFile<T> | FileProblem {
  try {
    const look = lookOf(path);
    if (Number(look.split(' ')[2] ?? 0) > mostBytes) return { path, text: `${path}: is too large` };
    const items = derInFile(readFileSync(path), labels).map(parse);
    return { path, look, items };
  } catch (error) {
    return { path, text: `${path}: cannot be read as ${what} (${reasonOf(error)})` };
  }
}

/** Only what our own readers and the file system say; anything else is a fault. */
function reasonOf(error: unknown): string {
  if (error instanceof DerError || error instanceof PemError) return error.message;
  if (error instanceof Error && 'syscall' in error && 'code' in error) return String(error.code);
  throw error;
}
