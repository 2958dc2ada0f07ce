import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../core/brand.ts';
import { assemblePolicySet, type Content } from '../core/policy/assemble.ts';
import type { PolicySet } from '../core/policy/policy-set.ts';
import { type PolicyFileError, parseYaml, type YamlFile } from './yaml-file.ts';

export type LoadedPolicySet =
  | { readonly ok: true; readonly set: PolicySet }
  | { readonly ok: false; readonly errors: readonly PolicyFileError[] };

/** A policy folder as it was read: names relative to it, sorted, and the bytes that the digest is over. */
export interface PolicyFolder {
  readonly digest: Digest;
  readonly files: readonly { readonly file: string; readonly bytes: Buffer }[];
  /** What is named as a file of policies and is none, so that nothing was read there; left out: nothing is. */
  readonly unread?: readonly PolicyFileError[];
}

const catalogueFiles = {
  partnerKinds: 'catalogue/partner-kinds.yaml',
  categories: 'catalogue/categories.yaml',
  purposes: 'catalogue/purposes.yaml',
  facts: 'catalogue/facts.yaml',
  grounds: 'catalogue/grounds.yaml',
} as const;
const prohibitionsFile = 'catalogue/prohibitions.yaml';
const retentionFile = 'catalogue/retention.yaml';
const timersFile = 'catalogue/timers.yaml';
const remindersFile = 'catalogue/reminders.yaml';
const deadlinesFile = 'catalogue/deadlines.yaml';
const informingFile = 'catalogue/informing.yaml';
const breakGlassFile = 'catalogue/break-glass.yaml';
const optional = [timersFile, remindersFile, deadlinesFile, informingFile, breakGlassFile];
const required = [...Object.values(catalogueFiles), prohibitionsFile, retentionFile];

/**
 * Reads, checks and compiles every policy in a folder: all of it, or none. Errors say file, line
 * and column. A set that does not load leaves whoever holds a good one with that one.
 * Throws when the folder itself cannot be read.
 */
export function loadPolicySet(dir: string): LoadedPolicySet {
  return compilePolicyFolder(readPolicyFolder(dir));
}

/**
 * The same of a folder that was read before, from disk or from the record. Its digest is computed
 * again: bytes that are not those of the digest do not load.
 */
export function compilePolicyFolder({ digest, files, unread = [] }: PolicyFolder): LoadedPolicySet {
  const errors: PolicyFileError[] = [...unread];
  if (digestOf(files) !== digest) {
    return { ok: false, errors: [{ file: digest, line: 1, column: 1, message: 'names other files than these' }] };
  }
  const parsed = new Map<string, YamlFile>();
  for (const { file, bytes } of files.filter(({ file: name }) => !name.endsWith('.cases.yaml'))) {
    const yaml = parseYaml(file, bytes);
    if (yaml.ok) parsed.set(file, yaml.yaml);
    else errors.push(...yaml.errors);
    if (![...required, ...optional].includes(file) && !/^[a-z0-9-]+\.policy\.yaml$/.test(file)) {
      errors.push({
        file,
        line: 1,
        column: 1,
        message: 'is not a policy (NAME.policy.yaml) nor a file of the catalogue',
      });
    }
  }
  for (const file of required.filter((name) => ![...files, ...unread].some((found) => found.file === name))) {
    errors.push({ file, line: 1, column: 1, message: 'is missing' });
  }
  if (errors.length > 0) return { ok: false, errors };

  const content = (file: string): Content => ({ file, content: parsed.get(file)?.content });
  const assembled = assemblePolicySet({
    digest,
    catalogue: {
      partnerKinds: content(catalogueFiles.partnerKinds),
      categories: content(catalogueFiles.categories),
      purposes: content(catalogueFiles.purposes),
      facts: content(catalogueFiles.facts),
      grounds: content(catalogueFiles.grounds),
    },
    prohibitions: content(prohibitionsFile),
    retention: content(retentionFile),
    ...(parsed.has(timersFile) ? { timers: content(timersFile) } : {}),
    ...(parsed.has(remindersFile) ? { reminders: content(remindersFile) } : {}),
    ...(parsed.has(deadlinesFile) ? { deadlines: content(deadlinesFile) } : {}),
    ...(parsed.has(informingFile) ? { informing: content(informingFile) } : {}),
    ...(parsed.has(breakGlassFile) ? { breakGlass: content(breakGlassFile) } : {}),
    policies: [...parsed.keys()].filter((file) => file.endsWith('.policy.yaml')).map(content),
  });
  if (assembled.ok) return assembled;
  return {
    ok: false,
    errors: assembled.problems.map(
      ({ file, path, at, message }) =>
        parsed.get(file)?.errorAt(path, at, message) ?? { file, line: 1, column: 1, message },
    ),
  };
}

/**
 * Reads a folder as it is, without judging it. The digest covers names and bytes of every YAML file, cases
 * included: what was tested is what runs. Throws when the folder cannot be read.
 */
export function readPolicyFolder(dir: string): PolicyFolder {
  const named = yamlNames(dir, '').sort((a, b) => (a.file < b.file ? -1 : 1));
  const files = named
    .filter(({ problem }) => problem === null)
    .map(({ file }) => ({ file, bytes: readFileSync(join(dir, file)) }));
  const unread = named.flatMap(({ file, problem }) =>
    problem === null ? [] : [{ file, line: 1, column: 1, message: problem }],
  );
  return { digest: digestOf(files), files, unread };
}

function digestOf(files: PolicyFolder['files']): Digest {
  const hash = createHash('sha256');
  for (const { file, bytes } of files) {
    // Lengths first, so that no two folders spell the same stream of bytes.
    hash.update(`${Buffer.byteLength(file)}:${file}\n${bytes.length}:`).update(bytes);
  }
  return `sha256:${hash.digest('hex')}` as Digest;
}

interface Named {
  readonly file: string;
  /** Why it cannot be read as a file; null: it can. */
  readonly problem: string | null;
}

/**
 * Everything that is named as YAML, in whatever case: who reviews a folder takes it for a policy, so none is
 * skipped. Links to files count, for folders are often mounted that way; names that begin with a dot are
 * the mount's own.
 */
function yamlNames(dir: string, below: string): Named[] {
  const entries = readdirSync(join(dir, below)).filter((entry) => !entry.startsWith('.'));
  return entries.flatMap((entry) => {
    const file = below === '' ? entry : `${below}/${entry}`;
    const found = statSync(join(dir, file), { throwIfNoEntry: false });
    if (!/\.ya?ml\s*$/i.test(entry)) return found?.isDirectory() ? yamlNames(dir, file) : [];
    if (found === undefined) return [{ file, problem: 'is a link to nothing' }];
    if (found.isDirectory()) return [{ file, problem: 'is a folder, not a file' }];
    return [{ file, problem: found.isFile() ? null : 'is not a plain file' }];
  });
}
