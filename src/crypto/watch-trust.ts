import { type Environment, loadTrust, type Trust, TrustError, type TrustFiles } from './trust.ts';

export interface WatchedTrust {
  current(): Trust;
  close(): void;
}

/**
 * Trust anchors and revocation lists, read again on a schedule. New lists take over at once; files that
 * cannot be read leave the last good ones in force until those expire by their own dates, and are told
 * to `onProblem`. Throws `TrustError` when there is nothing good to start with.
 */
export async function watchTrust(
  files: TrustFiles,
  environment: Environment,
  options: {
    readonly everyMs: number;
    readonly onChange: (trust: Trust) => void;
    readonly onProblem: (error: unknown) => void;
  },
): Promise<WatchedTrust> {
  let trust = loadTrust(files, { environment, now: new Date() });

  function reload(): void {
    const next = loadTrust(files, { environment, now: new Date(), previous: trust });
    const same = next.ca.join() === trust.ca.join() && next.crl.join() === trust.crl.join();
    trust = next;
    for (const problem of next.problems) options.onProblem(new TrustError(problem));
    if (!same) options.onChange(next);
  }

  const timer = setInterval(() => {
    try {
      reload();
    } catch (error) {
      options.onProblem(error);
    }
  }, options.everyMs);
  timer.unref();
  return { current: () => trust, close: () => clearInterval(timer) };
}
