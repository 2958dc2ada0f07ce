import { type Environment, loadTrust, type Trust, type TrustFiles } from './trust.ts';

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
  let trust = await loadTrust(files, { environment, now: new Date() });

  async function reload(): Promise<void> {
    const next = await loadTrust(files, { environment, now: new Date() });
    const same = next.ca.join() === trust.ca.join() && next.crl.join() === trust.crl.join();
    trust = next;
    if (!same) options.onChange(next);
  }

  const timer = setInterval(() => {
    reload().catch(options.onProblem);
  }, options.everyMs);
  timer.unref();
  return { current: () => trust, close: () => clearInterval(timer) };
}
