import type { EntryId, Instant, TraceId } from '../brand.ts';
import type { EntryDraft, JsonValue } from './entry.ts';

/** A signed head, as an entry names it. */
export interface NamedHead {
  /** Number of the flush. */
  readonly flush: number;
  /** SHA-256 of the head text, base64url. */
  readonly head: string;
}

/** What tells one entry of the journal's own from another. */
export interface Frame {
  readonly id: EntryId;
  readonly time: Instant;
  readonly trace: TraceId;
}

/** Takes a sequence number that was signed in a flush which never became durable. */
export function voidEntry(frame: Frame, aborted: NamedHead): EntryDraft {
  return ownEntry(frame, 'void', { aborted: [{ ...aborted }] });
}

/** How an instance begins, how it shows that it is there while it has nothing to write, and how it ends. */
export type HeartbeatPhase = 'begin' | 'beat' | 'end';

/** `others`: the latest head of each other instance that wrote since the last heartbeat. */
export function heartbeatEntry(
  frame: Frame,
  said: {
    readonly phase: HeartbeatPhase;
    readonly everySeconds: number;
    readonly others: readonly (NamedHead & { readonly instance: string })[];
  },
): EntryDraft {
  const { phase, everySeconds, others } = said;
  return ownEntry(frame, 'heartbeat', {
    phase,
    everySeconds,
    others: others.map(({ instance, flush, head }) => ({ instance, flush, head })),
  });
}

/** About no request and nobody: it commits to nothing. */
function ownEntry(frame: Frame, kind: 'void' | 'heartbeat', body: { readonly [key: string]: JsonValue }): EntryDraft {
  const { id, time, trace } = frame;
  const nobody = { policySet: null, purpose: null, source: null, recipient: null, subject: null };
  return { id, kind, time, trace, ...nobody, body, personal: {}, fleeting: {} };
}
