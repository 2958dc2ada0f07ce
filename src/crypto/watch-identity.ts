import { type Identity, loadIdentity } from './tls.ts';
import { type Environment, TrustError } from './trust.ts';
import { lookOf } from './trust-files.ts';
import { watchFiles } from './watch-files.ts';

export interface WatchedIdentity {
  current(): Identity;
  close(): void;
}

/**
 * The gateway's own certificate and key, taken over when their files change. A pair that does not belong together, as
 * while one file of the two was written, leaves the last good one in force and is told to `onProblem`. Throws
 * `TrustError` when there is nothing good to start with.
 */
export function watchIdentity(
  files: { readonly certificateFile: string; readonly keyFile: string },
  watch: {
    readonly environment: Environment;
    readonly everyMs: number;
    readonly onChange: (identity: Identity) => void;
    readonly onProblem: (text: string) => void;
  },
): WatchedIdentity {
  const load = () => loadIdentity(files, { environment: watch.environment, now: new Date() });
  let identity = load();
  const look = () => `${lookOf(files.certificateFile)} ${lookOf(files.keyFile)}`;
  const watched = watchFiles(look, watch.everyMs, () => {
    try {
      identity = load();
    } catch (error) {
      if (!(error instanceof TrustError)) throw error;
      watch.onProblem(error.message);
      return;
    }
    watch.onChange(identity);
  });
  return { current: () => identity, close: () => watched.close() };
}
