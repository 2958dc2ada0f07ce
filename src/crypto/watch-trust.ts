import { agesFrom, listsInForce, trustTurned } from './list-age.ts';
import { type Environment, loadTrust, type Trust, TrustError, type TrustFiles } from './trust.ts';
import { filesIn, lookOf } from './trust-files.ts';
import type { TrustDetail, TrustProblem } from './trust-problem.ts';
import { watchFiles } from './watch-files.ts';

export interface WatchedTrust {
  current(): Trust;
  close(): void;
}

/** Something that an operator must look at. The text is ours; names in it are of CAs. */
export interface TrustAlarm {
  readonly kind: 'revocation-list-ages' | 'revocation-list-unusable';
  readonly text: string;
  /** The same for the same cause: a list's digest, or the text. */
  readonly mark: string;
  /** The same without sentences: what is wrong, and with which CA or file. */
  readonly detail: TrustDetail;
}

export interface TrustWatch {
  readonly environment: Environment;
  readonly policies?: readonly string[];
  /** How often is looked whether a file changed; a change is in force after two looks at most. */
  readonly everyMs: number;
  /** With how much of its life left a list is told to age. */
  readonly alarmPercent: number;
  /** Also when something of it ended and nothing came in its place: what was judged before must not stand by that. */
  readonly onChange: (trust: Trust) => void;
  /** Once for each cause, and again when it comes back. */
  readonly onAlarm: (alarm: TrustAlarm) => void;
}

/**
 * Trust anchors and revocation lists, read again when a file changes or a list or an anchor comes to its end. What cannot be read,
 * or got worse, leaves the last good in force until that expires by its own dates, and is told to `onAlarm`. Throws
 * `TrustError` when there is nothing good to start with.
 */
export function watchTrust(files: TrustFiles, watch: TrustWatch): WatchedTrust {
  const { environment, policies = [] } = watch;
  let at = new Date();
  let trust = loadTrust(files, { environment, policies, now: at });
  const told = onceEach(watch.onAlarm);

  const tell = (now: Date, failed: readonly TrustProblem[] = []): void => {
    const unusable = [...failed, ...trust.problems].map(unusableAlarm);
    told([...unusable, ...agingAlarms(trust, watch.alarmPercent, now)]);
  };
  const reload = (): void => {
    const now = new Date();
    const before = trust;
    const turned = trustTurned(before, at, now);
    const failed: TrustProblem[] = [];
    try {
      trust = loadTrust(files, { environment, policies, now, previous: before });
    } catch (error) {
      if (!(error instanceof TrustError)) throw error;
      failed.push({ text: error.message, detail: { problem: 'nothing-usable' } });
    }
    at = now;
    tell(now, failed);
    if (turned || (failed.length === 0 && !isSame(before, trust))) watch.onChange(trust);
  };
  const look = () => filesIn([...files.caFiles, ...files.crlFiles]).map((path) => `${path} ${lookOf(path)}`);
  const watched = watchFiles(() => look().join('\n'), watch.everyMs, reload);
  const timer = setInterval(() => {
    const now = new Date();
    if (trustTurned(trust, at, now)) reload();
    else if (agingAlarms(trust, watch.alarmPercent, now).length > 0) tell(now);
  }, watch.everyMs);
  timer.unref();
  tell(at);
  return {
    current: () => trust,
    close() {
      watched.close();
      clearInterval(timer);
    },
  };
}

/** Reading a file again that holds the same is no change. */
function isSame(before: Trust, now: Trust): boolean {
  return before.ca.join() === now.ca.join() && before.crl.join() === now.crl.join();
}

function unusableAlarm({ text, detail }: TrustProblem): TrustAlarm {
  return { kind: 'revocation-list-unusable', text, mark: text, detail };
}

function agingAlarms(trust: Trust, percent: number, now: Date): TrustAlarm[] {
  return listsInForce(trust, now)
    .filter(({ list }) => agesFrom(list, percent) <= now)
    .map(({ list, authority }) => ({
      kind: 'revocation-list-ages',
      text: `the revocation list of "${authority}" expires at ${list.nextUpdate.toISOString()}; fetch a new one`,
      mark: list.digest,
      detail: { authority, expires: list.nextUpdate.toISOString().slice(0, 16).replace('T', ' ') },
    }));
}

function onceEach(onAlarm: (alarm: TrustAlarm) => void): (alarms: readonly TrustAlarm[]) => void {
  let standing: ReadonlySet<string> = new Set();
  return (alarms) => {
    const before = standing;
    standing = new Set(alarms.map(({ mark }) => mark));
    for (const alarm of alarms) if (!before.has(alarm.mark)) onAlarm(alarm);
  };
}
