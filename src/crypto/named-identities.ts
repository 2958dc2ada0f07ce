import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Identity, loadIdentity } from './tls.ts';
import { type Environment, TrustError } from './trust.ts';
import { filesIn, lookOf } from './trust-files.ts';
import { watchFiles } from './watch-files.ts';

export interface NamedIdentities {
  /** null: there is none of that name, or it never was any good. */
  of(name: string): Identity | null;
  /** Their names and files, as they are now. */
  list(): readonly { readonly name: string; readonly certificateFile: string }[];
  close(): void;
}

const certificateEnding = '.crt';

/**
 * Certificates with their keys in one folder, `NAME.crt` beside `NAME.key`, taken over when files change. A pair that is
 * no good leaves the last good one of that name in force and is told to `onProblem`; one whose certificate is gone is
 * gone. Throws `TrustError` when a pair is no good to start with. A folder of null holds nothing.
 */
export function watchNamedIdentities(
  folder: string | null,
  watch: {
    readonly environment: Environment;
    readonly everyMs: number;
    readonly onChange: () => void;
    readonly onProblem: (text: string) => void;
  },
): NamedIdentities {
  if (folder === null) return { of: () => null, list: () => [], close: () => undefined };
  let identities = new Map<string, Identity>();
  const load = (files: { readonly certificateFile: string; readonly keyFile: string }): Identity =>
    loadIdentity(files, { environment: watch.environment, now: new Date() });
  for (const { name, ...files } of pairsIn(folder)) identities.set(name, load(files));

  const look = () =>
    filesIn([folder])
      .map((file) => `${file} ${lookOf(file)}`)
      .join('\n');
  const watched = watchFiles(look, watch.everyMs, () => {
    const next = new Map<string, Identity>();
    for (const { name, ...files } of pairsIn(folder)) {
      const kept = identities.get(name);
      try {
        next.set(name, load(files));
      } catch (error) {
        if (!(error instanceof TrustError)) throw error;
        watch.onProblem(error.message);
        if (kept !== undefined) next.set(name, kept);
      }
    }
    identities = next;
    watch.onChange();
  });
  return {
    of: (name) => identities.get(name) ?? null,
    list: () => pairsIn(folder).map(({ name, certificateFile }) => ({ name, certificateFile })),
    close: () => watched.close(),
  };
}

function pairsIn(folder: string) {
  return namesIn(folder)
    .filter((name) => name.endsWith(certificateEnding) && !name.startsWith('.'))
    .map((name) => name.slice(0, -certificateEnding.length))
    .sort()
    .map((name) => ({
      name,
      certificateFile: join(folder, `${name}${certificateEnding}`),
      keyFile: join(folder, `${name}.key`),
    }));
}

/** A folder that is gone holds nothing: its sources are asked no more. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return [];
    throw error;
  }
}
