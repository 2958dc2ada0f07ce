import { createHash } from 'node:crypto';
import type { AccessLog } from '../api/access-log.ts';
import { readNote } from '../core/ledger/note.ts';
import { fetchTimestamp, type TimestampAuthority } from '../crypto/fetch-timestamp.ts';
import type { CheckpointDuties } from '../store/journal/checkpoint-duties.ts';

export interface TimestampPorts {
  readonly duties: CheckpointDuties;
  readonly authority: TimestampAuthority;
  readonly everySeconds: number;
  readonly log: Pick<AccessLog, 'alarm' | 'notice'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const shortestPauseMs = 30_000;
/** A token that is so many turns late is told of louder. */
const patienceTurns = 3;

/** Has the newest checkpoint dated when that is due; for whoever has the turn. */
export function timestampsOf(ports: TimestampPorts): { date(stopped: AbortSignal): Promise<void> } {
  const { duties, authority, everySeconds, log, now } = ports;
  let notBefore = 0;
  let told: string | null = null;
  let failures = 0;
  return {
    async date(stopped) {
      if (now() < notBefore) return;
      const { timestampAgeSeconds } = await duties.state();
      if (timestampAgeSeconds !== null && timestampAgeSeconds < everySeconds) return;
      const newest = await duties.newest();
      if (newest === null || newest.timestamped) return;
      const fetched = await fetchTimestamp(digestOf(newest.note), authority, stopped);
      if (stopped.aborted) return;
      if (fetched.ok) {
        await duties.keepTimestamp(newest.size, fetched.value.token, fetched.value.time);
        if (told !== null) log.notice('checkpoints are dated again');
        [told, failures] = [null, 0];
        return;
      }
      failures += 1;
      notBefore = now() + Math.max(shortestPauseMs, (everySeconds * 1_000) / 10);
      const text = `a checkpoint could not be dated: ${fetched.refusal}`;
      if (failures === patienceTurns || (told !== text && failures > patienceTurns)) log.alarm(text);
      else if (told !== text) log.notice(text);
      told = text;
    },
  };
}

/** What a token is about: the signed text, which stays the same while cosignatures are added to the note. */
function digestOf(note: string): Buffer {
  return createHash('sha256')
    .update(readNote(note)?.text ?? '')
    .digest();
}
